/// A tuple: an immutable row of terms in one allocation.
///
/// `@unchecked Sendable`: the storage is written once, before it is shared.
@frozen
public struct Tuple: @unchecked Sendable {
    @usableFromInline
    let storage: TupleStorage

    @inlinable
    init(storage: TupleStorage) { self.storage = storage }

    /// `{}`.
    public static let empty = Tuple(storage: TupleStorage.allocate(count: 0, capacity: 0))

    /// A tuple whose `count` elements `initialize` writes, all of them, in any order.
    @inlinable
    public init<Failure: Error>(
        uninitializedCount count: Int,
        initializingWith initialize: (UnsafeMutablePointer<Term>) throws(Failure) -> Void
    ) throws(Failure) {
        let storage = TupleStorage.allocate(count: 0, capacity: count)
        try initialize(storage.elements)
        storage.count = count
        self.storage = storage
    }

    @inlinable
    public init(_ elements: some Collection<Term>) {
        self.init(uninitializedCount: elements.count) { target in
            var position = 0
            for element in elements {
                (target + position).initialize(to: element)
                position += 1
            }
        }
    }

    /// The arity.
    @inlinable
    public var count: Int { storage.count }

    /// The element at a position that counts from 0.
    @inlinable
    public subscript(position: Int) -> Term {
        precondition(position >= 0 && position < count, "tuple position out of range")
        return storage.elements[position]
    }

    /// Calls `body` with the elements in place.
    @inlinable
    public func withElements<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<Term>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeBufferPointer(start: storage.elements, count: count))
    }

    /// The same object, not merely an equal one.
    @inlinable
    public static func isIdentical(_ left: Tuple, _ right: Tuple) -> Bool { left.storage === right.storage }
}

extension Tuple: ExpressibleByArrayLiteral {
    public init(arrayLiteral elements: Term...) { self.init(elements) }
}

extension Tuple: RandomAccessCollection {
    @inlinable public var startIndex: Int { 0 }
    @inlinable public var endIndex: Int { count }
}

@usableFromInline
struct TupleHeader {
    @usableFromInline var count: Int

    @inlinable
    init(count: Int) { self.count = count }
}

@usableFromInline
final class TupleStorage: ManagedBuffer<TupleHeader, Term> {
    @inlinable
    static func allocate(count: Int, capacity: Int) -> TupleStorage {
        unsafeDowncast(
            TupleStorage.create(minimumCapacity: capacity) { _ in TupleHeader(count: count) }, to: TupleStorage.self)
    }

    @inlinable
    var elements: UnsafeMutablePointer<Term> { withUnsafeMutablePointerToElements { $0 } }

    /// How many elements are filled in. Not `header.count`: that costs a dynamic check of exclusive access.
    @inlinable
    var count: Int {
        get { withUnsafeMutablePointerToHeader { $0.pointee.count } }
        set { withUnsafeMutablePointerToHeader { $0.pointee.count = newValue } }
    }

    @usableFromInline
    deinit { releaseElements(elements, count: count) }
}
