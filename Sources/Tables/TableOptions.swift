public import Terms

/// How a table is made: the options of `ets:new/2`.
public struct TableOptions: Sendable, Hashable {
    public var type: TableType = .set
    public var protection: TableProtection = .protected
    public var isNamed = false
    /// The element that is the key, counted from 1.
    public var keyPosition = 1
    public var heir: TableHeir?
    /// Kept and told by `info`; the storage serves readers and writers at once without it.
    public var hasReadConcurrency = false
    /// `true`, `false` or `auto`; kept and told by `info`.
    public var writeConcurrency: Term = .boolean(false)
    /// Kept and told by `info`; nothing for the default, which follows from the type and the write concurrency.
    public var hasDecentralizedCounters: Bool?
    /// Kept and told by `info`; rows are not compressed.
    public var isCompressed = false

    public init(
        type: TableType = .set, protection: TableProtection = .protected, isNamed: Bool = false, keyPosition: Int = 1,
        heir: TableHeir? = nil
    ) {
        self.type = type
        self.protection = protection
        self.isNamed = isNamed
        self.keyPosition = max(1, keyPosition)
        self.heir = heir
    }

    /// The options of an Erlang list such as `[named_table, public, {keypos, 2}]`; of options that exclude each other
    /// the last one counts. An unknown option and an improper list are `badarg`.
    public init(_ list: Term) throws(TableError) {
        guard let elements = list.properList else { throw .badarg("options are not a list") }
        for element in elements {
            guard apply(element) else { throw .badarg("an option of the list is not valid") }
        }
    }

    private mutating func apply(_ option: Term) -> Bool {
        switch option {
        case .atom(let atom): apply(atom)
        case .tuple(let tuple) where tuple.count == 2: apply(tuple[0].asAtom, tuple[1])
        case .tuple(let tuple) where tuple.count == 3: apply(heir: tuple)
        default: false
        }
    }

    private mutating func apply(_ option: Atom) -> Bool {
        switch option {
        case "set": type = .set
        case "ordered_set": type = .orderedSet
        case "bag": type = .bag
        case "duplicate_bag": type = .duplicateBag
        case "public": protection = .public
        case "protected": protection = .protected
        case "private": protection = .private
        case "named_table": isNamed = true
        case "compressed": isCompressed = true
        default: return false
        }
        return true
    }

    private mutating func apply(_ option: Atom?, _ value: Term) -> Bool {
        let flag: Bool? = value == .boolean(true) ? true : value == .boolean(false) ? false : nil
        switch option {
        case "keypos":
            guard let position = value.asInteger, position > 0 else { return false }
            keyPosition = position
        case "heir":
            guard value == .atom("none") else { return false }
            heir = nil
        case "read_concurrency":
            guard let flag else { return false }
            hasReadConcurrency = flag
        case "write_concurrency":
            guard flag != nil || value == .atom("auto") else { return false }
            writeConcurrency = value
        case "decentralized_counters":
            guard let flag else { return false }
            hasDecentralizedCounters = flag
        default: return false
        }
        return true
    }

    private mutating func apply(heir tuple: Tuple) -> Bool {
        guard tuple[0] == .atom("heir"), let pid = tuple[1].asPid else { return false }
        heir = TableHeir(pid: pid, data: tuple[2])
        return true
    }
}

extension TableOptions {
    /// What `info` tells: a private table has none of the three, whatever was asked for.
    var toldReadConcurrency: Bool { hasReadConcurrency && protection != .private }

    var toldWriteConcurrency: Term { protection == .private ? .boolean(false) : writeConcurrency }

    var toldDecentralizedCounters: Bool {
        switch toldWriteConcurrency {
        case .boolean(false): false
        case .boolean(true): hasDecentralizedCounters ?? (type == .orderedSet)
        default: hasDecentralizedCounters ?? true
        }
    }
}
