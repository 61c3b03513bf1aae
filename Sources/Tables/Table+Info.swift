internal import Support
public import Terms

extension Table {
    /// The list of `ets:info/1`, in OTP 25's order.
    public func info() -> Term {
        let keys: [Atom] = [
            "id", "decentralized_counters", "read_concurrency", "write_concurrency", "compressed", "memory", "owner",
            "heir", "name", "size", "node", "named_table", "type", "keypos", "protection",
        ]
        return .makeList(keys.compactMap { key in info(key).map { .tuple([.atom(key), $0]) } })
    }

    /// One item of `ets:info/2`; nothing (`badarg` in Erlang) for an item that does not exist.
    public func info(_ key: Atom) -> Term? {
        switch key {
        case "id": .reference(id)
        case "decentralized_counters": .boolean(options.toldDecentralizedCounters)
        case "read_concurrency": .boolean(options.toldReadConcurrency)
        case "write_concurrency": options.toldWriteConcurrency
        case "compressed": .boolean(options.isCompressed)
        case "memory": .integer(memoryWords)
        case "owner": .pid(owner)
        case "heir": heir.map { .pid($0.pid) } ?? .atom("none")
        case "name": .atom(name)
        case "size": .integer(count)
        case "node": .atom(owner.node)
        case "named_table": .boolean(isNamed)
        case "type": .atom(type.atom)
        case "keypos": .integer(keyPosition)
        case "protection": .atom(protection.atom)
        case "binary": .nil
        case "fixed": .boolean(fixations.withLock { !$0.counts.isEmpty })
        case "safe_fixed": safeFixed { .tuple($0.systemTimestamp) }
        case "safe_fixed_monotonic_time": safeFixed { .integer(Int($0.monotonicTime)) }
        default: nil
        }
    }

    private func safeFixed(_ time: (TableFixations) -> Term) -> Term {
        let fixations = fixations.withLock { $0 }
        guard !fixations.counts.isEmpty else { return .boolean(false) }
        let holders = fixations.counts.map { Term.tuple([.pid($0.key), .integer($0.value)]) }
        return .tuple([time(fixations), .makeList(holders)])
    }

    /// About how much memory the table takes, in words of 8 bytes: the storage, and the rows as far as a sample of
    /// them tells.
    public var memoryWords: Int {
        let (bytes, sample) =
            switch storage {
            case .set(let rows): (rows.byteCount, rows.sample)
            case .bag(let rows): (rows.byteCount, rows.sample)
            case .orderedSet(let rows): (rows.byteCount, rows.sample)
            }
        let fixed = 256
        guard !sample.isEmpty else { return fixed + bytes / 8 }
        let words = sample.reduce(0) { $0 + Self.words($1) }
        let (product, overflows) = count.multipliedReportingOverflow(by: words)
        return fixed + bytes / 8 + (overflows ? .max / 2 : product / sample.count)
    }

    /// The words of one row: object headers, elements, and the bytes and elements one level below.
    private static func words(_ row: Tuple) -> Int {
        row.reduce(4) { sum, element in
            switch element {
            case .tuple(let tuple): sum + 6 + 2 * tuple.count
            case .list: sum + 8
            case .binary(let binary): sum + 6 + binary.count / 8
            case .map(let map): sum + 8 + 4 * map.count
            case .integer, .atom, .float, .nil, .pid, .port: sum + 2
            default: sum + 6
            }
        }
    }
}

extension TableFixations {
    /// `{MegaSecs, Secs, MicroSecs}`.
    fileprivate var systemTimestamp: Tuple {
        let microseconds = Int(systemTime / 1_000)
        let seconds = microseconds / 1_000_000
        return [.integer(seconds / 1_000_000), .integer(seconds % 1_000_000), .integer(microseconds % 1_000_000)]
    }
}
