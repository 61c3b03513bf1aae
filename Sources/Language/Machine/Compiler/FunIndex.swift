internal import Synchronization

/// Numbers the funs of this program, so that two are told apart.
enum FunIndex {
    private static let last = Atomic<UInt32>(0)

    static func next() -> UInt32 { last.wrappingAdd(1, ordering: .relaxed).newValue }
}
