// What this folder does: regular expressions in the syntax of Perl, as much of it as people use: literals, classes,
// alternatives, groups (capturing, named, atomic, options), greedy, lazy and possessive repetition, anchors, word
// boundaries, look-ahead, back references. What it does not: look-behind beyond a fixed text, recursion, conditions,
// callouts, and the verbs (*...).
//
// A pattern is parsed into a tree, the tree becomes a program, and a machine runs the program with a stack of choices of
// its own: long subjects cost memory, never thread stack. A run that takes too many steps fails as `match_limit`.
// Source: pcrepattern(3) and the reference manual of stdlib's `re`.

/// What is wrong with a pattern, and where, in characters.
struct RegexError: Error {
    let message: String
    let offset: Int
}

struct RegexOptions: Hashable {
    var caseless = false
    var multiline = false
    var dotall = false
    var extended = false
    var unicode = false
    var anchored = false
    var ungreedy = false
    var dollarEndOnly = false
    var noAutoCapture = false
}

/// A set of characters.
struct RegexSet: Hashable {
    enum Property: Hashable {
        case digit, word, space, letter, upper, lower, number, punctuation, symbol, mark, separator, any
    }

    struct Member: Hashable {
        let property: Property
        let isNegated: Bool
    }

    var ranges: [ClosedRange<UInt32>] = []
    var members: [Member] = []
    var isNegated = false
    var caseless = false

    func contains(_ code: UInt32) -> Bool {
        if has(code) { return !isNegated }
        if caseless, Self.otherCases(code).contains(where: has) { return !isNegated }
        return isNegated
    }

    private func has(_ code: UInt32) -> Bool {
        ranges.contains { $0.contains(code) } || members.contains { Self.has(code, $0.property) != $0.isNegated }
    }

    static func otherCases(_ code: UInt32) -> [UInt32] {
        switch code {
        case 65...90: return [code + 32]
        case 97...122: return [code - 32]
        case 0..<128: return []
        default:
            guard let scalar = Unicode.Scalar(code) else { return [] }
            let (upper, lower) = (scalar.properties.uppercaseMapping, scalar.properties.lowercaseMapping)
            return [upper, lower].compactMap { text in
                text.unicodeScalars.count == 1 ? text.unicodeScalars.first?.value : nil
            }.filter { $0 != code }
        }
    }

    static func has(_ code: UInt32, _ property: Property) -> Bool {
        switch property {
        case .any: return true
        case .digit: return (48...57).contains(code)
        case .word: return isWord(code)
        case .space: return (9...13).contains(code) || code == 32
        default: break
        }
        guard let scalar = Unicode.Scalar(code) else { return false }
        let category = scalar.properties.generalCategory
        switch property {
        case .letter:
            return [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter].contains(
                category)
        case .upper: return category == .uppercaseLetter
        case .lower: return category == .lowercaseLetter
        case .number: return [.decimalNumber, .letterNumber, .otherNumber].contains(category)
        case .punctuation:
            return [
                .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
                .finalPunctuation, .otherPunctuation,
            ].contains(category)
        case .symbol: return [.mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol].contains(category)
        case .mark: return [.nonspacingMark, .spacingMark, .enclosingMark].contains(category)
        case .separator: return [.spaceSeparator, .lineSeparator, .paragraphSeparator].contains(category)
        default: return false
        }
    }

    static func isWord(_ code: UInt32) -> Bool {
        (48...57).contains(code) || (65...90).contains(code) || (97...122).contains(code) || code == 95
    }
}

indirect enum RegexNode {
    case empty
    case character(UInt32, caseless: Bool)
    case any(dotall: Bool)
    case set(RegexSet)
    case sequence([RegexNode])
    case alternatives([RegexNode])
    case group(RegexNode, index: Int)
    case atomic(RegexNode)
    case look(RegexNode, isNegated: Bool)
    /// Looks back by a fixed number of characters.
    case lookBehind(RegexNode, isNegated: Bool)
    case repeated(RegexNode, least: Int, most: Int?, kind: RepeatKind)
    case backReference(Int, caseless: Bool)
    case assertion(Assertion)
    /// `\K`: the match begins here.
    case keep

    enum RepeatKind { case greedy, lazy, possessive }

    enum Assertion: Hashable {
        case start, end, endOrLastNewline, lineStart, lineEnd, wordBoundary, notWordBoundary, firstPosition
    }
}
