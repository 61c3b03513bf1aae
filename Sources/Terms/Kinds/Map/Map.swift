internal import HashTreeCollections

/// A map. Keys are told apart by `=:=`.
///
/// A map that was decoded or built at once is rows of pairs: in key order up to ``flatLimit`` pairs, behind a hash index
/// beyond. The first update of a large map makes it a persistent hash tree, so that each update copies a path only.
///
/// `@unchecked Sendable`: the rows are written once, before they are shared.
@frozen
public struct Map: @unchecked Sendable {
    @usableFromInline
    var storage: MapStorage

    /// Up to this many pairs a map is flat and in key order, as in OTP.
    public static let flatLimit = 32

    init(storage: MapStorage) { self.storage = storage }

    private init(_ tree: TreeDictionary<Term, Term>) {
        guard tree.count > Self.flatLimit else {
            self.init(storage: .make(tree.lazy.map { ($0.key, $0.value) }, count: tree.count))
            return
        }
        self.init(storage: .make(MapTree(tree)))
    }

    /// The empty map.
    public init() { self.init(storage: .emptyMap) }

    /// A map of these pairs; of pairs with the same key the last one counts.
    public init(_ pairs: some Sequence<(key: Term, value: Term)>) {
        let all = Array(pairs)
        let storage = MapStorage.allocate(capacity: all.count)
        for (position, pair) in all.enumerated() {
            (storage.elements + 2 * position).initialize(to: pair.key)
            (storage.elements + 2 * position + 1).initialize(to: pair.value)
        }
        if storage.finish(count: all.count) {
            self.init(storage: storage)
        } else {
            var tree = TreeDictionary<Term, Term>()
            for pair in all { tree.updateValue(pair.value, forKey: pair.key) }
            self.init(tree)
        }
    }

    public var count: Int { storage.tree?.pairs.count ?? storage.count }

    public var isEmpty: Bool { count == 0 }

    public subscript(key: Term) -> Term? {
        if let tree = storage.tree { return tree.pairs[key] }
        return withUnsafePointer(to: key) { storage.find($0) }.map { storage.elements[2 * $0 + 1] }
    }

    /// The map with `key` bound to `value`.
    public func updating(_ key: Term, to value: Term) -> Map {
        if storage.tree == nil, storage.count < Self.flatLimit {
            return Map(storage: storage.updating(key, to: value))
        }
        var pairs = tree
        pairs.updateValue(value, forKey: key)
        return Map(pairs)
    }

    /// Binds `key` to `value`: in place if nobody else has the map.
    public mutating func update(_ key: Term, to value: Term) {
        guard isKnownUniquelyReferenced(&storage), !storage.hasTree else { return self = updating(key, to: value) }
        if let larger = storage.update(key, to: value) { storage = larger }
    }

    /// The map without `key`.
    public func removing(_ key: Term) -> Map {
        if storage.tree == nil {
            guard let position = withUnsafePointer(to: key, { storage.find($0) }) else { return self }
            if storage.count <= Self.flatLimit { return Map(storage: storage.removing(at: position)) }
        }
        var pairs = tree
        guard pairs.removeValue(forKey: key) != nil else { return self }
        return Map(pairs)
    }

    private var tree: TreeDictionary<Term, Term> {
        if let tree = storage.tree { return tree.pairs }
        guard let shadow = storage.shadow else { return rowsAsTree }
        return shadow.tree { rowsAsTree }
    }

    private var rowsAsTree: TreeDictionary<Term, Term> {
        var pairs = TreeDictionary<Term, Term>()
        forEach { pairs.updateValue($1, forKey: $0) }
        return pairs
    }

    /// Calls `body` with each pair: in key order up to ``flatLimit`` pairs, in no particular order beyond.
    public func forEach<Failure: Error>(_ body: (Term, Term) throws(Failure) -> Void) throws(Failure) {
        if let tree = storage.tree {
            for (key, value) in tree.pairs { try body(key, value) }
        } else {
            let elements = storage.elements
            for position in 0..<storage.count { try body(elements[2 * position], elements[2 * position + 1]) }
        }
    }

    /// All pairs in key order, as `lists:sort(maps:to_list(M))` but with integers before floats.
    public var sortedPairs: [(key: Term, value: Term)] {
        var pairs: [(key: Term, value: Term)] = []
        pairs.reserveCapacity(count)
        forEach { pairs.append((key: $0, value: $1)) }
        if count > Self.flatLimit { pairs.sort { Term.compareExact($0.key, $1.key) == .less } }
        return pairs
    }
}

extension Map: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (Term, Term)...) {
        self.init(elements.lazy.map { (key: $0.0, value: $0.1) })
    }
}
