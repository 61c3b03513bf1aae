internal import BigInt
public import Terms

/// One step of `ets:update_counter`: add to an element, and wrap if the result passes a threshold.
public struct CounterUpdate: Sendable, Hashable {
    /// The element, counted from 1; nothing for the one after the key.
    public let position: Int?
    /// An integer of any size.
    public let increment: Term
    /// Integers of any size: past the first the counter becomes the second.
    public let wrap: Wrap?

    public struct Wrap: Sendable, Hashable {
        public let threshold: Term
        public let value: Term

        public init(threshold: Term, value: Term) {
            self.threshold = threshold
            self.value = value
        }
    }

    public init(position: Int?, increment: Term, wrap: Wrap? = nil) {
        self.position = position
        self.increment = increment
        self.wrap = wrap
    }

    /// `Increment`, `{Position, Increment}` or `{Position, Increment, Threshold, Value}`.
    init?(_ term: Term, allowsPlain: Bool) {
        if allowsPlain, term.isInteger {
            self.init(position: nil, increment: term)
            return
        }
        guard case .tuple(let tuple) = term, tuple.count == 2 || tuple.count == 4,
            let position = tuple[0].asInteger, tuple[1].isInteger
        else { return nil }
        guard tuple.count == 4 else {
            self.init(position: position, increment: tuple[1])
            return
        }
        guard tuple[2].isInteger, tuple[3].isInteger else { return nil }
        self.init(position: position, increment: tuple[1], wrap: Wrap(threshold: tuple[2], value: tuple[3]))
    }
}

extension Table {
    /// `ets:update_counter/3,4`: one step or a list of steps on the row of a key, all or none, in one atomic operation.
    ///
    /// Returns the new value, or the list of them. With `defaultRow` (a tuple) a missing key is inserted first. `badarg`
    /// for a missing key, an element that is no integer, the key's own position, and for a bag.
    public func updateCounter(
        _ key: Term, _ operations: Term, default defaultRow: Term? = nil, from caller: Pid
    ) throws(TableError) -> Term {
        let (updates, isList) = try Self.counterUpdates(operations)
        let initial = try defaultRow.map { row throws(TableError) in try self.row(row, withKey: key) }
        var results: [Term] = []
        try update(key, caller) { (row) throws(TableError) -> Tuple? in
            guard let row = row ?? initial else { throw .noKey }
            var elements = Array(row)
            for update in updates {
                let result = try apply(update, to: &elements)
                results.append(result)
            }
            return Tuple(elements)
        }
        return isList ? .makeList(results) : results[0]
    }

    private static func counterUpdates(_ operations: Term) throws(TableError) -> ([CounterUpdate], isList: Bool) {
        if let update = CounterUpdate(operations, allowsPlain: true) { return ([update], false) }
        guard let list = operations.properList else { throw .badarg("not a valid update operation") }
        var updates: [CounterUpdate] = []
        for element in list {
            guard let update = CounterUpdate(element, allowsPlain: false) else {
                throw .badarg("not a valid update operation")
            }
            updates.append(update)
        }
        return (updates, true)
    }

    /// The default row of `update_counter/4` with `key` as its key.
    private func row(_ term: Term, withKey key: Term) throws(TableError) -> Tuple {
        guard case .tuple(let row) = term, row.count >= keyPosition else {
            throw .badarg("the default object is not a tuple with a key")
        }
        var elements = Array(row)
        elements[keyPosition - 1] = key
        return Tuple(elements)
    }

    private func apply(_ update: CounterUpdate, to elements: inout [Term]) throws(TableError) -> Term {
        let position = update.position ?? keyPosition + 1
        guard position != keyPosition else {
            throw .badarg("the element at position \(position) is the key", "keypos")
        }
        guard position > 0, position <= elements.count else {
            throw .badarg("no element to update at position \(position)", "position")
        }
        let old = elements[position - 1]
        guard let result = Term.sum(old, update.increment) else {
            throw .badarg("the element at position \(position) is not an integer")
        }
        elements[position - 1] = update.wrapped(result)
        return elements[position - 1]
    }

    /// `ets:update_element/3`: replaces elements of the row of a key; false for a missing key.
    ///
    /// `changes` is `{Position, Value}` or a list of those. `badarg` for a position outside the row, the key's own
    /// position, and for a bag.
    public func updateElement(_ key: Term, _ changes: Term, from caller: Pid) throws(TableError) -> Bool {
        let list = changes.asTuple.map { [Term.tuple($0)] } ?? changes.properList
        guard let list else { throw .badarg("not a tuple or a list of tuples") }
        var updates: [(position: Int, value: Term)] = []
        for element in list {
            guard case .tuple(let tuple) = element, tuple.count == 2, let position = tuple[0].asInteger, position > 0
            else { throw .badarg("not a {position, value} tuple") }
            guard position != keyPosition else {
                throw .badarg("the element at position \(position) is the key", "keypos")
            }
            updates.append((position, tuple[1]))
        }
        var isFound = false
        try update(key, caller) { (row) throws(TableError) -> Tuple? in
            guard let row else { return nil }
            isFound = true
            guard !updates.isEmpty else { return nil }
            var elements = Array(row)
            for (position, value) in updates {
                guard position <= elements.count else {
                    throw .badarg("no element at position \(position)", "position")
                }
                elements[position - 1] = value
            }
            return Tuple(elements)
        }
        return isFound
    }

    func update(
        _ key: Term, _ caller: Pid, _ transform: (Tuple?) throws(TableError) -> Tuple?
    ) throws(TableError) {
        switch storage {
        case .set(let rows): try rows.update(key, writer(caller), transform)
        case .orderedSet(let rows): try rows.update(key, writer(caller), transform)
        case .bag: throw .notUnique
        }
    }
}

extension CounterUpdate {
    /// The new value: the one to wrap to if `result` passes the threshold in the direction of the increment.
    fileprivate func wrapped(_ result: Term) -> Term {
        guard let wrap else { return result }
        let zero: Term = 0
        let limit = compareKeys(result, wrap.threshold)
        let passes = compareKeys(increment, zero) == .less ? limit == .less : limit == .greater
        return passes ? wrap.value : result
    }
}

extension Term {
    fileprivate var isInteger: Bool {
        switch self {
        case .integer, .bigInteger: true
        default: false
        }
    }

    /// The sum of two integers of any size; nothing if one is no integer.
    fileprivate static func sum(_ left: Term, _ right: Term) -> Term? {
        if case .integer(let one) = left, case .integer(let two) = right {
            let (sum, overflows) = one.addingReportingOverflow(two)
            if !overflows { return .integer(sum) }
        }
        guard let one = left.asBigInt, let two = right.asBigInt else { return nil }
        return .integer(one + two)
    }
}
