internal import Support
public import Terms

/// Who holds a table fixed, and since when.
struct TableFixations: Sendable {
    var counts: [Pid: Int] = [:]
    /// When the first fixation of the current ones was made: nanoseconds of the system clock and of the monotonic one.
    var systemTime: Int64 = 0
    var monotonicTime: Int64 = 0
}

/// Which tables each process holds fixed, so that its exit releases them without a search.
final class FixationIndex: Sendable {
    private let tables = Locked<[Pid: Set<Reference>]>([:])

    func add(_ table: Reference, for pid: Pid) {
        tables.withLock { _ = $0[pid, default: []].insert(table) }
    }

    func remove(_ table: Reference, for pid: Pid) {
        tables.withLock {
            $0[pid]?.remove(table)
            if $0[pid]?.isEmpty == true { $0[pid] = nil }
        }
    }

    /// The tables of a process, which it holds no more.
    func take(_ pid: Pid) -> Set<Reference> { tables.withLock { $0.removeValue(forKey: pid) } ?? [] }
}

extension Table {
    /// Fixes the table for a traversal, or ends one fixation of the caller, as `ets:safe_fixtable/2`.
    ///
    /// While a table is fixed, `next` goes on from a key that was deleted meanwhile, and every row that was there from the
    /// beginning to the end is visited once. An ordered set needs no fixing; it only keeps the count.
    public func safeFixtable(_ isFixed: Bool, from caller: Pid) throws(TableError) {
        // A check of rights that touches no row.
        _ = try member(.nil, from: caller)
        if isFixed {
            let now = (clock.systemNanoseconds(), clock.monotonicNanoseconds())
            let isFirst = fixations.withLock { fixations in
                if fixations.counts.isEmpty { (fixations.systemTime, fixations.monotonicTime) = now }
                fixations.counts[caller, default: 0] += 1
                return fixations.counts[caller] == 1
            }
            fix()
            if isFirst { fixationIndex.add(id, for: caller) }
        } else {
            let rest: Int? = fixations.withLock { fixations in
                guard let count = fixations.counts[caller] else { return nil }
                fixations.counts[caller] = count > 1 ? count - 1 : nil
                return count - 1
            }
            guard let rest else { return }
            unfix()
            if rest == 0 { fixationIndex.remove(id, for: caller) }
        }
    }

    /// Ends all fixations of a process that exited.
    func releaseFixations(of pid: Pid) {
        let count = fixations.withLock { $0.counts.removeValue(forKey: pid) } ?? 0
        for _ in 0..<count { unfix() }
    }

    private func fix() {
        switch storage {
        case .set(let rows): rows.fix()
        case .bag(let rows): rows.fix()
        case .orderedSet: break
        }
    }

    private func unfix() {
        switch storage {
        case .set(let rows): rows.unfix()
        case .bag(let rows): rows.unfix()
        case .orderedSet: break
        }
    }
}
