internal import Terms

// Macros in a form, replaced until none is left.

extension ErlangPreprocessor {
    /// More lexemes than this in one form is a macro that blows up.
    private static let maximumExpansion = 500_000

    static let predefined: Set<String> = [
        "FILE", "LINE", "MODULE", "MODULE_STRING", "MACHINE", "BEAM", "OTP_RELEASE", "FUNCTION_NAME", "FUNCTION_ARITY",
        "FEATURE_ENABLED", "FEATURE_AVAILABLE",
    ]

    /// A form without macros.
    mutating func expand(_ form: [ErlangLexeme]) throws(SyntaxError) -> [ErlangLexeme] {
        guard form.contains(where: { $0.kind == .question }) else { return form }
        function = Self.hasHead(form) ? form : nil
        defer { function = nil }
        var result: [ErlangLexeme] = []
        var budget = Self.maximumExpansion
        try expand(form, into: &result, active: [], depth: 0, budget: &budget)
        return result
    }

    /// - Parameters:
    ///   - active: the macros whose bodies are being expanded.
    ///   - depth: how many bodies and arguments stand around.
    private mutating func expand(
        _ lexemes: [ErlangLexeme], into result: inout [ErlangLexeme], active: [Atom], depth: Int, budget: inout Int
    ) throws(SyntaxError) {
        var position = 0
        while position < lexemes.count {
            let lexeme = lexemes[position]
            position += 1
            budget -= 1
            guard budget > 0 else { throw error("macros expand to too much", at: lexeme) }
            guard lexeme.kind == .question else {
                result.append(lexeme)
                continue
            }
            let call = position < lexemes.count ? lexemes[position] : lexeme
            position += 1
            let name = try macroName(call)
            if let own = try predefined(name, at: call, lexemes, &position) {
                result.append(own)
                continue
            }
            guard depth < 100 else { throw error("macros are nested too deep", at: call) }
            let (macro, arguments) = try definition(of: name, at: call, lexemes, &position)
            var expanded: [[ErlangLexeme]] = []
            for argument in arguments {
                var words: [ErlangLexeme] = []
                try expand(argument, into: &words, active: active, depth: depth + 1, budget: &budget)
                expanded.append(words)
            }
            let body = try substitute(macro, arguments, expanded, at: call)
            guard body.contains(where: { $0.kind == .question }) else {
                budget -= body.count
                result += body
                continue
            }
            guard !active.contains(name) else { throw error("circular macro '\(name.name)'", at: call) }
            try expand(body, into: &result, active: active + [name], depth: depth + 1, budget: &budget)
        }
    }

    private func macroName(_ lexeme: ErlangLexeme) throws(SyntaxError) -> Atom {
        if lexeme.kind == .atom || lexeme.kind == .variable { return atom(lexeme) }
        guard lexeme.kind.isWord else {
            throw error("illegal macro call '?\(ErlangFormParser.word(for: lexeme, literals))'", at: lexeme)
        }
        return lexeme.kind.atom
    }

    /// The definition that a call means, and its arguments.
    private func definition(
        of name: Atom, at call: ErlangLexeme, _ lexemes: [ErlangLexeme], _ position: inout Int
    ) throws(SyntaxError) -> (Macro, [[ErlangLexeme]]) {
        guard let definitions = macros[name] else {
            let arguments = try? arguments(lexemes, &position, of: name)
            let shown = arguments.map { "\(name.name)/\($0.count)" } ?? name.name
            throw error("undefined macro '\(shown)'", at: call)
        }
        let hasParameters = definitions.contains { $0.parameters != nil }
        let hasArguments =
            hasParameters && position < lexemes.count && lexemes[position].kind == .leftParenthesis
        let arguments = hasArguments ? try arguments(lexemes, &position, of: name) : []
        let count = hasArguments ? arguments.count : nil
        guard let macro = definitions.first(where: { $0.parameters?.count == count }) else {
            throw error("argument mismatch for macro '\(name.name)'", at: call)
        }
        return (macro, arguments)
    }

    /// The arguments in parentheses at `position`, which goes behind them.
    private func arguments(
        _ lexemes: [ErlangLexeme], _ position: inout Int, of name: Atom
    ) throws(SyntaxError) -> [[ErlangLexeme]] {
        let open = position < lexemes.count ? lexemes[position] : ErlangLexeme.none
        let malformed = error("badly formed argument for macro '\(name.name)'", at: open)
        guard open.kind == .leftParenthesis else { throw malformed }
        var arguments: [[ErlangLexeme]] = []
        var argument: [ErlangLexeme] = []
        var depth = 0
        var place = position + 1
        while place < lexemes.count {
            let lexeme = lexemes[place]
            place += 1
            switch lexeme.kind {
            case .leftParenthesis, .leftBrace, .leftBracket, .leftBinary, .begin, .case, .if, .receive, .try, .maybe:
                depth += 1
            case .fun:
                // `fun F/1` has no end.
                let next = place < lexemes.count ? lexemes[place].kind : .end
                let second = place + 1 < lexemes.count ? lexemes[place + 1].kind : .end
                if next == .leftParenthesis || next == .variable && second == .leftParenthesis { depth += 1 }
            case .rightParenthesis where depth == 0:
                if !arguments.isEmpty || !argument.isEmpty {
                    guard !argument.isEmpty else { throw malformed }
                    arguments.append(argument)
                }
                position = place
                return arguments
            case .rightParenthesis, .rightBrace, .rightBracket, .rightBinary, .endWord: depth -= 1
            case .comma where depth == 0:
                guard !argument.isEmpty else { throw malformed }
                arguments.append(argument)
                argument = []
                continue
            default: break
            }
            argument.append(lexeme)
        }
        throw malformed
    }

    /// A macro's body with its arguments, where it is called; `??Argument` shows an argument as it was written.
    private mutating func substitute(
        _ macro: Macro, _ arguments: [[ErlangLexeme]], _ expanded: [[ErlangLexeme]], at call: ErlangLexeme
    ) throws(SyntaxError) -> [ErlangLexeme] {
        var place = call
        var result: [ErlangLexeme] = []
        let parameters = macro.parameters ?? []
        var position = 0
        while position < macro.body.count {
            var lexeme = macro.body[position]
            position += 1
            if lexeme.kind == .variable, let index = parameters.firstIndex(of: atom(lexeme)) {
                result += expanded[index]
                // What follows an argument stands where the argument ends.
                place = arguments[index].last ?? place
                continue
            }
            if lexeme.kind == .question, position + 1 < macro.body.count, macro.body[position].kind == .question,
                macro.body[position + 1].kind == .variable,
                let index = parameters.firstIndex(of: atom(macro.body[position + 1]))
            {
                position += 2
                let words = arguments[index].map { source($0) }
                lexeme.kind = .string
                lexeme.payload = UInt64(literals.strings.count)
                literals.strings.append(words.joined(separator: " ").unicodeScalars.map(\.value))
            }
            lexeme.line = place.line
            lexeme.column = place.column
            lexeme.offset = call.offset
            lexeme.length = call.length
            result.append(lexeme)
        }
        return result
    }

    /// A lexeme as it is written in source.
    private func source(_ lexeme: ErlangLexeme) -> String {
        switch lexeme.kind {
        case .atom, .variable, .integer, .bigInteger, .float, .string, .binarySigil, .char:
            ErlangFormParser.word(for: lexeme, literals)
        default: lexeme.kind.atom.name
        }
    }

    // MARK: Predefined macros

    private mutating func predefined(
        _ name: Atom, at lexeme: ErlangLexeme, _ lexemes: [ErlangLexeme], _ position: inout Int
    ) throws(SyntaxError) -> ErlangLexeme? {
        var new = lexeme
        func atom(_ atom: Atom) -> ErlangLexeme {
            new.kind = .atom
            new.payload = UInt64(literals.position(of: atom))
            return new
        }
        func integer(_ value: Int) -> ErlangLexeme {
            new.kind = .integer
            new.payload = UInt64(value)
            return new
        }
        func string(_ text: String) -> ErlangLexeme {
            new.kind = .string
            new.payload = UInt64(literals.strings.count)
            literals.strings.append(text.unicodeScalars.map(\.value))
            return new
        }
        switch name.name {
        case "FILE": return string(file)
        case "LINE": return integer(Int(lexeme.line))
        case "MACHINE": return atom("BEAM")
        case "BEAM": return atom("true")
        case "OTP_RELEASE": return integer(options.release)
        case "MODULE":
            guard let module else { throw error("undefined macro 'MODULE'", at: lexeme) }
            return atom(module)
        case "MODULE_STRING":
            guard let module else { throw error("undefined macro 'MODULE_STRING'", at: lexeme) }
            return string(module.name)
        case "FUNCTION_NAME", "FUNCTION_ARITY":
            guard let function else {
                throw error("?\(name.name) can only be used within a function", at: lexeme)
            }
            guard name == "FUNCTION_ARITY" else { return atom(self.atom(function[0])) }
            var start = 1
            return integer(try arguments(function, &start, of: name).count)
        case "FEATURE_ENABLED", "FEATURE_AVAILABLE":
            let arguments = try arguments(lexemes, &position, of: name)
            let isMaybe = arguments.first?.first.map { word($0) == "maybe_expr" } ?? false
            return atom(isMaybe && options.reading.withMaybe ? "true" : "false")
        default: return nil
        }
    }

    /// Whether a form begins as a function does.
    private static func hasHead(_ form: [ErlangLexeme]) -> Bool {
        form.count > 2 && form[0].kind == .atom && form[1].kind == .leftParenthesis
    }
}
