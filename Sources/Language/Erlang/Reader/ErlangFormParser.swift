internal import Terms

/// Lexemes to the abstract format, by recursive descent; see `ErlangReader.swift`.
struct ErlangFormParser {
    private let text: String
    let literals: ErlangLiterals
    private let lexemes: [ErlangLexeme]
    private var position = 0
    /// Where the text ends; stands behind the last lexeme.
    private let end: ErlangLexeme
    let withColumns: Bool

    /// How many calls of `operation` are running.
    private(set) var depth = 0
    /// At least the height of what was read since this was last set to 0: operators that bind to the left make the tree
    /// higher without recursion here.
    var peak = 0
    /// Cells of the lists that are being read.
    private var cells = 0
    /// A `:` ends the expression, as in a pattern after `catch`.
    private(set) var isPattern = false

    private static let maximumDepth = Abstract.maximumDepth / 2

    init(_ text: String, _ options: ErlangReader.Options) throws(SyntaxError) {
        var literals = ErlangLiterals()
        let lexemes = try ErlangLexer.lexemes(
            text, line: options.firstLine, literals: &literals, withMaybe: options.withMaybe)
        self.init(lexemes, literals, text: text, withColumns: options.withColumns)
    }

    /// - Parameter lexemes: of one or more forms of `text`; an `end` may stand behind them.
    init(_ lexemes: [ErlangLexeme], _ literals: ErlangLiterals, text: String, withColumns: Bool) {
        self.text = text
        self.literals = literals
        self.lexemes = lexemes
        self.withColumns = withColumns
        if let last = lexemes.last {
            end = ErlangLexeme(
                kind: .end, offset: last.offset + last.length, length: 0, line: last.line,
                column: last.column + last.length)
        } else {
            end = ErlangLexeme(kind: .end, offset: 0, length: 0, line: 1, column: 1)
        }
    }

    // MARK: Lexemes

    @inline(__always)
    var current: ErlangLexeme { position < lexemes.count ? lexemes[position] : end }

    @inline(__always)
    var kind: ErlangLexeme.Kind { position < lexemes.count ? lexemes[position].kind : .end }

    var isAtEnd: Bool { kind == .end }

    func peek(_ distance: Int) -> ErlangLexeme {
        position + distance < lexemes.count ? lexemes[position + distance] : end
    }

    @inline(__always)
    mutating func advance() { position += 1 }

    /// The lexeme here, and on to the next.
    @inline(__always)
    mutating func next() -> ErlangLexeme {
        let lexeme = current
        position += 1
        return lexeme
    }

    @inline(__always)
    mutating func take(_ kind: ErlangLexeme.Kind) -> Bool {
        guard self.kind == kind else { return false }
        position += 1
        return true
    }

    @inline(__always)
    mutating func expect(_ kind: ErlangLexeme.Kind) throws(SyntaxError) {
        guard take(kind) else { throw unexpected() }
    }

    mutating func expectAtom() throws(SyntaxError) -> (Abstract.Location, Atom) {
        guard kind == .atom else { throw unexpected() }
        let lexeme = next()
        return (place(lexeme), atom(lexeme))
    }

    mutating func expectVariable() throws(SyntaxError) -> (Abstract.Location, Atom) {
        guard kind == .variable else { throw unexpected() }
        let lexeme = next()
        return (place(lexeme), atom(lexeme))
    }

    @inline(__always)
    func place(_ lexeme: ErlangLexeme) -> Abstract.Location {
        Abstract.Location(line: Int(lexeme.line), column: withColumns ? Int(lexeme.column) : 0)
    }

    /// Of an atom or variable.
    func atom(_ lexeme: ErlangLexeme) -> Atom { literals.atoms[Int(lexeme.payload)] }

    // MARK: Errors

    func error(_ message: String, at lexeme: ErlangLexeme, hint: String? = nil) -> SyntaxError {
        let utf8 = text.utf8
        let start = utf8.prefix(Int(lexeme.offset)).reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
        let length = utf8.dropFirst(Int(lexeme.offset)).prefix(Int(lexeme.length))
            .reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
        return SyntaxError(message, at: start, length: length, hint: hint, isIncomplete: lexeme.kind == .end)
    }

    /// The lexeme here fits nowhere.
    func unexpected(hint: String? = nil) -> SyntaxError {
        let lexeme = current
        let hint =
            hint ?? (lexeme.kind == .end ? "the text ends too early; a full stop ends an expression or a form" : nil)
        return error("syntax error before: \(ErlangFormParser.word(for: lexeme, literals))", at: lexeme, hint: hint)
    }

    func tooDeep() -> SyntaxError { error("nested too deep", at: current) }

    // MARK: Depth

    /// Begins a level; returns what `leave` needs.
    @inline(__always)
    mutating func enter() throws(SyntaxError) -> Int {
        let outer = peak
        depth += 1
        peak = 0
        guard depth < Self.maximumDepth else { throw tooDeep() }
        return outer
    }

    @inline(__always)
    mutating func leave(_ outer: Int) {
        depth -= 1
        peak = max(outer, peak + 1)
    }

    /// What was read becomes the left part of something.
    @inline(__always)
    mutating func wrap() throws(SyntaxError) {
        peak += 1
        guard depth + peak < Self.maximumDepth else { throw tooDeep() }
    }

    /// Counts the cell of the element that was read last; `releaseCells` gives them back.
    mutating func addCell(_ elements: inout ListElements) throws(SyntaxError) {
        cells += 1
        guard cells > Abstract.maximumCells else { return }
        // Lists in lists that are long all of them: parts would be too short.
        guard elements.headCount > Abstract.maximumCells / 20 else {
            throw error("lists of more than \(Abstract.maximumCells) elements inside one another", at: current)
        }
        releaseCells(elements.flush())
    }

    mutating func releaseCells(_ count: Int) { cells -= count }

    // MARK: Sequences

    mutating func sequenceWithFullStop() throws(SyntaxError) -> [Abstract.Expression] {
        let expressions = try sequence()
        try expect(.dot)
        return expressions
    }

    /// `E1, …, En`.
    mutating func sequence() throws(SyntaxError) -> [Abstract.Expression] {
        let first = try expression()
        guard kind == .comma else { return [first] }
        var expressions = [first]
        while take(.comma) { expressions.append(try expression()) }
        return expressions
    }

    mutating func expression() throws(SyntaxError) -> Abstract.Expression {
        let outer = isPattern
        isPattern = false
        let expression = try operation(0)
        isPattern = outer
        return expression
    }

    /// An expression that ends before a `:`.
    mutating func pattern() throws(SyntaxError) -> Abstract.Expression {
        let outer = isPattern
        isPattern = true
        let expression = try operation(0)
        isPattern = outer
        return expression
    }
}

extension ErlangFormParser {
    /// A lexeme as `erl_parse` words it in errors.
    static func word(for lexeme: ErlangLexeme, _ literals: ErlangLiterals) -> String {
        let printer = ErlangPrinter(width: nil)
        let position = Int(truncatingIfNeeded: lexeme.payload)
        switch lexeme.kind {
        case .end: return ""
        case .atom: return printer.print(.atom(literals.atoms[position]))
        case .variable: return literals.atoms[position].name
        case .integer: return String(lexeme.payload)
        case .bigInteger: return printer.print(literals.integers[position])
        case .float: return printer.print(.float(Double(bitPattern: lexeme.payload)))
        case .char: return Unicode.Scalar(UInt32(position)).map { "$\($0)" } ?? ""
        case .string, .binarySigil:
            return printer.print(.makeList(literals.strings[position].prefix(100).map { .integer(Int($0)) }))
        case .dot: return "'.'"
        default: return "'\(lexeme.kind.atom.name)'"
        }
    }
}

extension Abstract.Expression {
    /// Where it begins: an operator has the location of its sign, which stands behind its left operand.
    var start: Abstract.Location {
        var expression = self
        while true {
            switch expression {
            case .operation(_, _, let left, _), .remote(_, let left, _), .mapUpdate(_, let left, _),
                .recordUpdate(_, let left, _, _), .recordField(_, let left, _, _, _):
                expression = left
            default: return expression.location
            }
        }
    }
    /// The last location inside a pattern: where `erl_parse` puts the stack that a clause of `catch` does not name.
    var latest: Abstract.Location {
        var latest = location
        var rest = self
        func look(at other: Abstract.Location) {
            if (other.line, other.column) > (latest.line, latest.column) { latest = other }
        }
        while true {
            look(at: rest.location)
            switch rest {
            case .cons(_, let head, let tail):
                look(at: head.latest)
                rest = tail
                continue
            case .match(_, let left, let right), .operation(_, _, let left, let right):
                look(at: left.latest)
                look(at: right.latest)
            case .unary(_, _, let operand): look(at: operand.latest)
            case .tuple(_, let elements): for element in elements { look(at: element.latest) }
            case .map(_, let fields), .mapUpdate(_, _, let fields):
                for field in fields {
                    look(at: field.key.latest)
                    look(at: field.value.latest)
                }
            case .record(_, _, let fields): for field in fields { look(at: field.value.latest) }
            case .recordIndex(_, _, let at, _): look(at: at)
            case .binary(_, let elements):
                for element in elements {
                    look(at: element.value.latest)
                    if let size = element.size { look(at: size.latest) }
                }
            default: break
            }
            return latest
        }
    }
}
