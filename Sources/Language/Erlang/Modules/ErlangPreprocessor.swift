internal import Terms

/// Walks over the forms of files and obeys the directives; see `ErlangModuleReader.swift`.
struct ErlangPreprocessor {
    /// A macro's parameters, if it has any, and what it stands for.
    struct Macro {
        var parameters: [Atom]?
        var body: [ErlangLexeme]
    }

    let options: ErlangModuleReader.Options
    var forms: [Abstract.Form] = []
    var literals = ErlangLiterals()
    /// The definitions of each macro: one without parameters, others by their number.
    var macros: [Atom: [Macro]] = [:]
    var module: Atom?
    /// The form that is being expanded, if it is a function.
    var function: [ErlangLexeme]?

    // Of the file that is being read.
    var file = ""
    var text = ""
    /// What `-file` adds to the lines.
    private var lineDelta = 0
    private var conditions: [Condition] = []

    /// An `-if` that is open.
    private struct Condition {
        var isActive: Bool
        /// One of its branches was taken already, or it stands in a part that is left out.
        var isDone: Bool
        var hasElse = false
        var lexeme: ErlangLexeme
    }

    private static let maximumDepth = 8

    init(_ options: ErlangModuleReader.Options) { self.options = options }

    /// Defines the macros that were given.
    mutating func defineGiven() throws(SyntaxError) {
        for (name, value) in options.macros {
            let body = try ErlangLexer.lexemes(ErlangPrinter(width: nil).print(value), literals: &literals)
            macros[Atom(name)] = [Macro(parameters: nil, body: body.dropLast())]
        }
    }

    func error(_ message: String, at lexeme: ErlangLexeme, hint: String? = nil) -> SyntaxError {
        ErlangFormParser([], literals, text: text, withColumns: false).error(message, at: lexeme, hint: hint)
    }

    // MARK: Files

    mutating func read(_ text: String, name: String, depth: Int) throws(SyntaxError) {
        let outer = (file, self.text, lineDelta, conditions)
        (file, self.text, lineDelta, conditions) = (name, text, 0, [])
        let lexemes = try ErlangLexer.lexemes(
            Self.withoutInterpreterLine(text), line: options.reading.firstLine, literals: &literals,
            withMaybe: options.reading.withMaybe)
        appendFile(line: 1, at: Abstract.Location(line: 1, column: options.reading.withColumns ? 1 : 0))
        var position = 0
        while position < lexemes.count, lexemes[position].kind != .end {
            var end = position
            while end < lexemes.count, lexemes[end].kind != .dot, lexemes[end].kind != .end { end += 1 }
            guard end < lexemes.count, lexemes[end].kind == .dot else {
                guard conditions.allSatisfy(\.isActive) else { break }
                throw error(
                    "syntax error before: ", at: lexemes[end], hint: "the last form of \(name) has no full stop")
            }
            try form(Array(lexemes[position...end]), depth: depth)
            position = end + 1
        }
        if let open = conditions.last {
            throw error("unterminated '-\(word(open.lexeme))'", at: open.lexeme)
        }
        if depth == 0, var last = lexemes.last {
            last.line = UInt32(clamping: Int(last.line) + lineDelta)
            forms.append(.endOfFile(place(last)))
        }
        (file, self.text, lineDelta, conditions) = outer
    }

    /// The text with its first line blank if that names an interpreter.
    private static func withoutInterpreterLine(_ text: String) -> String {
        guard text.hasPrefix("#!") else { return text }
        let line = text.unicodeScalars.prefix { $0 != "\n" }
        return String(repeating: " ", count: line.count) + String(text.unicodeScalars.dropFirst(line.count))
    }

    private mutating func appendFile(line: Int, at location: Abstract.Location) {
        forms.append(.attribute(location, "file", .tuple([.charlist(file), .integer(line)])))
    }

    private func place(_ lexeme: ErlangLexeme) -> Abstract.Location {
        Abstract.Location(
            line: Int(lexeme.line), column: options.reading.withColumns ? Int(lexeme.column) : 0)
    }

    func word(_ lexeme: ErlangLexeme) -> String {
        lexeme.kind == .atom || lexeme.kind == .variable ? atom(lexeme).name : lexeme.kind.atom.name
    }

    func atom(_ lexeme: ErlangLexeme) -> Atom { literals.atoms[Int(lexeme.payload)] }

    // MARK: Forms

    private mutating func form(_ form: [ErlangLexeme], depth: Int) throws(SyntaxError) {
        var form = form
        if lineDelta != 0 {
            for position in form.indices {
                form[position].line = UInt32(clamping: Int(form[position].line) + lineDelta)
            }
        }
        if form.count >= 3, form[0].kind == .minus, try directive(form, depth: depth) { return }
        guard conditions.allSatisfy(\.isActive) else { return }
        let expanded = try expand(form)
        if expanded.count >= 3, expanded[0].kind == .minus, expanded[1].kind == .atom {
            if try fileDirective(expanded, depth: depth) { return }
        }
        var parser = ErlangFormParser(
            expanded, literals, text: text, withColumns: options.reading.withColumns)
        let result = try parser.form()
        if case .attribute(_, "module", let value) = result {
            module = value.asAtom ?? value.asTuple?.first?.asAtom
        }
        forms.append(result)
    }

    /// Obeys the directives whose words must not be expanded; `false` if the form is none.
    private mutating func directive(_ form: [ErlangLexeme], depth: Int) throws(SyntaxError) -> Bool {
        let name = word(form[1])
        let isActive = conditions.allSatisfy(\.isActive)
        switch name {
        case "ifdef", "ifndef":
            guard isActive else { return open(form[1], isTrue: false, isDone: true) }
            let macro = try macroName(form)
            let isDefined = macros[macro] != nil || Self.predefined.contains(macro.name)
            return open(form[1], isTrue: isDefined == (name == "ifdef"))
        case "if" where form[2].kind == .leftParenthesis:
            guard isActive else { return open(form[1], isTrue: false, isDone: true) }
            return open(form[1], isTrue: try condition(form))
        case "elif":
            guard var last = conditions.popLast(), !last.hasElse else { throw unbalanced(form[1]) }
            if last.isDone || last.isActive {
                last.isDone = true
                last.isActive = false
            } else {
                last.isActive = try condition(form)
            }
            conditions.append(last)
        case "else":
            guard var last = conditions.popLast() else { throw unbalanced(form[1]) }
            guard !last.hasElse else { throw error("repeated '-else'", at: form[1]) }
            last.hasElse = true
            last.isActive = !last.isActive && !last.isDone
            conditions.append(last)
        case "endif":
            guard conditions.popLast() != nil else { throw unbalanced(form[1]) }
        case "define" where isActive: try define(form)
        case "undef" where isActive: macros[try macroName(form)] = nil
        case "feature" where isActive: break
        default: return false
        }
        return true
    }

    private func unbalanced(_ lexeme: ErlangLexeme) -> SyntaxError {
        error("unbalanced '-\(word(lexeme))'", at: lexeme)
    }

    private mutating func open(_ lexeme: ErlangLexeme, isTrue: Bool, isDone: Bool = false) -> Bool {
        conditions.append(Condition(isActive: isTrue, isDone: isDone, lexeme: lexeme))
        return true
    }

    /// The `NAME` of `-word(NAME).`
    private func macroName(_ form: [ErlangLexeme]) throws(SyntaxError) -> Atom {
        guard form.count == 6, form[2].kind == .leftParenthesis, form[4].kind == .rightParenthesis,
            form[3].kind == .atom || form[3].kind == .variable
        else { throw error("badly formed '\(word(form[1]))'", at: form[1]) }
        return atom(form[3])
    }

    private mutating func condition(_ form: [ErlangLexeme]) throws(SyntaxError) -> Bool {
        var form = form
        // `defined(X)` asks for the macro itself.
        for position in form.indices.dropFirst(2).dropLast(3)
        where form[position].kind == .atom && atom(form[position]) == "defined" {
            let argument = form[position + 2]
            guard form[position + 1].kind == .leftParenthesis, form[position + 3].kind == .rightParenthesis,
                argument.kind == .variable
            else { continue }
            form[position + 2].kind = .atom
        }
        let expanded = try expand(form)
        guard expanded.count > 4 else { throw error("badly formed '\(word(form[1]))'", at: form[1]) }
        var parser = ErlangFormParser(
            Array(expanded[3...]), literals, text: text, withColumns: false)
        let expression = try parser.expression()
        try parser.expect(.rightParenthesis)
        try parser.expect(.dot)
        let defined = Set(macros.keys)
        let condition = ErlangCondition { defined.contains($0) || Self.predefined.contains($0.name) }
        return condition.evaluate(expression)?.isTrue ?? false
    }

    /// Obeys the directives whose arguments may have macros; `false` if the form is none.
    private mutating func fileDirective(_ form: [ErlangLexeme], depth: Int) throws(SyntaxError) -> Bool {
        let name = word(form[1])
        switch name {
        case "include", "include_lib":
            guard form.count == 6, form[2].kind == .leftParenthesis, form[3].kind == .string,
                form[4].kind == .rightParenthesis
            else { throw error("badly formed '\(name)'", at: form[1]) }
            try include(form, isLibrary: name == "include_lib", depth: depth)
        case "file":
            var parser = ErlangFormParser(form, literals, text: text, withColumns: options.reading.withColumns)
            guard form.count == 8, form[3].kind == .string, form[5].kind == .integer else {
                throw error("badly formed 'file'", at: form[1])
            }
            let attribute = try parser.form()
            guard case .attribute(_, _, let value) = attribute, let pair = value.asTuple, pair.count == 2,
                let line = pair[1].asInteger, let name = pair[0].properList
            else { throw error("badly formed 'file'", at: form[1]) }
            forms.append(attribute)
            file = String(
                String.UnicodeScalarView(name.compactMap { Unicode.Scalar(UInt32($0.asInteger ?? 0)) }))
            // `epp` gives this line the number, not the next one.
            lineDelta += line - Int(form[0].line)
        case "error":
            throw error("-error(\(argument(form))).", at: form[1])
        case "warning": break
        default: return false
        }
        return true
    }

    private func argument(_ form: [ErlangLexeme]) -> String {
        form.dropFirst(3).dropLast(2).map { ErlangFormParser.word(for: $0, literals) }.joined(separator: " ")
    }

    private mutating func include(_ form: [ErlangLexeme], isLibrary: Bool, depth: Int) throws(SyntaxError) {
        let scalars = literals.strings[Int(form[3].payload)]
        let name = String(String.UnicodeScalarView(scalars.compactMap { Unicode.Scalar($0) }))
        let what = isLibrary ? "lib" : "file"
        guard depth < Self.maximumDepth else { throw error("include nested too deep", at: form[3]) }
        guard let included = options.include(name, file, isLibrary) else {
            throw error(
                "can't find include \(what) \"\(name)\"", at: form[3],
                hint: isLibrary ? "only files beside the module can be included" : nil)
        }
        let outer = (file, text)
        do {
            try read(included.text, name: included.name, depth: depth + 1)
        } catch {
            (file, text) = outer
            let line = error.position(in: included.text).line
            throw self.error("\(included.name):\(line): \(error.message)", at: form[3], hint: error.hint)
        }
        let next = Int(form[0].line) + 1
        appendFile(line: next, at: Abstract.Location(line: next, column: options.reading.withColumns ? 1 : 0))
    }

    // MARK: Definitions

    /// `-define(NAME, Body).` or `-define(NAME(A, B), Body).`
    private mutating func define(_ form: [ErlangLexeme]) throws(SyntaxError) {
        let bad = error("badly formed 'define'", at: form[1])
        guard form.count >= 6, form[2].kind == .leftParenthesis, form[form.count - 2].kind == .rightParenthesis,
            form[3].kind == .atom || form[3].kind == .variable
        else { throw bad }
        let name = atom(form[3])
        var position = 4
        var parameters: [Atom]?
        if form[position].kind == .leftParenthesis {
            var names: [Atom] = []
            position += 1
            while form[position].kind == .variable {
                guard !names.contains(atom(form[position])) else {
                    throw error("argument '\(word(form[position]))' already used", at: form[position])
                }
                names.append(atom(form[position]))
                position += 1
                guard form[position].kind == .comma else { break }
                position += 1
            }
            guard form[position].kind == .rightParenthesis else { throw bad }
            position += 1
            parameters = names
        }
        // A comma, and then anything up to the parenthesis that closes the directive.
        guard form[position].kind == .comma || position == form.count - 2 else { throw bad }
        guard !Self.predefined.contains(name.name) else {
            throw error("redefining predefined macro '\(name.name)'", at: form[3])
        }
        var definitions = macros[name] ?? []
        guard !definitions.contains(where: { $0.parameters?.count == parameters?.count }) else {
            throw error("redefining macro '\(name.name)'", at: form[3], hint: "take it back with -undef first")
        }
        let body = position + 1 < form.count - 2 ? Array(form[(position + 1)..<(form.count - 2)]) : []
        definitions.append(Macro(parameters: parameters, body: body))
        macros[name] = definitions
    }
}
