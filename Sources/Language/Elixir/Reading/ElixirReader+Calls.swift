internal import Terms

/// Calls with and without parentheses, and what follows an operand.
extension ElixirReader {
    private var isOpenParenthesis: Bool { token.kind == .symbol("(") && !token.hasSpaceBefore }

    /// A name, and the call it begins.
    mutating func named(_ name: String, _ at: Quoted.Place) throws(SyntaxError) -> Quoted {
        try advance()
        if isOpenParenthesis {
            var arguments = try parenthesizedArguments()
            if let block = try doBlock() { arguments.append(block) }
            return .call(at, name, arguments)
        }
        if beginsArgument {
            return .call(at, name, try bareArguments())
        }
        if let block = try doBlock() { return .call(at, name, [block]) }
        return .name(at, name)
    }

    /// `.name`, `.(…)`, `[key]`, `.{…}` behind an operand.
    mutating func postfix(_ operand: Quoted) throws(SyntaxError) -> Quoted {
        var left = operand
        var levels = 0
        while true {
            if token.kind == .symbol("["), !token.hasSpaceBefore, isContainer(left) {
                left = try access(left)
            } else if isOpenParenthesis, isCall(left) {
                // `f.()()`
                let arguments = try parenthesizedArguments()
                left = .apply(left.place, left, arguments)
            } else if token.kind == .symbol(".") {
                left = try member(of: left)
            } else {
                break
            }
            try deeper()
            levels += 1
        }
        depth -= levels
        return left
    }

    private func isContainer(_ left: Quoted) -> Bool {
        switch left {
        case .integer, .float, .binary, .charlist: false
        default: true
        }
    }

    private func isCall(_ left: Quoted) -> Bool {
        switch left {
        case .call, .apply, .remote(_, _, _, _, hasParentheses: true): true
        default: false
        }
    }

    private mutating func access(_ container: Quoted) throws(SyntaxError) -> Quoted {
        let at = place()
        let key = try inside(many: false) { (reader) throws(SyntaxError) in
            try reader.advance()
            try reader.skipNewlines()
            let key: Quoted
            if let name = reader.keyAhead {
                key = .list(reader.place(), try reader.keywords(name, until: "]"))
            } else {
                key = try reader.expression()
            }
            try reader.skipNewlines()
            guard reader.token.kind == .symbol("]") else { throw reader.unclosed("]", opened: at) }
            return key
        } then: { (reader) throws(SyntaxError) in
            try reader.advance()
        }
        return .access(at, container, key)
    }

    private mutating func member(of left: Quoted) throws(SyntaxError) -> Quoted {
        let dot = place()
        try advance()
        try skipNewlines()
        let current = token
        let at = place()
        switch current.kind {
        case .alias(let part):
            try advance()
            if isOpenParenthesis { return .remote(at, left, part, try parenthesizedArguments(), hasParentheses: true) }
            return join(left, part)
        case .symbol("("):
            var arguments = try parenthesizedArguments()
            if let block = try doBlock() { arguments.append(block) }
            return .apply(dot, left, arguments)
        case .symbol("{"):
            let members = try inside(many: false) { (reader) throws(SyntaxError) in
                try reader.advance()
                try reader.skipNewlines()
                var members: [Quoted] = []
                while reader.token.kind != .symbol("}") {
                    members.append(try reader.expression())
                    try reader.skipNewlines()
                    guard try reader.take(",") else { break }
                    try reader.skipNewlines()
                }
                guard reader.token.kind == .symbol("}") else { throw reader.unclosed("}", opened: at) }
                return members
            } then: { (reader) throws(SyntaxError) in
                try reader.advance()
            }
            return .aliases(at, left, members)
        case .identifier(let name), .word(let name):
            return try call(of: left, name, at)
        case .symbol(let name) where Self.binaryOperators[name] != nil || Self.unaryOperators[name] != nil:
            return try call(of: left, name, at)
        case .text(.string):
            guard current.parts.count == 1, case .text(let bytes)? = current.parts.first else { throw unexpected() }
            return try call(of: left, String(decoding: bytes, as: UTF8.self), at)
        default: throw unexpected()
        }
    }

    private mutating func call(of left: Quoted, _ name: String, _ at: Quoted.Place) throws(SyntaxError) -> Quoted {
        try advance()
        if isOpenParenthesis {
            var arguments = try parenthesizedArguments()
            if let block = try doBlock() { arguments.append(block) }
            return .remote(at, left, name, arguments, hasParentheses: true)
        }
        if beginsArgument {
            return .remote(at, left, name, try bareArguments(), hasParentheses: true)
        }
        if let block = try doBlock() { return .remote(at, left, name, [block], hasParentheses: true) }
        return .remote(at, left, name, [], hasParentheses: false)
    }

    // MARK: Arguments

    private mutating func parenthesizedArguments() throws(SyntaxError) -> [Quoted] {
        let at = place()
        return try inside(many: false) { (reader) throws(SyntaxError) in
            try reader.advance()
            try reader.skipNewlines()
            var arguments: [Quoted] = []
            while reader.token.kind != .symbol(")") {
                if let key = reader.keyAhead {
                    let place = reader.place()
                    arguments.append(.list(place, try reader.keywords(key, until: ")")))
                    break
                }
                // `f(g 1, 2)` is `f(g(1, 2))`; behind a comma it could be either.
                reader.takesMany = arguments.isEmpty
                arguments.append(try reader.expression())
                try reader.skipNewlines()
                guard try reader.take(",") else { break }
                try reader.skipNewlines()
                guard reader.token.kind != .symbol(")") else { throw reader.unexpected() }
            }
            try reader.skipNewlines()
            guard reader.token.kind == .symbol(")") else { throw reader.unclosed(")", opened: at) }
            return arguments
        } then: { (reader) throws(SyntaxError) in
            try reader.advance()
        }
    }

    /// Whether the token behind a name begins the arguments of a call without parentheses.
    private var beginsArgument: Bool {
        guard token.hasSpaceBefore else { return false }
        switch token.kind {
        case .identifier, .alias, .atom, .key, .integer, .float, .character, .text, .textKey, .sigil: return true
        case .word(let word): return ["fn", "true", "false", "nil"].contains(word)
        case .symbol(let symbol):
            switch symbol {
            case "(", "[", "{", "<<", "%", "@", "!", "^", "~~~", "&", "...": return true
            case "not": return !isNotIn
            case "+", "-": return scanner.current.map { !$0.isBlank } ?? false
            default: return false
            }
        default: return false
        }
    }

    private var isNotIn: Bool {
        var distance = 0
        while let scalar = scanner.peek(distance), scalar == " " { distance += 1 }
        guard distance > 0, scanner.peek(distance) == "i", scanner.peek(distance + 1) == "n" else { return false }
        return scanner.peek(distance + 2).map { !$0.isAlphanumeric && $0 != "_" } ?? true
    }

    /// The arguments of a call without parentheses, and its `do` block.
    private mutating func bareArguments() throws(SyntaxError) -> [Quoted] {
        let outside = (takesDo, takesMany)
        // Another call without parentheses around this one has the arguments behind a comma.
        let isOutermost = takesMany || takesDo
        takesDo = false
        var arguments: [Quoted] = []
        var comma: Int?
        while true {
            if let key = keyAhead {
                let at = place()
                arguments.append(.list(at, try keywords(key, until: nil)))
                break
            }
            arguments.append(try expression())
            guard token.kind == .symbol(",") else { break }
            guard isOutermost else { break }
            comma = comma ?? token.offset
            try advance()
            try skipNewlines()
        }
        (takesDo, takesMany) = outside
        if let block = try doBlock() {
            arguments.append(block)
        } else if let comma, !takesMany {
            throw SyntaxError(
                "unexpected comma. Parentheses are required to solve ambiguity inside containers", at: comma,
                isIncomplete: token.kind == .end)
        }
        return arguments
    }
}
