// What this module does: ETS, the in-memory tables of Erlang: `set`, `ordered_set`, `bag` and `duplicate_bag`, with
// owners, heirs, protection and fixation as in OTP 25. What it does not: processes, messages and the network. An owner is
// a pid that the caller names; who exits, who is alive and who gets an 'ETS-TRANSFER' message is for the node to know.
//
// Storage. Rows are immutable tuples, so a table only counts references: nothing is copied in or out. A hash table is
// sixteen locked shards, each a list of entries in insertion order with an index from hash to entry (HashShard); an
// ordered set is a B+ tree behind one lock (OrderedTree). Both keep the right to use the table behind the same lock as
// the rows, so an operation takes one lock, and after a delete none succeeds.
//
// Source: https://www.erlang.org/doc/man/ets

internal import Support
public import Terms

/// The kinds of tables.
public enum TableType: Sendable, Hashable {
    /// One row a key, keys told apart by `=:=`.
    case set
    /// One row a key, in term order; `1` and `1.0` are one key.
    case orderedSet
    /// Several rows a key, all different.
    case bag
    /// Several rows a key.
    case duplicateBag

    /// The name in Erlang.
    public var atom: Atom {
        switch self {
        case .set: "set"
        case .orderedSet: "ordered_set"
        case .bag: "bag"
        case .duplicateBag: "duplicate_bag"
        }
    }
}

/// Who may read and write a table.
public enum TableProtection: Sendable, Hashable {
    /// All may read and write.
    case `public`
    /// All may read, the owner may write.
    case protected
    /// Only the owner may do anything.
    case `private`

    /// The name in Erlang.
    public var atom: Atom {
        switch self {
        case .public: "public"
        case .protected: "protected"
        case .private: "private"
        }
    }
}

/// Who gets a table when its owner exits, and the term sent along.
public struct TableHeir: Sendable, Hashable {
    public let pid: Pid
    public let data: Term

    public init(pid: Pid, data: Term) {
        self.pid = pid
        self.data = data
    }
}

/// One ETS table. Safe to use from many threads at once; each operation on one key is atomic and isolated.
///
/// Every operation names the process that calls, which a `protected` or `private` table checks, and throws `badarg` when
/// the table was deleted or the caller may not. Made by ``TableRegistry/create(name:options:owner:incarnation:)``.
public final class Table: Sendable {
    /// The table identifier: what `ets:new/2` returns for a table that is not named.
    public let id: Reference
    public let type: TableType
    /// The element that is the key, counted from 1.
    public let keyPosition: Int
    public let protection: TableProtection
    /// True if the table can be found by its name.
    public let isNamed: Bool
    /// The options the table was made with.
    public let options: TableOptions

    let storage: Storage
    let attributes: Locked<Attributes>
    let fixations = Locked(TableFixations())
    let fixationIndex: FixationIndex
    let clock: any TimeSource

    enum Storage: Sendable {
        case set(HashStorage<Tuple>)
        case bag(HashStorage<RowGroup>)
        case orderedSet(OrderedStorage)
    }

    struct Attributes: Sendable {
        var name: Atom
        var owner: Pid
        var heir: TableHeir?
    }

    init(
        id: Reference, name: Atom, options: TableOptions, owner: Pid, fixationIndex: FixationIndex,
        clock: any TimeSource
    ) {
        self.id = id
        self.options = options
        self.fixationIndex = fixationIndex
        self.clock = clock
        type = options.type
        keyPosition = options.keyPosition
        protection = options.protection
        isNamed = options.isNamed
        attributes = Locked(Attributes(name: name, owner: owner, heir: options.heir))
        let keyIndex = options.keyPosition - 1
        storage =
            switch options.type {
            case .set: .set(HashStorage(keyIndex: keyIndex, allowsDuplicates: false, owner: owner))
            case .bag: .bag(HashStorage(keyIndex: keyIndex, allowsDuplicates: false, owner: owner))
            case .duplicateBag: .bag(HashStorage(keyIndex: keyIndex, allowsDuplicates: true, owner: owner))
            case .orderedSet: .orderedSet(OrderedStorage(keyIndex: keyIndex, owner: owner))
            }
    }

    /// The name given to `ets:new/2` or by `rename`.
    public var name: Atom { attributes.withLock { $0.name } }
    public var owner: Pid { attributes.withLock { $0.owner } }
    public var heir: TableHeir? { attributes.withLock { $0.heir } }

    /// What `ets:new/2` returns: the name of a named table, else the reference.
    public var identifier: Term { isNamed ? .atom(name) : .reference(id) }

    /// Number of rows.
    public var count: Int {
        switch storage {
        case .set(let rows): rows.count
        case .bag(let rows): rows.count
        case .orderedSet(let rows): rows.count
        }
    }

    /// Sets or clears the heir, as `ets:setopts/2`; only the owner may.
    public func setHeir(_ heir: TableHeir?, from caller: Pid) throws(TableError) {
        try attributes.withLock { (attributes: inout sending Attributes) throws(TableError) in
            guard attributes.owner == caller else { throw .noAccess }
            attributes.heir = heir
        }
    }

    @inline(__always)
    func reader(_ caller: Pid) -> TableCaller { TableCaller(pid: caller, ownerOnly: protection == .private) }

    @inline(__always)
    func writer(_ caller: Pid) -> TableCaller { TableCaller(pid: caller, ownerOnly: protection != .public) }

    func setOwner(_ owner: Pid) {
        attributes.withLock { $0.owner = owner }
        switch storage {
        case .set(let rows): rows.setOwner(owner)
        case .bag(let rows): rows.setOwner(owner)
        case .orderedSet(let rows): rows.setOwner(owner)
        }
    }

    /// Ends the table: its rows are freed and every operation from now on throws.
    func close() {
        switch storage {
        case .set(let rows): rows.close()
        case .bag(let rows): rows.close()
        case .orderedSet(let rows): rows.close()
        }
    }
}
