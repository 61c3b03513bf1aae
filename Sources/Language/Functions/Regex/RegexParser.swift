/// Reads a pattern.
struct RegexParser {
    private let codes: [UInt32]
    private var place = 0
    private var options: RegexOptions
    private var depth = 0
    private(set) var groupCount = 0
    private(set) var names: [String: Int] = [:]

    private static let maximumDepth = 200
    private static let maximumRepeat = 65_535

    init(_ codes: [UInt32], _ options: RegexOptions) {
        self.codes = codes
        self.options = options
    }

    mutating func parse() throws(RegexError) -> RegexNode {
        let node = try alternatives()
        guard place == codes.count else { throw error("unmatched parentheses") }
        return node
    }

    private func error(_ message: String) -> RegexError { RegexError(message: message, offset: place) }
    private var current: UInt32? { place < codes.count ? codes[place] : nil }

    private func at(_ character: Character, _ distance: Int = 0) -> Bool {
        place + distance < codes.count && codes[place + distance] == character.unicodeScalars.first?.value
    }

    private mutating func take(_ text: String) -> Bool {
        let wanted = text.unicodeScalars.map(\.value)
        guard codes[place...].starts(with: wanted) else { return false }
        place += wanted.count
        return true
    }

    private mutating func alternatives() throws(RegexError) -> RegexNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { throw error("parentheses are too deeply nested") }
        let outer = options
        defer { options = outer }
        var branches: [RegexNode] = []
        repeat { branches.append(try sequence()) } while take("|")
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence() throws(RegexError) -> RegexNode {
        var nodes: [RegexNode] = []
        while let code = current, code != 0x7c, code != 0x29 {
            if options.extended, skipsBlank(code) { continue }
            if at("("), at("?", 1), try inlineOptions() { continue }
            if take("\\Q") {
                while place < codes.count, !take("\\E") {
                    nodes.append(.character(codes[place], caseless: options.caseless))
                    place += 1
                }
                continue
            }
            if take("\\E") { continue }
            nodes.append(try quantified(try atom()))
        }
        return nodes.count == 1 ? nodes[0] : nodes.isEmpty ? .empty : .sequence(nodes)
    }

    private mutating func skipsBlank(_ code: UInt32) -> Bool {
        if code == 32 || (9...13).contains(code) {
            place += 1
            return true
        }
        guard code == 0x23 else { return false }
        while let next = current, next != 10 { _ = (next, place += 1) }
        return true
    }

    /// `(?i)` and its like: for what follows in the group; and comments.
    private mutating func inlineOptions() throws(RegexError) -> Bool {
        let start = place
        if take("(?#") {
            while let code = current, code != 0x29 { _ = (code, place += 1) }
            guard take(")") else { throw error("missing ) after comment") }
            return true
        }
        place += 2
        guard flags(), take(")") else {
            place = start
            return false
        }
        return true
    }

    private mutating func flags() -> Bool {
        let before = options
        var value = true
        var count = 0
        while let code = current {
            switch Unicode.Scalar(code) {
            case "i": options.caseless = value
            case "m": options.multiline = value
            case "s": options.dotall = value
            case "x": options.extended = value
            case "U": options.ungreedy = value
            case "-" where value: value = false
            case ")", ":": return count > 0
            default:
                options = before
                return false
            }
            place += 1
            count += 1
        }
        return false
    }

    private mutating func quantified(_ node: RegexNode) throws(RegexError) -> RegexNode {
        var node = node
        var isRepeated = false
        while let code = current {
            if options.extended, skipsBlank(code) { continue }
            let start = place
            let (least, most): (Int, Int?)
            if take("*") {
                (least, most) = (0, nil)
            } else if take("+") {
                (least, most) = (1, nil)
            } else if take("?") {
                (least, most) = (0, 1)
            } else if at("{"), let counts = try counts() {
                (least, most) = counts
            } else {
                return node
            }
            if isRepeated { throw RegexError(message: "nothing to repeat", offset: start) }
            let kind: RegexNode.RepeatKind =
                take("?")
                ? (options.ungreedy ? .greedy : .lazy)
                : take("+") ? .possessive : options.ungreedy ? .lazy : .greedy
            node = .repeated(node, least: least, most: most, kind: kind)
            isRepeated = true
        }
        return node
    }

    /// `{2}`, `{2,}`, `{2,3}`; anything else behind a brace is text.
    private mutating func counts() throws(RegexError) -> (Int, Int?)? {
        let start = place
        place += 1
        guard let least = number() else {
            place = start
            return nil
        }
        var most: Int? = least
        if take(",") { most = number() }
        guard take("}") else {
            place = start
            return nil
        }
        guard least <= Self.maximumRepeat, most ?? 0 <= Self.maximumRepeat else {
            throw error("number too big in {} quantifier")
        }
        if let most, most < least { throw error("numbers out of order in {} quantifier") }
        return (least, most)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let code = current, (48...57).contains(code), (value ?? 0) < 1_000_000 {
            value = (value ?? 0) * 10 + Int(code) - 48
            place += 1
        }
        return value
    }

    private mutating func atom() throws(RegexError) -> RegexNode {
        guard let code = current else { throw error("internal error") }
        place += 1
        switch Unicode.Scalar(code) {
        case ".": return .any(dotall: options.dotall)
        case "^": return .assertion(options.multiline ? .lineStart : .start)
        case "$":
            return .assertion(options.multiline ? .lineEnd : options.dollarEndOnly ? .end : .endOrLastNewline)
        case "[": return .set(try set())
        case "(": return try group()
        case "\\": return try escape()
        case "*", "+", "?":
            place -= 1
            throw error("nothing to repeat")
        default: return .character(code, caseless: options.caseless)
        }
    }

    private mutating func group() throws(RegexError) -> RegexNode {
        let node: RegexNode
        if take("?:") {
            node = try alternatives()
        } else if take("?=") {
            node = .look(try alternatives(), isNegated: false)
        } else if take("?!") {
            node = .look(try alternatives(), isNegated: true)
        } else if take("?<=") {
            node = .lookBehind(try alternatives(), isNegated: false)
        } else if take("?<!") {
            node = .lookBehind(try alternatives(), isNegated: true)
        } else if take("?>") {
            node = .atomic(try alternatives())
        } else if take("?P<") || take("?<") {
            node = try captured(named: try name(until: ">"))
        } else if take("?'") {
            node = try captured(named: try name(until: "'"))
        } else if take("?P=") {
            let name = try name(until: ")")
            place -= 1
            guard let index = names[name] else { throw error("reference to non-existent subpattern") }
            node = .backReference(index, caseless: options.caseless)
        } else if at("?") {
            place += 1
            let outer = options
            defer { options = outer }
            guard flags(), take(":") else { throw error("unrecognized character after (? or (?-") }
            node = try alternatives()
        } else if options.noAutoCapture {
            node = try alternatives()
        } else {
            node = try captured(named: nil)
        }
        guard take(")") else { throw error("missing )") }
        return node
    }

    private mutating func captured(named name: String?) throws(RegexError) -> RegexNode {
        groupCount += 1
        let index = groupCount
        if let name {
            guard names[name] == nil else { throw error("two named subpatterns have the same name") }
            names[name] = index
        }
        return .group(try alternatives(), index: index)
    }

    private mutating func name(until end: Character) throws(RegexError) -> String {
        var name = ""
        while let code = current, RegexSet.isWord(code), let scalar = Unicode.Scalar(code) {
            name.unicodeScalars.append(scalar)
            place += 1
        }
        guard !name.isEmpty, take(String(end)) else { throw error("syntax error in subpattern name") }
        return name
    }

    private mutating func escape() throws(RegexError) -> RegexNode {
        guard let code = current else { throw error("\\ at end of pattern") }
        switch Unicode.Scalar(code) {
        case "b": return assertion(.wordBoundary)
        case "B": return assertion(.notWordBoundary)
        case "A": return assertion(.start)
        case "z": return assertion(.end)
        case "Z": return assertion(.endOrLastNewline)
        case "G": return assertion(.firstPosition)
        case "K":
            place += 1
            return .keep
        case "R":
            place += 1
            return .atomic(
                .alternatives([
                    .sequence([.character(13, caseless: false), .character(10, caseless: false)]),
                    .set(RegexSet(ranges: [10...13, 0x85...0x85])),
                ]))
        case "1", "2", "3", "4", "5", "6", "7", "8", "9":
            let start = place
            if let index = number(), index < 10 || index <= groupCount {
                return .backReference(index, caseless: options.caseless)
            }
            place = start
        case "g", "k":
            if let node = try namedReference() { return node }
        default: break
        }
        if let set = try setEscape() { return .set(set) }
        return .character(try characterEscape(), caseless: options.caseless)
    }

    private mutating func assertion(_ assertion: RegexNode.Assertion) -> RegexNode {
        place += 1
        return .assertion(assertion)
    }

    private mutating func namedReference() throws(RegexError) -> RegexNode? {
        let start = place
        place += 1
        for (open, close) in [("{", "}"), ("<", ">"), ("'", "'")] where take(open) {
            if let index = number() {
                guard take(close) else { throw error("malformed \\g or \\k") }
                return .backReference(index, caseless: options.caseless)
            }
            let name = try name(until: Character(close))
            guard let index = names[name] else { throw error("reference to non-existent subpattern") }
            return .backReference(index, caseless: options.caseless)
        }
        if let index = number() { return .backReference(index, caseless: options.caseless) }
        place = start
        return nil
    }

    /// `\d` and its like, and `\p{L}`.
    private mutating func setEscape() throws(RegexError) -> RegexSet? {
        guard let code = current, let scalar = Unicode.Scalar(code) else { return nil }
        func one(_ property: RegexSet.Property, _ isNegated: Bool = false) -> RegexSet {
            RegexSet(members: [RegexSet.Member(property: property, isNegated: isNegated)])
        }
        var result: RegexSet?
        switch scalar {
        case "d": result = one(.digit)
        case "D": result = one(.digit, true)
        case "w": result = one(.word)
        case "W": result = one(.word, true)
        case "s": result = one(.space)
        case "S": result = one(.space, true)
        case "h": result = RegexSet(ranges: [9...9, 32...32, 0xa0...0xa0])
        case "H": result = RegexSet(ranges: [9...9, 32...32, 0xa0...0xa0], isNegated: true)
        case "v": result = RegexSet(ranges: [10...13, 0x85...0x85, 0x2028...0x2029])
        case "V": result = RegexSet(ranges: [10...13, 0x85...0x85, 0x2028...0x2029], isNegated: true)
        case "N": result = RegexSet(ranges: [10...10], isNegated: true)
        case "p", "P": return try property(isNegated: scalar == "P")
        default: break
        }
        if result != nil { place += 1 }
        return result
    }

    private mutating func property(isNegated: Bool) throws(RegexError) -> RegexSet {
        place += 1
        var name = ""
        var isNegated = isNegated
        if take("{") {
            if take("^") { isNegated.toggle() }
            while let code = current, code != 0x7d, let scalar = Unicode.Scalar(code) {
                name.unicodeScalars.append(scalar)
                place += 1
            }
            guard take("}") else { throw error("malformed \\P or \\p sequence") }
        } else if let code = current, let scalar = Unicode.Scalar(code) {
            name.unicodeScalars.append(scalar)
            place += 1
        }
        let properties: [String: RegexSet.Property] = [
            "L": .letter, "Lu": .upper, "Ll": .lower, "N": .number, "Nd": .digit, "P": .punctuation, "S": .symbol,
            "M": .mark, "Z": .separator, "Any": .any, "Xwd": .word, "Xsp": .space,
        ]
        guard let property = properties[name] else { throw error("unknown property name after \\P or \\p") }
        return RegexSet(members: [RegexSet.Member(property: property, isNegated: isNegated)])
    }

    private mutating func characterEscape() throws(RegexError) -> UInt32 {
        guard let code = current, let scalar = Unicode.Scalar(code) else { throw error("\\ at end of pattern") }
        place += 1
        switch scalar {
        case "n": return 10
        case "t": return 9
        case "r": return 13
        case "f": return 12
        case "e": return 27
        case "a": return 7
        case "0"..."7":
            var value = code - 48
            var digits = 1
            while digits < 3, let next = current, (48...55).contains(next) {
                value = value * 8 + next - 48
                place += 1
                digits += 1
            }
            return value
        case "x":
            let isBraced = take("{")
            var value: UInt32 = 0
            var digits = 0
            while digits < (isBraced ? 8 : 2), let next = current, let byte = UInt8(exactly: next),
                let digit = IntegerText.digit(byte), digit < 16
            {
                value = value << 4 | UInt32(digit)
                place += 1
                digits += 1
            }
            guard !isBraced || take("}"), value < 0x110000 else { throw error("character value in \\x{} is too large") }
            return value
        case "c":
            guard let next = current, next < 128 else { throw error("\\c at end of pattern") }
            place += 1
            return ((97...122).contains(next) ? next - 32 : next) ^ 64
        default:
            if RegexSet.isWord(code), code != 95 {
                throw error("unrecognized character follows \\")
            }
            return code
        }
    }

    private mutating func set() throws(RegexError) -> RegexSet {
        var set = RegexSet(caseless: options.caseless)
        if take("^") { set.isNegated = true }
        var isFirst = true
        while let code = current {
            if code == 0x5d, !isFirst {
                place += 1
                return set
            }
            isFirst = false
            if at("["), at(":", 1), let members = posixClass() {
                set.ranges += members.ranges
                set.members += members.members
                continue
            }
            guard let low = try setMember(&set) else { continue }
            guard at("-"), place + 1 < codes.count, !at("]", 1) else {
                set.ranges.append(low...low)
                continue
            }
            place += 1
            guard let high = try setMember(&set) else {
                set.ranges += [low...low, 45...45]
                continue
            }
            guard low <= high else { throw error("range out of order in character class") }
            set.ranges.append(low...high)
        }
        throw error("missing terminating ] for character class")
    }

    /// A character; or nothing, when a class like `\d` was put into the set.
    private mutating func setMember(_ set: inout RegexSet) throws(RegexError) -> UInt32? {
        guard let code = current else { throw error("missing terminating ] for character class") }
        place += 1
        guard code == 0x5c else { return code }
        if take("b") { return 8 }
        if let members = try setEscape() {
            if members.isNegated {
                var low: UInt32 = 0
                for range in members.ranges {
                    if range.lowerBound > low { set.ranges.append(low...(range.lowerBound - 1)) }
                    low = range.upperBound + 1
                }
                set.ranges.append(low...0x10ffff)
            } else {
                set.ranges += members.ranges
            }
            set.members += members.members
            return nil
        }
        return try characterEscape()
    }

    private mutating func posixClass() -> RegexSet? {
        let classes: [(String, RegexSet)] = [
            ("alpha", RegexSet(ranges: [65...90, 97...122])), ("digit", RegexSet(ranges: [48...57])),
            ("alnum", RegexSet(ranges: [48...57, 65...90, 97...122])), ("upper", RegexSet(ranges: [65...90])),
            ("lower", RegexSet(ranges: [97...122])), ("space", RegexSet(ranges: [9...13, 32...32])),
            ("blank", RegexSet(ranges: [9...9, 32...32])),
            ("punct", RegexSet(ranges: [33...47, 58...64, 91...96, 123...126])),
            ("xdigit", RegexSet(ranges: [48...57, 65...70, 97...102])),
            ("cntrl", RegexSet(ranges: [0...31, 127...127])),
            ("print", RegexSet(ranges: [32...126])), ("graph", RegexSet(ranges: [33...126])),
            ("word", RegexSet(ranges: [48...57, 65...90, 95...95, 97...122])), ("ascii", RegexSet(ranges: [0...127])),
        ]
        for (name, set) in classes where take("[:\(name):]") { return set }
        return nil
    }
}
