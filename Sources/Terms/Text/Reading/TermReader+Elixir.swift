extension ReadState {
    /// What only Elixir writes so.
    mutating func elixir(_ scalar: Unicode.Scalar) throws(TermReadError) -> Term {
        switch scalar {
        case "\"": return .binary(Binary(try quoted()))
        case "'": return .charlist(try quoted())
        case "~" where starts(with: "~c\""):
            position(advancedBy: 2)
            return .charlist(try quoted())
        case "?":
            advance()
            guard let scalar = current else { throw error("a character is expected") }
            advance()
            guard scalar == "\\" else { return .integer(Int(scalar.value)) }
            var text = String.UnicodeScalarView()
            try escape(into: &text)
            return .integer(Int(text.first?.value ?? 0))
        case ":": return .atom(try symbol())
        case "#" where starts(with: "#PID<"): return try pid(behind: "#PID<")
        case "#" where starts(with: "#Reference<"): return try reference(behind: "#Reference<")
        case "%":
            advance()
            if take("{") { return .map(try map()) }
            guard case .atom(let name) = try term(), take("{") else { throw error("a map or a struct is expected") }
            return .map(try map().updating(.atom("__struct__"), to: .atom(name)))
        case "&":
            advance()
            return try capture()
        default:
            guard let name = word() else { throw error("a term is expected") }
            switch name {
            case "true", "false", "nil": return .atom(Atom(name))
            default:
                guard name.unicodeScalars.first?.properties.isUppercase == true else {
                    throw error("a term is expected, and not the name \(name)")
                }
                var alias = name == "Elixir" ? name : "Elixir." + name
                while current == ".", peek(1)?.properties.isUppercase == true {
                    advance()
                    alias += "." + (word() ?? "")
                }
                return .atom(try atom(alias))
            }
        }
    }

    private mutating func position(advancedBy count: Int) { for _ in 0..<count { advance() } }

    private mutating func word() -> String? {
        guard let first = current, first == "_" || first.properties.isXIDStart else { return nil }
        return take { $0 == "_" || $0.properties.isXIDContinue }
    }

    /// `:name`, `:"any text"`, `:+`.
    private mutating func symbol() throws(TermReadError) -> Atom {
        advance()
        guard let scalar = current else { throw error("an atom is expected") }
        if scalar == "\"" { return try atom(try quoted()) }
        if scalar == "_" || scalar.properties.isXIDStart {
            var name = take { $0 == "_" || $0 == "@" || $0.properties.isXIDContinue }
            if current == "?" || current == "!" {
                name.unicodeScalars.append(current ?? "?")
                advance()
            }
            return try atom(name)
        }
        for name in ["%{}", "{}", "<<>>", "%"] where take(name) { return Atom(name) }
        let name = take { "+-*/<>=!&|^~.@:\\".unicodeScalars.contains($0) }
        guard !name.isEmpty else { throw error("an atom is expected") }
        return Atom(name)
    }

    /// A pair of a keyword list, `key: value`; nothing, and nothing taken, if another term stands there.
    mutating func keyword() throws(TermReadError) -> Term? {
        skipBlanks()
        guard let key = try key() else { return nil }
        return .tuple([.atom(key), try term()])
    }

    /// `key:` or `"key":` with a blank behind it.
    private mutating func key() throws(TermReadError) -> Atom? {
        let before = self
        var name: String?
        if current == "\"" {
            name = try quoted()
        } else if let first = current, first == "_" || first.properties.isXIDStart {
            name = take { $0 == "_" || $0 == "@" || $0.properties.isXIDContinue }
            if current == "?" || current == "!" {
                name?.unicodeScalars.append(current ?? "?")
                advance()
            }
        } else if let symbol = ["%{}", "{}", "<<>>"].first(where: { starts(with: $0 + ":") }) {
            name = symbol
            _ = take(symbol)
        } else if let first = current, "%+-*/<>=!&|^~.@".unicodeScalars.contains(first) {
            name = take { "%+-*/<>=!&|^~.@".unicodeScalars.contains($0) }
        }
        if let name, current == ":", peek(1).map({ $0 == " " || $0 == "\n" || $0 == "\t" }) ?? false {
            advance()
            return try atom(name)
        }
        self = before
        return nil
    }

    private mutating func map() throws(TermReadError) -> Map {
        skipBlanks()
        if take("}") { return Map() }
        var pairs: [(key: Term, value: Term)] = []
        repeat {
            skipBlanks()
            if let key = try key() {
                pairs.append((.atom(key), try term()))
            } else {
                let key = try term()
                try expect("=>")
                pairs.append((key, try term()))
            }
        } while try takesComma("}")
        return Map(pairs)
    }

    /// `&Mod.fun/1`, `&:mod.fun/1`; the ampersand has been taken.
    private mutating func capture() throws(TermReadError) -> Term {
        guard case .atom(let module) = try term(), take(".") else { throw error("&Module.function/arity is expected") }
        let function: String
        if current == "\"" {
            function = try quoted()
        } else {
            var left = false
            function = take { scalar in
                // The last slash belongs to the arity.
                if scalar == "/" { left = true }
                return !left
            }
        }
        var name = function
        if name.isEmpty, take("/") { name = "/" }
        guard take("/"), let arity = Int(take { ("0"..."9").contains($0) }), arity <= 255 else {
            throw error("an arity is expected")
        }
        return .fun(.export(ExportFun(module: module, function: try atom(name), arity: arity)))
    }
}
