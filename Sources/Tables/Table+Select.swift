public import Terms

extension Table {
    /// What a match specification makes of the rows it takes, in the table's order, as `ets:select/2`.
    ///
    /// - Parameter isReversed: from the last row to the first, in an ordered set.
    public func select(
        _ specification: MatchSpecification, _ environment: MatchEnvironment, isReversed: Bool = false
    ) throws(TableError) -> [Term] {
        var results: [Term] = []
        try visit(specification, environment.caller, isReversed) { row in
            if let result = specification.run(on: row, environment) { results.append(result) }
        }
        return results
    }

    /// How many rows a match specification makes `true` of, as `ets:select_count/2`.
    public func selectCount(
        _ specification: MatchSpecification, _ environment: MatchEnvironment
    ) throws(TableError) -> Int {
        var count = 0
        try visit(specification, environment.caller, false) { row in
            if specification.run(on: row, environment) == .atom(.true) { count += 1 }
        }
        return count
    }

    /// Deletes the rows that a match specification makes `true` of, as `ets:select_delete/2`; returns how many.
    public func selectDelete(
        _ specification: MatchSpecification, _ environment: MatchEnvironment
    ) throws(TableError) -> Int {
        var rows: [Tuple] = []
        try visit(specification, environment.caller, false) { row in
            if specification.run(on: row, environment) == .atom(.true) { rows.append(row) }
        }
        for row in rows { try deleteObject(row, from: environment.caller) }
        // Whoever may not write is told so even if there is nothing to delete.
        if rows.isEmpty { try insert(contentsOf: [], from: environment.caller) }
        return rows.count
    }

    /// Replaces rows by what a match specification makes of them, as `ets:select_replace/2`; returns how many. A row that
    /// somebody else changed meanwhile stays.
    ///
    /// - Throws: `badarg` for a bag, and for a result that is no row with the same key.
    public func selectReplace(
        _ specification: MatchSpecification, _ environment: MatchEnvironment
    ) throws(TableError) -> Int {
        var changes: [(old: Tuple, new: Tuple)] = []
        try visit(specification, environment.caller, false) { row in
            guard let result = specification.run(on: row, environment) else { return }
            changes.append((row, result.asTuple ?? .empty))
        }
        for change in changes {
            guard change.new.count >= keyPosition, change.new[keyPosition - 1] == change.old[keyPosition - 1] else {
                throw .badarg("the match specification does not keep the key")
            }
        }
        var count = 0
        for change in changes {
            try update(change.old[keyPosition - 1], environment.caller) { (row) throws(TableError) -> Tuple? in
                guard let row, row == change.old else { return nil }
                count += 1
                return change.new
            }
        }
        return count
    }

    /// Calls `body` with the rows that a specification may take.
    private func visit(
        _ specification: MatchSpecification, _ caller: Pid, _ isReversed: Bool, _ body: (Tuple) -> Void
    ) throws(TableError) {
        // In an ordered set 1 and 1.0 are one key, but match only themselves.
        if let keys = specification.keys(at: keyPosition - 1) {
            for key in keys {
                for row in try lookup(key, from: caller) { body(row) }
            }
            return
        }
        do {
            if isReversed {
                try forEachReversed(from: caller) { (row) throws(Never) -> Bool in
                    body(row)
                    return true
                }
            } else {
                try forEach(from: caller) { (row) throws(Never) -> Bool in
                    body(row)
                    return true
                }
            }
        } catch {
            if case .table(let failure) = error { throw failure }
        }
    }
}
