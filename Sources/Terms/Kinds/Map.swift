internal import HashTreeCollections

/// A map. Keys are told apart by `=:=`.
///
/// Up to ``flatLimit`` pairs it is two rows in key order; beyond that a persistent hash tree, so that an update copies
/// a path and not the map.
@frozen
public struct Map: Sendable {
    @usableFromInline
    let storage: MapStorage

    /// Up to this many pairs a map is flat, as in OTP.
    public static let flatLimit = 32

    init(storage: MapStorage) { self.storage = storage }

    public init() { self.init(storage: .emptyMap) }

    /// A map of these pairs; of pairs with the same key the last one counts.
    public init(_ pairs: some Sequence<(key: Term, value: Term)>) {
        var tree = TreeDictionary<Term, Term>()
        for pair in pairs { tree.updateValue(pair.value, forKey: pair.key) }
        self.init(storage: MapStorage(tree))
    }

    public var count: Int { storage.tree.count }

    public subscript(key: Term) -> Term? { storage.tree[key] }

    /// The map with `key` bound to `value`.
    public func updating(_ key: Term, to value: Term) -> Map {
        var tree = storage.tree
        tree.updateValue(value, forKey: key)
        return Map(storage: MapStorage(tree))
    }

    /// The map without `key`.
    public func removing(_ key: Term) -> Map {
        var tree = storage.tree
        tree.removeValue(forKey: key)
        return Map(storage: MapStorage(tree))
    }

    /// Calls `body` with each pair, in no particular order.
    public func forEach<Failure: Error>(_ body: (Term, Term) throws(Failure) -> Void) throws(Failure) {
        for (key, value) in storage.tree { try body(key, value) }
    }

    /// All pairs in key order, as `lists:sort(maps:to_list(M))` but with integers before floats.
    public var sortedPairs: [(key: Term, value: Term)] {
        storage.tree.map { (key: $0.key, value: $0.value) }
            .sorted { Term.compareExact($0.key, $1.key) == .less }
    }
}

extension Map: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (Term, Term)...) {
        self.init(elements.lazy.map { (key: $0.0, value: $0.1) })
    }
}

extension Map: Hashable {
    public static func == (left: Map, right: Map) -> Bool {
        left.storage === right.storage || left.storage.tree == right.storage.tree
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(storage.tree) }
}

@usableFromInline
final class MapStorage: Sendable {
    let tree: TreeDictionary<Term, Term>

    init(_ tree: TreeDictionary<Term, Term>) { self.tree = tree }

    static let emptyMap = MapStorage([:])
}
