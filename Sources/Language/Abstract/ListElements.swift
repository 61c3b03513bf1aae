internal import Terms

/// The elements of a list in a program while it is read.
///
/// Cells nest, and are released one inside another, so that there may be ``Abstract/maximumCells`` of them. The elements of
/// a longer list are kept in parts, which are terms if all of it is literal, and are put together by `lists:append/1`.
struct ListElements {
    /// Those that are to be cells.
    private var heads: [Abstract.Expression] = []
    private var parts: [Abstract.Expression] = []

    var headCount: Int { heads.count }

    mutating func append(_ element: Abstract.Expression) { heads.append(element) }

    /// Makes a part of what is to be cells.
    ///
    /// - Returns: how many cells need not be counted any more.
    mutating func flush() -> Int {
        guard let first = heads.first else { return 0 }
        let count = heads.count
        let terms = heads.compactMap(\.constant)
        if terms.count == count {
            parts.append(.value(first.start, .makeList(terms)))
        } else {
            parts.append(Self.cells(heads, .nil(first.start)))
        }
        heads.removeAll(keepingCapacity: true)
        return count
    }

    /// The list whose bracket stands at `start`.
    mutating func list(at start: Abstract.Location, tail: Abstract.Expression) -> Abstract.Expression {
        guard !parts.isEmpty else { return Self.cells(heads, tail, at: start) }
        _ = flush()
        if let end = tail.constant {
            let terms = parts.compactMap { part -> [Term]? in
                guard case .value(_, let term) = part else { return nil }
                return term.properList
            }
            if terms.count == parts.count { return .value(start, .makeList(Array(terms.joined()), tail: end)) }
        }
        let function = Abstract.Expression.remote(start, .atom(start, "lists"), .atom(start, "append"))
        return .call(start, function, [Self.cells(parts + [tail], .nil(start))])
    }

    private static func cells(
        _ heads: [Abstract.Expression], _ tail: Abstract.Expression, at start: Abstract.Location? = nil
    ) -> Abstract.Expression {
        var result = tail
        for (position, head) in heads.enumerated().reversed() {
            result = .cons(position == 0 ? start ?? head.start : head.start, head, result)
        }
        return result
    }
}
