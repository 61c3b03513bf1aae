extension ReadState {
    /// What only Erlang writes so.
    mutating func erlang(_ scalar: Unicode.Scalar) throws(TermReadError) -> Term {
        switch scalar {
        case "\"":
            var text = try quoted()
            skipBlanks()
            while current == "\"" {
                text += try quoted()
                skipBlanks()
            }
            return .charlist(text)
        case "'": return .atom(try atom(try quoted()))
        case "$":
            advance()
            return try character()
        case "<": return try pid(behind: "<")
        case "#" where starts(with: "#Ref<"): return try reference(behind: "#Ref<")
        case "#":
            advance()
            guard take("{") else { throw error("this cannot be read back") }
            return try map()
        default:
            guard scalar.properties.isLowercase, !scalar.properties.isUppercase else {
                throw error("a term is expected")
            }
            let start = position
            let name = take { $0 == "_" || $0 == "@" || $0.properties.isAlphabetic || ("0"..."9").contains($0) }
            if name == "fun" { return try fun(start) }
            return .atom(try atom(name))
        }
    }

    private mutating func character() throws(TermReadError) -> Term {
        guard let scalar = current else { throw error("a character is expected") }
        if scalar == "\\" {
            advance()
            var text = String.UnicodeScalarView()
            try escape(into: &text)
            return .integer(Int(text.first?.value ?? 0))
        }
        advance()
        return .integer(Int(scalar.value))
    }

    private mutating func map() throws(TermReadError) -> Term {
        skipBlanks()
        if take("}") { return .map(Map()) }
        var pairs: [(key: Term, value: Term)] = []
        repeat {
            let key = try term()
            try expect("=>")
            pairs.append((key, try term()))
        } while try takesComma("}")
        return .map(Map(pairs))
    }

    /// `fun lists:map/2`; the word has been taken.
    private mutating func fun(_ start: Int) throws(TermReadError) -> Term {
        guard case .atom(let module) = try term(), take(":"), case .atom(let function) = try term(), take("/"),
            let arity = Int(take { ("0"..."9").contains($0) }), arity <= 255
        else { throw TermReadError(message: "only fun Module:Function/Arity can be read", offset: start) }
        return .fun(.export(ExportFun(module: module, function: function, arity: arity)))
    }
}
