internal import BigInt
internal import Terms

/// Text, sigils, maps and structs.
extension ElixirLowering {
    // MARK: Text

    mutating func text(_ at: Place, _ kind: Quoted.TextKind, _ parts: [Quoted.Part]) throws(SyntaxError) -> Expression {
        var elements: [Abstract.BinaryElement] = []
        var isConstant = true
        var constant: [UInt8] = []
        for part in parts {
            switch part {
            case .text(let bytes):
                constant += bytes
                guard !bytes.isEmpty else { continue }
                elements.append(
                    Abstract.BinaryElement(location(at), .string(location(at), bytes.map(UInt32.init))))
            case .code(let code):
                isConstant = false
                let value = try block(at, scoped { (lowering) throws(SyntaxError) in try lowering.sequence(code) })
                elements.append(Abstract.BinaryElement(location(at), toString(code.place, value), [.name("binary")]))
            }
        }
        if isConstant {
            let text = String(decoding: constant, as: UTF8.self)
            switch kind {
            case .string: return binary(at, constant)
            case .charlist:
                return text.isEmpty ? .nil(location(at)) : .string(location(at), text.unicodeScalars.map(\.value))
            case .atom: return atom(at, Atom(text))
            }
        }
        if isGuard { throw fail(at, "interpolation cannot be used in guards") }
        let value = Expression.binary(location(at), elements)
        switch kind {
        case .string: return value
        case .charlist: return remote(at, "Elixir.String", "to_charlist", [value])
        case .atom: return erlang(at, "binary_to_atom", value, atom(at, "utf8"))
        }
    }

    /// `String.Chars.to_string/1`, without the call when it is a binary already.
    mutating func toString(_ at: Place, _ value: Expression) -> Expression {
        if case .binary = value { return value }
        let (own, other) = (temporary(at), temporary(at))
        return .case(
            location(at), value,
            [
                Clause(location(at), [own], [[erlang(at, "is_binary", own)]], [own]),
                Clause(location(at), [other], [], [remote(at, "Elixir.String.Chars", "to_string", [other])]),
            ])
    }

    // MARK: Sigils

    mutating func sigil(
        _ at: Place, _ name: String, _ parts: [Quoted.Part], _ modifiers: String
    ) throws(SyntaxError) -> Expression {
        switch name {
        case "s", "S":
            guard modifiers.isEmpty else { throw fail(at, "the sigil ~\(name) takes no modifiers") }
            return try text(at, .string, parts)
        case "c", "C":
            guard modifiers.isEmpty else { throw fail(at, "the sigil ~\(name) takes no modifiers") }
            return try text(at, .charlist, parts)
        case "w", "W": return try words(at, parts, modifiers)
        case "r", "R":
            let arguments = [try text(at, .string, parts), binary(at, Array(modifiers.utf8))]
            return remote(at, "Elixir.Regex", "compile!", arguments)
        case "D": return remote(at, "Elixir.Date", "from_iso8601!", [try text(at, .string, parts)])
        case "T": return remote(at, "Elixir.Time", "from_iso8601!", [try text(at, .string, parts)])
        case "N": return remote(at, "Elixir.NaiveDateTime", "from_iso8601!", [try text(at, .string, parts)])
        case "U":
            let result = remote(at, "Elixir.DateTime", "from_iso8601", [try text(at, .string, parts)])
            return erlang(at, "element", integer(at, 2), result)
        default:
            let function = "sigil_\(name)"
            let arguments: [Quoted] = [
                .text(at, .string, parts), .charlist(at, modifiers.unicodeScalars.map(\.value)),
            ]
            guard hasLocal(function, 2) || importedModule(function, 2) != nil else {
                throw fail(
                    at, "undefined function \(function)/2 (there is no such import)", length: name.count + 1)
            }
            return try call(at, function, arguments)
        }
    }

    private mutating func words(
        _ at: Place, _ parts: [Quoted.Part], _ modifiers: String
    ) throws(SyntaxError) -> Expression {
        guard ["", "s", "a", "c"].contains(modifiers) else {
            throw fail(at, "modifier must be one of: s, a, c", length: 2)
        }
        if parts.count == 1, case .text(let bytes)? = parts.first {
            let words = bytes.split { $0 == 32 || (9...13).contains($0) }
            let elements = words.map { (word) -> Expression in
                let text = String(decoding: word, as: UTF8.self)
                switch modifiers {
                case "a": return atom(at, Atom(text))
                case "c": return .string(location(at), text.unicodeScalars.map(\.value))
                default: return binary(at, Array(word))
                }
            }
            return list(at, elements)
        }
        let words = remote(at, "Elixir.String", "split", [try text(at, .string, parts)])
        guard modifiers == "a" || modifiers == "c" else { return words }
        let name: Atom = modifiers == "a" ? "to_atom" : "to_charlist"
        let function = Expression.externalFun(
            location(at), atom(at, "Elixir.String"), atom(at, name), integer(at, 1))
        return remote(at, "Elixir.Enum", "map", [words, function])
    }

    // MARK: Maps

    mutating func map(
        _ at: Place, _ base: Quoted?, _ pairs: [(key: Quoted, value: Quoted)]
    ) throws(SyntaxError) -> Expression {
        guard let base else { return .map(location(at), try fields(pairs, isExact: false)) }
        let map = try expression(base)
        return .mapUpdate(location(at), map, try fields(pairs, isExact: true))
    }

    mutating func fields(
        _ pairs: [(key: Quoted, value: Quoted)], isExact: Bool
    ) throws(SyntaxError) -> [Abstract.MapField] {
        var fields: [Abstract.MapField] = []
        for (key, value) in pairs {
            let key = try expression(key)
            fields.append(Abstract.MapField(key.location, isExact: isExact, key, try expression(value)))
        }
        return fields
    }

    func field(_ at: Place, _ key: Atom, _ value: Expression, isExact: Bool = false) -> Abstract.MapField {
        Abstract.MapField(location(at), isExact: isExact, atom(at, key), value)
    }

    // MARK: Structs

    private func structureName(_ at: Place, _ name: Quoted) throws(SyntaxError) -> Atom {
        if let known = try knownModule(name) { return known }
        if case .call(_, "@", let inner) = name, inner.count == 1, case .name(_, let attribute) = inner[0],
            let value = definition?.attributes[attribute], let known = try knownModule(value.quoted)
        {
            return known
        }
        throw fail(at, "expected struct name to be a compile time atom or alias")
    }

    mutating func structure(
        _ at: Place, _ name: Quoted, _ base: Quoted?, _ pairs: [(key: Quoted, value: Quoted)]
    ) throws(SyntaxError) -> Expression {
        let module = try structureName(at, name)
        let known = environment.structures[module]
        for (key, _) in pairs {
            guard case .atom(let at, let field) = key else {
                throw fail(key.place, "expected struct fields to be atoms")
            }
            if let known, !known.has(field) {
                throw fail(at, "unknown key :\(field) for struct \(display(module.name))", length: field.name.count)
            }
        }
        if let base { return try update(at, module, base, pairs) }
        guard let known, let definition, definition.name == module else {
            let fields = try expressions(pairs.map { .tuple($0.key.place, [$0.key, $0.value]) })
            return remote(at, module, "__struct__", fields.isEmpty ? [] : [list(at, fields)])
        }
        // In its own module: the function is not there yet while the module is made.
        var given: Set<Atom> = []
        for case (.atom(_, let field), _) in pairs { given.insert(field) }
        if let missing = known.enforced.first(where: { !given.contains($0) }) {
            throw fail(
                at, "the following keys must also be given when building struct \(display(module.name)): [:\(missing)]")
        }
        var lowered = [field(at, "__struct__", atom(at, module))]
        for (name, initial) in known.fields where !given.contains(name) {
            lowered.append(field(at, name, try constant(initial)))
        }
        return .map(location(at), lowered + (try fields(pairs, isExact: false)))
    }

    /// A value from outside of functions: no variable of here is seen there.
    mutating func constant(_ quoted: Quoted) throws(SyntaxError) -> Expression {
        try scoped { (lowering) throws(SyntaxError) in
            lowering.names = [:]
            return try lowering.expression(quoted)
        }
    }

    private mutating func update(
        _ at: Place, _ module: Atom, _ base: Quoted, _ pairs: [(key: Quoted, value: Quoted)]
    ) throws(SyntaxError) -> Expression {
        let map = try expression(base)
        let (own, other) = (temporary(at), temporary(at))
        let reason = Expression.tuple(location(at), [atom(at, "badstruct"), atom(at, module), other])
        let pattern = Expression.map(location(at), [field(at, "__struct__", atom(at, module), isExact: true)])
        let fields = try fields(pairs, isExact: true)
        return .case(
            location(at), map,
            [
                Clause(
                    location(at), [.match(location(at), pattern, own)], [], [.mapUpdate(location(at), own, fields)]),
                Clause(location(at), [other], [], [erlang(at, "error", reason)]),
            ])
    }

    mutating func structurePattern(
        _ at: Place, _ name: Quoted, _ pairs: [(key: Quoted, value: Quoted)]
    ) throws(SyntaxError) -> Expression {
        let tag: Expression
        switch name {
        case .name(_, let variable) where variable != "__MODULE__":
            tag = try pattern(name)
            if variable != "_" { patternTests.append(erlang(at, "is_atom", tag)) }
        case .call(_, "^", _): tag = try pattern(name)
        default:
            let module = try structureName(at, name)
            if let known = environment.structures[module] {
                for case (.atom(let at, let field), _) in pairs where !known.has(field) && field != "__struct__" {
                    throw fail(
                        at, "unknown key :\(field) for struct \(display(module.name))", length: field.name.count)
                }
            }
            tag = atom(at, module)
        }
        let first = Abstract.MapField(location(at), isExact: true, atom(at, "__struct__"), tag)
        return .map(location(at), [first] + (try patternFields(pairs)))
    }
}
