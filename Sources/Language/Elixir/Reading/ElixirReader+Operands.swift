internal import Terms

/// Operands: literals, containers, names and calls.
extension ElixirReader {
    mutating func primary() throws(SyntaxError) -> Quoted {
        let at = place()
        let current = token
        switch current.kind {
        case .integer(let value):
            try advance()
            return .integer(at, value)
        case .float(let value):
            try advance()
            return .float(at, value)
        case .character(let value):
            try advance()
            return .integer(at, .integer(Int(value)))
        case .atom(let name):
            try advance()
            return .atom(at, Atom(name))
        case .text(let kind):
            try advance()
            return text(at, kind, current.parts)
        case .sigil(let name, let modifiers):
            try advance()
            return .sigil(at, name, current.parts, modifiers)
        case .alias(let name):
            try advance()
            return .alias(at, nil, [name])
        case .identifier(let name):
            return try named(name, at)
        case .word(let word):
            return try reserved(word, at)
        case .symbol(let symbol):
            return try bracketed(symbol, at)
        case .key(let name):
            throw SyntaxError(
                "unexpected keyword list: \(name):", at: current.offset, length: name.count + 1,
                hint: "keywords stand at the end of arguments, or between brackets")
        default:
            throw unexpected()
        }
    }

    private func text(_ at: Quoted.Place, _ kind: Quoted.TextKind, _ parts: [Quoted.Part]) -> Quoted {
        guard parts.count == 1, case .text(let bytes)? = parts.first else { return .text(at, kind, parts) }
        switch kind {
        case .string: return .binary(at, Binary(bytes))
        case .charlist: return .charlist(at, String(decoding: bytes, as: UTF8.self).unicodeScalars.map(\.value))
        case .atom: return .atom(at, Atom(String(decoding: bytes, as: UTF8.self)))
        }
    }

    private mutating func reserved(_ word: String, _ at: Quoted.Place) throws(SyntaxError) -> Quoted {
        switch word {
        case "true", "false", "nil":
            try advance()
            return .atom(at, Atom(word))
        case "fn": return try function(at)
        default: throw unexpected()
        }
    }

    private mutating func bracketed(_ symbol: String, _ at: Quoted.Place) throws(SyntaxError) -> Quoted {
        switch symbol {
        case "(": return try parenthesized(at)
        case "[":
            return .list(at, try elements("]", at, keywordsApart: false))
        case "{":
            return .tuple(at, try elements("}", at))
        case "<<":
            return .bits(at, try elements(">>", at))
        case "%": return try mapOrStructure(at)
        case "..":
            try advance()
            return .call(at, "..", [])
        case "...":
            try advance()
            return .name(at, "...")
        default: throw unexpected()
        }
    }

    // MARK: Elements

    /// The elements of a container whose opening token is the current one. Keywords at the end are one list among them,
    /// or stand among the others in a list.
    private mutating func elements(
        _ closing: String, _ opened: Quoted.Place, keywordsApart: Bool = true
    ) throws(SyntaxError) -> [Quoted] {
        try inside(many: false) { (reader) throws(SyntaxError) in
            try reader.advance()
            try reader.skipNewlines()
            var elements: [Quoted] = []
            while reader.token.kind != .symbol(closing) {
                if let key = reader.keyAhead {
                    let pairs = try reader.keywords(key, until: closing)
                    if keywordsApart { elements.append(.list(reader.place(), pairs)) } else { elements += pairs }
                    break
                }
                elements.append(try reader.expression())
                try reader.skipNewlines()
                guard try reader.take(",") else { break }
                try reader.skipNewlines()
            }
            try reader.skipNewlines()
            guard reader.token.kind == .symbol(closing) else { throw reader.unclosed(closing, opened: opened) }
            return elements
        } then: { (reader) throws(SyntaxError) in
            try reader.advance()
        }
    }

    enum Key {
        case name(String)
        case parts([Quoted.Part])
    }

    var keyAhead: Key? {
        switch token.kind {
        case .key(let name): .name(name)
        case .textKey: .parts(token.parts)
        default: nil
        }
    }

    /// `key: value, …`; a trailing comma only before a closing bracket.
    mutating func keywords(_ first: Key, until closing: String?) throws(SyntaxError) -> [Quoted] {
        var pairs: [Quoted] = []
        var next: Key? = first
        while let key = next {
            let at = place()
            try advance()
            try skipNewlines()
            let name: Quoted =
                switch key {
                case .name(let name): .atom(at, Atom(name))
                case .parts(let parts): text(at, .atom, parts)
                }
            pairs.append(.tuple(at, [name, try expression()]))
            if closing != nil { try skipNewlines() }
            guard token.kind == .symbol(",") else { break }
            try advance()
            try skipNewlines()
            next = keyAhead
            if next == nil, closing == nil || token.kind != .symbol(closing ?? "") {
                if token.kind == .end { throw unexpected() }
                throw SyntaxError(
                    "unexpected expression after keyword list. Keyword lists must always come last in lists and maps",
                    at: token.offset)
            }
        }
        return pairs
    }

    // MARK: Maps

    private mutating func mapOrStructure(_ at: Quoted.Place) throws(SyntaxError) -> Quoted {
        try advance()
        guard token.kind != .symbol("{") else {
            let (base, pairs) = try mapFields(at)
            return .map(at, base, pairs)
        }
        let named = place()
        var name: Quoted
        switch token.kind {
        case .alias(let first):
            try advance()
            name = .alias(named, nil, [first])
        case .identifier(let variable):
            try advance()
            name = .name(named, variable)
        case .symbol("^"), .symbol("@"):
            let unary = token.kind == .symbol("^") ? "^" : "@"
            try advance()
            guard case .identifier(let variable) = token.kind else { throw unexpected() }
            name = .call(named, unary, [.name(place(), variable)])
            try advance()
        default: throw unexpected()
        }
        while token.kind == .symbol(".") {
            try advance()
            guard case .alias(let part) = token.kind else { throw unexpected() }
            name = join(name, part)
            try advance()
        }
        guard token.kind == .symbol("{") else { throw unexpected() }
        let (base, pairs) = try mapFields(at)
        return .structure(at, name, base, pairs)
    }

    private mutating func mapFields(
        _ opened: Quoted.Place
    ) throws(SyntaxError) -> (Quoted?, [(key: Quoted, value: Quoted)]) {
        try inside(many: false) { (reader) throws(SyntaxError) in
            try reader.advance()
            try reader.skipNewlines()
            var base: Quoted?
            var pairs: [(key: Quoted, value: Quoted)] = []
            while reader.token.kind != .symbol("}") {
                if let key = reader.keyAhead {
                    for case .tuple(_, let pair) in try reader.keywords(key, until: "}") where pair.count == 2 {
                        pairs.append((pair[0], pair[1]))
                    }
                    break
                }
                let key = try reader.expression(81)
                try reader.skipNewlines()
                if base == nil, pairs.isEmpty, try reader.take("|") {
                    base = key
                    try reader.skipNewlines()
                    continue
                }
                guard try reader.take("=>") else {
                    if reader.token.kind == .end { throw reader.unclosed("}", opened: opened) }
                    throw reader.unexpected()
                }
                try reader.skipNewlines()
                pairs.append((key, try reader.expression()))
                try reader.skipNewlines()
                guard try reader.take(",") else { break }
                try reader.skipNewlines()
            }
            try reader.skipNewlines()
            guard reader.token.kind == .symbol("}") else { throw reader.unclosed("}", opened: opened) }
            return (base, pairs)
        } then: { (reader) throws(SyntaxError) in
            try reader.advance()
        }
    }

    /// As the other `inside`; what comes after belongs to the outside again.
    mutating func inside<Result>(
        many: Bool = true, _ read: (inout ElixirReader) throws(SyntaxError) -> Result,
        then: (inout ElixirReader) throws(SyntaxError) -> Void
    ) throws(SyntaxError) -> Result {
        let result = try inside(many: many, read)
        try then(&self)
        return result
    }

    func join(_ head: Quoted, _ part: String) -> Quoted {
        if case .alias(let at, let head, let parts) = head { return .alias(at, head, parts + [part]) }
        return .alias(head.place, head, [part])
    }
}
