// Walking a term without taking part in reference counting.
//
// `switch term { case .tuple(let tuple): ... }` copies the tuple, which costs two atomic operations for each element that
// is looked at. Encoding, comparing and hashing only read, and the root of what they read is kept alive by their caller:
// so they look at the bits of each term in place. `TermLayoutTests` checks that the bits stand where this file says.

/// What a term is: the tag byte of ``Term`` in memory. Cases with a payload count up in the order of their declaration;
/// `nil`, the only one without, comes last.
@frozen
@usableFromInline
package enum TermKind: UInt8 {
    case integer, float, atom, list, tuple, map, binary, bitString, pid, port, reference, fun, bigInteger, record, local
    case `nil`
}

extension TermKind {
    /// True for kinds that own no object.
    @inlinable @inline(__always)
    package var isImmediate: Bool {
        switch self {
        case .integer, .float, .atom, .pid, .port, .nil: true
        default: false
        }
    }
}

/// Where a term stands in memory.
@usableFromInline
package typealias TermPlace = UnsafePointer<Term>

extension UnsafePointer<Term> {
    @inlinable
    package static var kindOffset: Int { 12 }

    @inlinable @inline(__always)
    package var kind: TermKind {
        unsafeBitCast(UnsafeRawPointer(self).load(fromByteOffset: Self.kindOffset, as: UInt8.self), to: TermKind.self)
    }

    /// The value of an integer, or the bits of a float.
    @inlinable @inline(__always)
    package var integer: Int { UnsafeRawPointer(self).load(as: Int.self) }

    @inlinable @inline(__always)
    package var float: Double { UnsafeRawPointer(self).load(as: Double.self) }

    @inlinable @inline(__always)
    package var atom: Atom { UnsafeRawPointer(self).load(as: Atom.self) }

    @inlinable @inline(__always)
    package var pid: Pid { UnsafeRawPointer(self).load(as: Pid.self) }

    @inlinable @inline(__always)
    package var port: Port { UnsafeRawPointer(self).load(as: Port.self) }

    /// The address of the object of a kind that has one.
    @inlinable @inline(__always)
    package var object: UnsafeRawPointer { UnsafeRawPointer(self).load(as: UnsafeRawPointer.self) }

    @inlinable @inline(__always)
    func storage<Storage: AnyObject>(_: Storage.Type) -> Unmanaged<Storage> {
        Unmanaged<Storage>.fromOpaque(object)
    }

    /// The elements of a tuple.
    @inlinable @inline(__always)
    package var tupleElements: UnsafeBufferPointer<Term> {
        storage(TupleStorage.self)._withUnsafeGuaranteedRef {
            UnsafeBufferPointer(start: $0.elements, count: $0.count)
        }
    }

    /// The cells of a list that stand side by side, and where the term behind them stands.
    @inlinable @inline(__always)
    package var listRun: (elements: UnsafeBufferPointer<Term>, tail: TermPlace) {
        let position = Int(UnsafeRawPointer(self).load(fromByteOffset: 8, as: UInt32.self))
        return storage(ListSegment.self)._withUnsafeGuaranteedRef {
            (
                UnsafeBufferPointer(start: $0.elements + position, count: $0.count - position),
                TermPlace($0.tailPlace)
            )
        }
    }

    @inlinable @inline(__always)
    package var binaryBytes: UnsafeRawBufferPointer {
        storage(BinaryStorage.self)._withUnsafeGuaranteedRef { $0.bytes }
    }

    /// The closure of a term that is one.
    @inlinable @inline(__always)
    package var closure: Unmanaged<ClosureFun>? {
        guard kind == .fun, case .fun(.closure(let closure)) = pointee else { return nil }
        return .passUnretained(closure)
    }

    /// The storage of a map.
    @inline(__always)
    var mapStorage: Unmanaged<MapStorage> { storage(MapStorage.self) }

    /// The keys and values of a map that is stored as rows; nothing for a tree.
    @inline(__always)
    package var mapRows: UnsafeBufferPointer<Term>? {
        mapStorage._withUnsafeGuaranteedRef {
            $0.hasTree ? nil : UnsafeBufferPointer(start: $0.elements, count: 2 * $0.count)
        }
    }
}
