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
    enum Storage {
        case rows(MapRows)
        case tree(MapTree)
    }

    @usableFromInline
    let storage: Storage

    /// Up to this many pairs a map is flat and in key order, as in OTP.
    public static let flatLimit = 32

    init(storage: Storage) { self.storage = storage }

    /// The empty map.
    public init() { self.init(storage: .rows(.emptyRows)) }

    /// The map of rows whose `2 * count` terms are filled in; nothing if a key stands twice.
    init?(filled rows: MapRows, count: Int) {
        guard rows.finish(count: count) else { return nil }
        self.init(storage: .rows(rows))
    }

    /// A map of these pairs; of pairs with the same key the last one counts.
    public init(_ pairs: some Sequence<(key: Term, value: Term)>) {
        var tree = TreeDictionary<Term, Term>()
        for pair in pairs { tree.updateValue(pair.value, forKey: pair.key) }
        self.init(storage: .rows(MapRows.make(tree.lazy.map { ($0.key, $0.value) }, count: tree.count)))
    }

    public var count: Int {
        switch storage {
        case .rows(let rows): rows.header.count
        case .tree(let tree): tree.pairs.count
        }
    }

    public var isEmpty: Bool { count == 0 }

    public subscript(key: Term) -> Term? {
        switch storage {
        case .rows(let rows): rows.find(key).map { rows.elements[2 * $0 + 1] }
        case .tree(let tree): tree.pairs[key]
        }
    }

    /// The map with `key` bound to `value`.
    public func updating(_ key: Term, to value: Term) -> Map {
        switch storage {
        case .rows(let rows) where rows.header.count <= Self.flatLimit:
            return Map(storage: .rows(rows.updating(key, to: value)))
        case .rows, .tree:
            var pairs = tree
            pairs.updateValue(value, forKey: key)
            return Map(storage: .tree(MapTree(pairs)))
        }
    }

    /// The map without `key`.
    public func removing(_ key: Term) -> Map {
        var pairs = tree
        guard pairs.removeValue(forKey: key) != nil else { return self }
        guard pairs.count > Self.flatLimit else {
            return Map(storage: .rows(MapRows.make(pairs.lazy.map { ($0.key, $0.value) }, count: pairs.count)))
        }
        return Map(storage: .tree(MapTree(pairs)))
    }

    private var tree: TreeDictionary<Term, Term> {
        if case .tree(let tree) = storage { return tree.pairs }
        var pairs = TreeDictionary<Term, Term>()
        forEach { pairs.updateValue($1, forKey: $0) }
        return pairs
    }

    /// The same map as rows.
    func compacted() -> Map {
        guard case .tree(let tree) = storage else { return self }
        return Map(storage: .rows(MapRows.make(tree.pairs.lazy.map { ($0.key, $0.value) }, count: tree.pairs.count)))
    }

    /// Calls `body` with each pair: in key order up to ``flatLimit`` pairs, in no particular order beyond.
    public func forEach<Failure: Error>(_ body: (Term, Term) throws(Failure) -> Void) throws(Failure) {
        switch storage {
        case .rows(let rows):
            for position in 0..<rows.header.count {
                try body(rows.elements[2 * position], rows.elements[2 * position + 1])
            }
        case .tree(let tree):
            for (key, value) in tree.pairs { try body(key, value) }
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

/// A large map that has been updated.
@usableFromInline
final class MapTree: Sendable {
    let pairs: TreeDictionary<Term, Term>

    init(_ pairs: TreeDictionary<Term, Term>) { self.pairs = pairs }
}
