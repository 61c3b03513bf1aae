internal import Support
internal import Synchronization

/// A node name together with a creation: one life of one node. Interned, so that identifiers stay small.
///
/// The table only grows; decoders count new entries against their limit of new atoms. Reading takes no lock.
@frozen
public struct NodeIncarnation: Sendable, Hashable {
    public let index: UInt32

    init(index: UInt32) { self.index = index }

    /// The incarnation of `node` with that creation.
    public init(node: Atom, creation: UInt32) {
        self = IncarnationTable.shared.intern(node: node, creation: creation)
    }

    /// An incarnation of its own for a node in this program. It begins as `nonode@nohost`; ``rename(node:creation:)``
    /// renames it and with it every pid, port and reference that carries it.
    public static func makeLocal() -> NodeIncarnation { IncarnationTable.shared.makeLocal() }

    /// Gives a local incarnation another name; identifiers of that name and creation that are read from now on carry it.
    public func rename(node: Atom, creation: UInt32) {
        IncarnationTable.shared.rename(self, node: node, creation: creation)
    }

    public var node: Atom { nodeAndCreation.node }
    /// 32 bit number that tells the lives of a node of one name apart; never 0 for a living node.
    public var creation: UInt32 { nodeAndCreation.creation }
    public var nodeAndCreation: (node: Atom, creation: UInt32) { IncarnationTable.shared.entry(at: index) }

    /// True if this incarnation has been seen before.
    static func isKnown(node: Atom, creation: UInt32) -> Bool {
        IncarnationTable.shared.isKnown(node: node, creation: creation)
    }
}

/// All incarnations: name and creation in one word each, in chunks that never move.
private final class IncarnationTable: @unchecked Sendable {
    // `@unchecked Sendable`: chunks are published with a releasing store before an index into them is given out.
    static let shared = IncarnationTable()

    private typealias Chunk = UnsafeMutablePointer<Atomic<UInt64>>

    private static let chunkBits: UInt32 = 10
    private static let chunkSize = 1 << chunkBits
    private static let maximumChunks = 1 << 16

    private struct State {
        var count: UInt32 = 0
        var indices: [UInt64: UInt32] = [:]
    }

    private let state = Locked(State())
    private let chunks: UnsafeMutablePointer<Atomic<UnsafeMutableRawPointer?>>

    private init() {
        chunks = .allocate(capacity: Self.maximumChunks)
        for position in 0..<Self.maximumChunks { (chunks + position).initialize(to: Atomic(nil)) }
    }

    private static func word(_ node: Atom, _ creation: UInt32) -> UInt64 {
        UInt64(node.index) << 32 | UInt64(creation)
    }

    private func slot(_ index: UInt32) -> Chunk {
        guard let chunk = chunks[Int(index >> Self.chunkBits)].load(ordering: .acquiring) else {
            preconditionFailure("no incarnation has the index \(index)")
        }
        return chunk.assumingMemoryBound(to: Atomic<UInt64>.self) + Int(index) % Self.chunkSize
    }

    func entry(at index: UInt32) -> (node: Atom, creation: UInt32) {
        let word = slot(index).pointee.load(ordering: .relaxed)
        return (Atom(index: UInt32(word >> 32)), UInt32(truncatingIfNeeded: word))
    }

    func isKnown(node: Atom, creation: UInt32) -> Bool {
        state.withLock { $0.indices[Self.word(node, creation)] != nil }
    }

    func intern(node: Atom, creation: UInt32) -> NodeIncarnation {
        let word = Self.word(node, creation)
        return state.withLock { state in
            if let index = state.indices[word] { return NodeIncarnation(index: index) }
            let index = append(word, &state)
            state.indices[word] = index
            return NodeIncarnation(index: index)
        }
    }

    func makeLocal() -> NodeIncarnation {
        state.withLock { NodeIncarnation(index: append(Self.word(.nonode, 0), &$0)) }
    }

    func rename(_ incarnation: NodeIncarnation, node: Atom, creation: UInt32) {
        state.withLock { state in
            let old = slot(incarnation.index).pointee.load(ordering: .relaxed)
            if state.indices[old] == incarnation.index { state.indices[old] = nil }
            let new = Self.word(node, creation)
            slot(incarnation.index).pointee.store(new, ordering: .relaxed)
            if node != .nonode { state.indices[new] = incarnation.index }
        }
    }

    private func append(_ word: UInt64, _ state: inout State) -> UInt32 {
        let index = state.count
        let chunk = Int(index >> Self.chunkBits)
        precondition(chunk < Self.maximumChunks, "too many lives of nodes")
        if chunks[chunk].load(ordering: .relaxed) == nil {
            let memory = Chunk.allocate(capacity: Self.chunkSize)
            for position in 0..<Self.chunkSize { (memory + position).initialize(to: Atomic(0)) }
            chunks[chunk].store(UnsafeMutableRawPointer(memory), ordering: .releasing)
        }
        slot(index).pointee.store(word, ordering: .relaxed)
        state.count += 1
        return index
    }
}
