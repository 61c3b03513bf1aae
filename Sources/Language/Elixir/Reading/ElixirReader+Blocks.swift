internal import Terms

/// `do … end`, `fn … end`, and parentheses.
extension ElixirReader {
    /// The `do` block that follows, as the keyword list it stands for; nothing if none follows or it belongs to another call.
    mutating func doBlock() throws(SyntaxError) -> Quoted? {
        guard takesDo, token.kind == .word("do") else { return nil }
        let at = place()
        let pairs = try inside { (reader) throws(SyntaxError) in
            var pairs: [Quoted] = []
            var word = "do"
            while true {
                let place = reader.place()
                try reader.advance()
                let body = try reader.blockBody(at: place)
                pairs.append(.tuple(place, [.atom(place, Atom(word)), body]))
                guard case .word(let next) = reader.token.kind else { throw reader.unclosed("end", opened: at) }
                if next == "end" { return pairs }
                guard Self.blockWords.contains(next) else { throw reader.unexpected() }
                word = next
            }
        } then: { (reader) throws(SyntaxError) in
            try reader.advance()
        }
        return .list(at, pairs)
    }

    /// Expressions, or clauses with `->`, up to a token that ends a block.
    private mutating func blockBody(at opened: Quoted.Place) throws(SyntaxError) -> Quoted {
        var clauses: [Quoted.Clause] = []
        var expressions: [Quoted] = []
        try skipSeparators()
        while !isAtBlockEnd {
            if token.kind == .symbol("->") {
                // A clause without patterns.
                let at = place()
                try advance()
                try begin([], at, &clauses, &expressions)
                continue
            }
            let at = place()
            let items = try clauseHead()
            if try take("->") {
                try begin(items, at, &clauses, &expressions)
                continue
            }
            guard items.count == 1, let only = items.first else { throw unexpected() }
            expressions.append(only)
            guard isAtBlockEnd || isAtSeparator else { throw unexpected() }
            try skipSeparators()
        }
        finish(&clauses, &expressions, opened)
        if let first = clauses.first { return .clauses(first.place, clauses) }
        if expressions.count == 1, let only = expressions.first { return only }
        return .block(opened, expressions)
    }

    /// Begins a clause; what was read so far is the body of the clause before.
    private mutating func begin(
        _ items: [Quoted], _ at: Quoted.Place, _ clauses: inout [Quoted.Clause], _ expressions: inout [Quoted]
    ) throws(SyntaxError) {
        if clauses.isEmpty, !expressions.isEmpty {
            throw SyntaxError(
                "unexpected operator ->. If you want to define multiple clauses, the first expression must use ->",
                at: Int(at.offset))
        }
        finish(&clauses, &expressions, at)
        var patterns = items
        var condition: Quoted?
        if case .call(_, "when", let pair)? = items.last, pair.count == 2 {
            patterns.removeLast()
            patterns.append(pair[0])
            condition = pair[1]
        }
        if patterns.count == 1, case .parenthesized(_, let inner)? = patterns.first { patterns = inner }
        clauses.append(Quoted.Clause(place: at, patterns: patterns, condition: condition, body: .block(at, [])))
        try skipSeparators()
    }

    private func finish(_ clauses: inout [Quoted.Clause], _ expressions: inout [Quoted], _ at: Quoted.Place) {
        guard !clauses.isEmpty else { return }
        let body: Quoted = expressions.count == 1 ? expressions[0] : .block(at, expressions)
        clauses[clauses.count - 1].body = body
        expressions = []
    }

    /// Expressions with commas between them: the patterns of a clause, or a single expression.
    private mutating func clauseHead() throws(SyntaxError) -> [Quoted] {
        var items: [Quoted] = []
        while true {
            if let key = keyAhead {
                let at = place()
                items.append(.list(at, try keywords(key, until: nil)))
                break
            }
            items.append(try expression())
            guard token.kind == .symbol(",") else { break }
            try advance()
            try skipNewlines()
        }
        return items
    }

    mutating func function(_ at: Quoted.Place) throws(SyntaxError) -> Quoted {
        let body = try inside { (reader) throws(SyntaxError) in
            try reader.advance()
            let body = try reader.blockBody(at: at)
            guard reader.token.kind == .word("end") else { throw reader.unclosed("end", opened: at) }
            return body
        } then: { (reader) throws(SyntaxError) in
            try reader.advance()
        }
        guard case .clauses(_, let clauses) = body else {
            throw SyntaxError(
                "expected anonymous functions to be defined with -> inside: 'fn'", at: Int(at.offset), length: 2)
        }
        return .fn(at, clauses)
    }

    mutating func parenthesized(_ at: Quoted.Place) throws(SyntaxError) -> Quoted {
        let content = try inside { (reader) throws(SyntaxError) in
            try reader.advance()
            let content = try reader.parenthesisContent(at)
            guard reader.token.kind == .symbol(")") else { throw reader.unclosed(")", opened: at) }
            return content
        } then: { (reader) throws(SyntaxError) in
            try reader.advance()
        }
        return content
    }

    private mutating func parenthesisContent(_ at: Quoted.Place) throws(SyntaxError) -> Quoted {
        try skipSeparators()
        if token.kind == .symbol(")") { return .parenthesized(at, []) }
        var clauses: [Quoted.Clause] = []
        var expressions: [Quoted] = []
        while !isAtBlockEnd {
            let start = place()
            let items = token.kind == .symbol("->") ? [] : try clauseHead()
            if items.count > 1 { try skipSeparators() }
            if try take("->") {
                try begin(items, start, &clauses, &expressions)
                continue
            }
            if items.count > 1, clauses.isEmpty, expressions.isEmpty, token.kind == .symbol(")") {
                return .parenthesized(at, items)
            }
            guard items.count == 1, let only = items.first else { throw unexpected() }
            expressions.append(only)
            guard isAtBlockEnd || isAtSeparator else { throw unexpected() }
            try skipSeparators()
        }
        finish(&clauses, &expressions, at)
        if !clauses.isEmpty { return .clauses(at, clauses) }
        if expressions.count == 1, let only = expressions.first {
            // Parentheses end what a pattern is taken apart by: `(a in b)` under `not`.
            return only
        }
        return .block(at, expressions)
    }
}
