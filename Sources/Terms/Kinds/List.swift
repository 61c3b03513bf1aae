/// A list of at least one element: a position in a segment of elements that stand side by side.
///
/// A decoded or built list is one segment, so walking it is walking an array; a cons in front of a list makes a segment
/// whose tail is that list. `head` and `tail` cost no allocation.
///
/// `@unchecked Sendable`: the storage is written once, before it is shared.
@frozen
public struct List: @unchecked Sendable {
    @usableFromInline
    let segment: ListSegment
    @usableFromInline
    let position: UInt32

    @inlinable
    init(segment: ListSegment, position: UInt32) {
        self.segment = segment
        self.position = position
    }

    /// The most elements one segment holds; longer lists are several segments.
    @inlinable
    static var maximumSegment: Int { Int(UInt32.max) / 4 }

    /// A list of `count` elements, all of which `initialize` writes, that ends in `tail`. `count` is at least one.
    @inlinable
    public init<Failure: Error>(
        uninitializedCount count: Int, tail: Term = .nil,
        initializingWith initialize: (UnsafeMutablePointer<Term>) throws(Failure) -> Void
    ) throws(Failure) {
        precondition(count > 0 && count <= Self.maximumSegment, "a list segment of \(count) elements")
        let segment = ListSegment.allocate(capacity: count, tail: tail)
        try initialize(segment.elements)
        segment.count = count
        self.init(segment: segment, position: 0)
    }

    /// A list of `elements`, of which there is at least one, that ends in `tail`.
    @inlinable
    public init(_ elements: some Collection<Term>, tail: Term = .nil) {
        self.init(uninitializedCount: elements.count, tail: tail) { target in
            var position = 0
            for element in elements {
                (target + position).initialize(to: element)
                position += 1
            }
        }
    }

    /// `[head | tail]`.
    @inlinable
    public init(head: Term, tail: Term) {
        self.init(uninitializedCount: 1, tail: tail) { $0.initialize(to: head) }
    }

    /// The first element.
    @inlinable
    public var head: Term { segment.elements[Int(position)] }

    /// What follows the first element: a list, nil, or any term at the end of an improper list.
    @inlinable
    public var tail: Term {
        Int(position) + 1 < segment.count
            ? .list(List(segment: segment, position: position + 1))
            : segment.tail
    }

    /// Calls `body` with each run of elements that stand side by side, front to back; returns the term that ends the
    /// list (nil for a proper list).
    @inlinable
    @discardableResult
    public func forEachRun<Failure: Error>(
        _ body: (UnsafeBufferPointer<Term>) throws(Failure) -> Void
    ) throws(Failure) -> Term {
        var segment = segment
        var position = Int(position)
        while true {
            try body(
                UnsafeBufferPointer(start: segment.elements + position, count: segment.count - position))
            guard case .list(let next) = segment.tail else { return segment.tail }
            segment = next.segment
            position = Int(next.position)
        }
    }

    /// The elements of a proper list; nothing for an improper one.
    public var properElements: [Term]? {
        var elements: [Term] = []
        let end = forEachRun { elements.append(contentsOf: $0) }
        guard case .nil = end else { return nil }
        return elements
    }

    /// The number of elements before the end, and the term at the end (nil for a proper list).
    public var countAndEnd: (count: Int, end: Term) {
        var count = 0
        let end = forEachRun { count += $0.count }
        return (count, end)
    }
}

/// The elements of a list up to its end; an improper end is not an element.
extension List: Sequence {
    @frozen
    public struct Iterator: IteratorProtocol {
        @usableFromInline var rest: Term

        @inlinable
        init(rest: Term) { self.rest = rest }

        @inlinable
        public mutating func next() -> Term? {
            guard case .list(let list) = rest else { return nil }
            rest = list.tail
            return list.head
        }
    }

    @inlinable
    public func makeIterator() -> Iterator { Iterator(rest: .list(self)) }
}

@usableFromInline
struct ListHeader {
    @usableFromInline var count: Int
    @usableFromInline var tail: Term

    /// Bytes from the start of the header to the tail.
    @inlinable
    static var tailOffset: Int { MemoryLayout<Int>.stride }

    @inlinable
    init(count: Int, tail: Term) {
        self.count = count
        self.tail = tail
    }
}

@usableFromInline
final class ListSegment: ManagedBuffer<ListHeader, Term> {
    @inlinable
    static func allocate(capacity: Int, tail: Term) -> ListSegment {
        unsafeDowncast(
            ListSegment.create(minimumCapacity: capacity) { _ in ListHeader(count: 0, tail: tail) },
            to: ListSegment.self)
    }

    @inlinable
    var elements: UnsafeMutablePointer<Term> { withUnsafeMutablePointerToElements { $0 } }

    /// How many elements are filled in. Not `header.count`: that costs a dynamic check of exclusive access.
    @inlinable
    var count: Int {
        get { withUnsafeMutablePointerToHeader { $0.pointee.count } }
        set { withUnsafeMutablePointerToHeader { $0.pointee.count = newValue } }
    }

    @inlinable
    var tail: Term { withUnsafeMutablePointerToHeader { $0.pointee.tail } }

    /// Where the tail stands: nil until it is written.
    @inlinable
    var tailPlace: UnsafeMutablePointer<Term> {
        withUnsafeMutablePointerToHeader { header in
            (UnsafeMutableRawPointer(header) + ListHeader.tailOffset).assumingMemoryBound(to: Term.self)
        }
    }

    @usableFromInline
    deinit {
        releaseElements(elements, count: count)
        let place = tailPlace
        guard !UnsafePointer(place).kind.isImmediate else { return }
        // A list built cons by cons is a chain of segments: release it in a loop, not by recursion.
        var rest = place.move()
        place.initialize(to: .nil)
        while case .list(let list) = rest {
            var segment = list.segment
            rest = .nil
            _ = consume list
            guard isKnownUniquelyReferenced(&segment) else { return }
            let next = segment.tailPlace
            rest = next.move()
            next.initialize(to: .nil)
        }
        withUnsafeMutablePointer(to: &rest) { last in
            releaseElements(last, count: 1)
            last.initialize(to: .nil)
        }
    }
}

extension UnsafeMutablePointer<Term> {
    /// Puts the tail of the list in this place into `target`, which may be this place: then most often only a position
    /// moves on.
    @inlinable @inline(__always)
    package func moveTail(into target: UnsafeMutablePointer<Term>) {
        guard case .list(let list) = pointee else { return }
        if target == self, Int(list.position) + 1 < list.segment.count {
            UnsafeMutableRawPointer(self).storeBytes(of: list.position &+ 1, toByteOffset: 8, as: UInt32.self)
        } else {
            target.pointee = list.tail
        }
    }
}
