internal import Terms

// Macros in a form, replaced until none is left.

extension ErlangPreprocessor {
    /// More lexemes than this in one form is a macro that blows up.
    private static let maximumExpansion = 2_000_000

    static let predefined: Set<String> = [
        "FILE", "LINE", "MODULE", "MODULE_STRING", "MACHINE", "BEAM", "OTP_RELEASE", "FUNCTION_NAME", "FUNCTION_ARITY",
        "FEATURE_ENABLED", "FEATURE_AVAILABLE",
    ]

    /// A form without macros.
    mutating func expand(_ form: [ErlangLexeme]) throws(SyntaxError) -> [ErlangLexeme] {
        guard form.contains(where: { $0.kind == .question }) else { return form }
        var result: [ErlangLexeme] = []
        var budget = Self.maximumExpansion
        try expand(form, into: &result, active: [], budget: &budget)
        return result
    }

    private mutating func expand(
        _ lexemes: [ErlangLexeme], into result: inout [ErlangLexeme], active: [Atom], budget: inout Int
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
            guard position < lexemes.count else { throw error("illegal macro call '?'", at: lexeme) }
            let nameLexeme = lexemes[position]
            let name =
                nameLexeme.kind == .atom || nameLexeme.kind == .variable ? atom(nameLexeme) : nameLexeme.kind.atom
            guard nameLexeme.kind == .atom || nameLexeme.kind == .variable || nameLexeme.kind.isWord else {
                let shown = ErlangFormParser.word(for: nameLexeme, literals)
                throw error("illegal macro call '?\(shown)'", at: nameLexeme)
            }
            position += 1
            if let own = try predefined(name, at: nameLexeme, result, lexemes, &position) {
                result.append(own)
                continue
            }
            guard let definitions = macros[name] else {
                let arguments = try? arguments(lexemes, &position, of: name)
                let shown = arguments.map { "\(name.name)/\($0.count)" } ?? name.name
                throw error("undefined macro '\(shown)'", at: nameLexeme)
            }
            let hasParameters = definitions.contains { $0.parameters != nil }
            var expansion: [ErlangLexeme]
            if hasParameters, position < lexemes.count, lexemes[position].kind == .leftParenthesis {
                let arguments = try arguments(lexemes, &position, of: name)
                guard let macro = definitions.first(where: { $0.parameters?.count == arguments.count }) else {
                    throw error("argument mismatch for macro '\(name.name)'", at: nameLexeme)
                }
                expansion = try substitute(macro, arguments, at: nameLexeme)
            } else {
                guard let macro = definitions.first(where: { $0.parameters == nil }) else {
                    throw error("argument mismatch for macro '\(name.name)'", at: nameLexeme)
                }
                expansion = try substitute(macro, [], at: nameLexeme)
            }
            guard expansion.contains(where: { $0.kind == .question }) else {
                budget -= expansion.count
                guard budget > 0 else { throw error("macros expand to too much", at: lexeme) }
                result += expansion
                continue
            }
            guard !active.contains(name), active.count < 100 else {
                throw error("circular macro '\(name.name)'", at: nameLexeme)
            }
            // Its last macro may take arguments that stand behind it: only whole calls are expanded here.
            try expand(expansion, into: &result, active: active + [name], budget: &budget)
        }
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

    /// A macro's body with its arguments, where it is called.
    private mutating func substitute(
        _ macro: Macro, _ arguments: [[ErlangLexeme]], at call: ErlangLexeme
    ) throws(SyntaxError) -> [ErlangLexeme] {
        var place = call
        var result: [ErlangLexeme] = []
        let parameters = macro.parameters ?? []
        var position = 0
        while position < macro.body.count {
            var lexeme = macro.body[position]
            position += 1
            if lexeme.kind == .variable, let index = parameters.firstIndex(of: atom(lexeme)) {
                result += arguments[index]
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
        _ name: Atom, at lexeme: ErlangLexeme, _ result: [ErlangLexeme], _ lexemes: [ErlangLexeme],
        _ position: inout Int
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
            guard let (function, arity) = function(result.isEmpty ? lexemes : result + lexemes[position...]) else {
                throw error("?\(name.name) can only be used within a function", at: lexeme)
            }
            return name == "FUNCTION_NAME" ? atom(function) : integer(arity)
        case "FEATURE_ENABLED", "FEATURE_AVAILABLE":
            let arguments = try arguments(lexemes, &position, of: name)
            let isMaybe = arguments.first?.first.map { word($0) == "maybe_expr" } ?? false
            return atom(isMaybe && options.reading.withMaybe ? "true" : "false")
        default: return nil
        }
    }

    /// The name and arity of the function a form begins.
    private func function(_ form: [ErlangLexeme]) -> (Atom, Int)? {
        guard form.count > 2, form[0].kind == .atom, form[1].kind == .leftParenthesis else { return nil }
        var position = 1
        guard let count = try? arguments(form, &position, of: "").count else { return nil }
        return (atom(form[0]), count)
    }
}

/// Evaluates the condition of `-if`.
struct ErlangCondition {
    let isDefined: (Atom) -> Bool

    init(_ isDefined: @escaping (Atom) -> Bool) { self.isDefined = isDefined }

    /// Nothing for what is not known here, which counts as false.
    func evaluate(_ expression: Abstract.Expression) -> Term? {
        switch expression {
        case .call(_, .atom(_, "defined"), let arguments):
            guard arguments.count == 1, case .atom(_, let name) = arguments[0] else { return nil }
            return .boolean(isDefined(name))
        case .unary(_, "not", let operand):
            guard let value = boolean(operand) else { return nil }
            return .boolean(!value)
        case .operation(_, let name, let left, let right): return operation(name.name, left, right)
        default: return expression.constant
        }
    }

    private func boolean(_ expression: Abstract.Expression) -> Bool? {
        switch evaluate(expression)?.asAtom {
        case .true?: true
        case .false?: false
        default: nil
        }
    }

    private func operation(_ name: String, _ left: Abstract.Expression, _ right: Abstract.Expression) -> Term? {
        switch name {
        case "andalso", "and":
            guard let first = boolean(left) else { return nil }
            if !first, name == "andalso" { return .boolean(false) }
            return boolean(right).map { .boolean(first && $0) }
        case "orelse", "or":
            guard let first = boolean(left) else { return nil }
            if first, name == "orelse" { return .boolean(true) }
            return boolean(right).map { .boolean(first || $0) }
        default: break
        }
        guard let first = evaluate(left), let second = evaluate(right) else { return nil }
        switch name {
        case "==": return .boolean(Term.compare(first, second) == .equal)
        case "/=": return .boolean(Term.compare(first, second) != .equal)
        case "<": return .boolean(Term.compare(first, second) == .less)
        case "=<": return .boolean(Term.compare(first, second) != .greater)
        case ">": return .boolean(Term.compare(first, second) == .greater)
        case ">=": return .boolean(Term.compare(first, second) != .less)
        case "=:=": return .boolean(first == second)
        case "=/=": return .boolean(first != second)
        default: break
        }
        guard let one = first.asInteger, let two = second.asInteger else { return nil }
        let (value, hasOverflow): (Int, Bool)
        switch name {
        case "+": (value, hasOverflow) = one.addingReportingOverflow(two)
        case "-": (value, hasOverflow) = one.subtractingReportingOverflow(two)
        case "*": (value, hasOverflow) = one.multipliedReportingOverflow(by: two)
        case "div": (value, hasOverflow) = two == 0 ? (0, true) : one.dividedReportingOverflow(by: two)
        case "rem": (value, hasOverflow) = two == 0 ? (0, true) : one.remainderReportingOverflow(dividingBy: two)
        case "band": (value, hasOverflow) = (one & two, false)
        case "bor": (value, hasOverflow) = (one | two, false)
        default: return nil
        }
        return hasOverflow ? nil : .integer(value)
    }
}
