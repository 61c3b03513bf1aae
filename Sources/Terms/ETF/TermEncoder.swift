internal import BigInt
internal import Glibc

/// Writes terms in the external term format, as `term_to_binary/2` of OTP does.
///
/// It walks a term with a stack of its own: nesting costs memory, never thread stack.
public struct TermEncoder: Sendable {
    /// 2: atoms in UTF-8, as on connections and by default since OTP 26. 1: atoms in Latin-1 where they can be, the
    /// default before. 0: also floats as text.
    public let minorVersion: Int

    public init(minorVersion: Int = 2) { self.minorVersion = minorVersion }

    /// Writes the version byte 131 and the term.
    public func encodeTopLevel(_ term: Term, into writer: inout ByteWriter) {
        writer.append(Tag.version)
        encode(term, into: &writer)
    }

    /// Elements still to be written, side by side. The term that owns them is kept alive by the caller's root term or by
    /// `keeper`.
    private struct Frame {
        var next: UnsafePointer<Term>
        var remaining: Int
        /// The list segment whose tail follows the elements.
        var segment: Unmanaged<ListSegment>?
        var keeper: [Term] = []
    }

    /// Writes the term without the version byte.
    public func encode(_ term: Term, into writer: inout ByteWriter) {
        var stack: [Frame] = []
        guard var frame = write(term, into: &writer) else { return }
        while true {
            while frame.remaining > 0 {
                frame.remaining -= 1
                let place = frame.next
                frame.next += 1
                // Rows of small integers are common enough to be worth their own door.
                if case .integer(let value) = place.pointee {
                    writeInteger(value, into: &writer)
                } else if let inner = write(place.pointee, into: &writer) {
                    stack.append(frame)
                    frame = inner
                }
            }
            if let segment = frame.segment {
                let segment = segment._withUnsafeGuaranteedRef { ($0.header.tail, $0) }
                if case .list(let rest) = segment.0 {
                    frame = Self.run(of: rest, keeper: frame.keeper)
                    continue
                }
                frame.segment = nil
                if let inner = write(segment.0, into: &writer) {
                    stack.append(frame)
                    frame = inner
                    continue
                }
            }
            guard let outer = stack.popLast() else { return withExtendedLifetime(term) {} }
            frame = outer
        }
    }

    private static func run(of list: List, keeper: [Term]) -> Frame {
        let position = Int(list.position)
        return Frame(
            next: UnsafePointer(list.segment.elements + position),
            remaining: list.segment.header.count - position,
            segment: Unmanaged.passUnretained(list.segment), keeper: keeper)
    }

    /// Writes a term that has no elements, or the head of one that has; returns its elements.
    private func write(_ term: Term, into writer: inout ByteWriter) -> Frame? {
        switch term {
        case .integer(let value):
            writeInteger(value, into: &writer)
        case .atom(let atom):
            write(atom, into: &writer)
        case .nil:
            writer.append(Tag.nil)
        case .tuple(let tuple):
            let count = tuple.count
            if count <= 255 {
                writer.append(UInt16(Tag.smallTuple) << 8 | UInt16(count))
            } else {
                writer.append(tag: Tag.largeTuple, UInt32(truncatingIfNeeded: count))
            }
            guard count > 0 else { return nil }
            return Frame(next: UnsafePointer(tuple.storage.elements), remaining: count)
        case .list(let list):
            return write(list, into: &writer)
        case .binary(let binary):
            writer.append(tag: Tag.binary, UInt32(truncatingIfNeeded: binary.count))
            binary.withBytes { writer.append(bytes: $0) }
        case .float(let value):
            write(value, into: &writer)
        case .map(let map):
            writer.append(tag: Tag.map, UInt32(truncatingIfNeeded: map.count))
            return map.isEmpty ? nil : frame(of: map)
        case .pid(let pid):
            writer.append(Tag.newPid)
            let life = pid.incarnation.nodeAndCreation
            write(life.node, into: &writer)
            writer.append(pid.id)
            writer.append(pid.serial)
            writer.append(life.creation)
        case .reference(let reference):
            write(reference, into: &writer)
        case .port(let port):
            writer.append(Tag.v4Port)
            let life = port.incarnation.nodeAndCreation
            write(life.node, into: &writer)
            writer.append(port.id)
            writer.append(life.creation)
        case .bigInteger(let value):
            write(value.value, into: &writer)
        case .bitString(let bits):
            writer.append(tag: Tag.bitBinary, UInt32(truncatingIfNeeded: bits.bytes.count))
            writer.append(UInt8(truncatingIfNeeded: bits.bitsInLastByte))
            bits.bytes.withBytes { writer.append(bytes: $0) }
        case .fun(let fun):
            write(fun, into: &writer)
        case .record(let record):
            return write(record, into: &writer)
        case .local(let local):
            writer.append(Tag.local)
            local.payload.withBytes { writer.append(bytes: $0) }
        }
        return nil
    }

    @inline(__always)
    private func writeInteger(_ value: Int, into writer: inout ByteWriter) {
        if value >= 0, value <= 255 {
            writer.append(UInt16(Tag.smallInteger) << 8 | UInt16(value))
        } else if let small = Int32(exactly: value) {
            writer.append(tag: Tag.integer, UInt32(bitPattern: small))
        } else {
            let magnitude = value.magnitude
            let bytes = (UInt.bitWidth - magnitude.leadingZeroBitCount + 7) / 8
            writer.append(Tag.smallBig)
            writer.append(UInt8(bytes))
            writer.append(value < 0 ? 1 : 0 as UInt8)
            for position in 0..<bytes { writer.append(UInt8(truncatingIfNeeded: magnitude >> (8 * UInt(position)))) }
        }
    }

    private func write(_ value: BigInt, into writer: inout ByteWriter) {
        let words = value.magnitude.words
        var bytes: [UInt8] = []
        bytes.reserveCapacity(words.count * 8)
        for word in words {
            for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> UInt(8 * shift))) }
        }
        while bytes.last == 0 { bytes.removeLast() }
        if bytes.count <= 255 {
            writer.append(Tag.smallBig)
            writer.append(UInt8(bytes.count))
        } else {
            writer.append(tag: Tag.largeBig, UInt32(truncatingIfNeeded: bytes.count))
        }
        writer.append(value.sign == .minus ? 1 : 0 as UInt8)
        bytes.withUnsafeBytes { writer.append(bytes: $0) }
    }

    private func write(_ value: Double, into writer: inout ByteWriter) {
        guard minorVersion == 0 else {
            writer.append(Tag.newFloat)
            return writer.append(value.bitPattern)
        }
        writer.append(Tag.float)
        var text = [UInt8](repeating: 0, count: 31)
        withVaList([value]) { arguments in
            text.withUnsafeMutableBytes { buffer in
                _ = vsnprintf(buffer.baseAddress?.assumingMemoryBound(to: CChar.self), 31, "%.20e", arguments)
            }
        }
        text.withUnsafeBytes { writer.append(bytes: $0) }
    }

    /// Writes an atom with the shortest tag that the minor version allows.
    func write(_ atom: Atom, into writer: inout ByteWriter) {
        let bytes = atom.utf8
        if minorVersion < 2, let latin1 = atom.latin1 {
            writer.append(Tag.atom)
            writer.append(UInt16(latin1.count))
            return latin1.withUnsafeBytes { writer.append(bytes: $0) }
        }
        if bytes.count <= 255 {
            let place = writer.room(for: 2 + bytes.count)
            place.storeBytes(of: Tag.smallAtomUTF8, as: UInt8.self)
            place.storeBytes(of: UInt8(truncatingIfNeeded: bytes.count), toByteOffset: 1, as: UInt8.self)
            if let source = bytes.baseAddress { (place + 2).copyMemory(from: source, byteCount: bytes.count) }
            writer.wrote(2 + bytes.count)
        } else {
            writer.append(Tag.atomUTF8)
            writer.append(UInt16(truncatingIfNeeded: bytes.count))
            writer.append(bytes: UnsafeRawBufferPointer(bytes))
        }
    }

    private func write(_ list: List, into writer: inout ByteWriter) -> Frame? {
        let (count, end) = list.countAndEnd
        if count <= 65535, case .nil = end, writeString(list, count, into: &writer) { return nil }
        writer.append(tag: Tag.list, UInt32(truncatingIfNeeded: count))
        return Self.run(of: list, keeper: [])
    }

    /// Writes a list of bytes as STRING_EXT; false if there is an element that is no byte.
    private func writeString(_ list: List, _ count: Int, into writer: inout ByteWriter) -> Bool {
        guard case .integer(let first) = list.head, first >= 0, first <= 255 else { return false }
        let target = writer.room(for: 3 + count)
        var position = 3
        var isString = true
        list.forEachRun { run in
            guard isString else { return }
            for element in run {
                guard case .integer(let byte) = element, byte >= 0, byte <= 255 else {
                    isString = false
                    return
                }
                target.storeBytes(of: UInt8(truncatingIfNeeded: byte), toByteOffset: position, as: UInt8.self)
                position += 1
            }
        }
        guard isString else { return false }
        target.storeBytes(of: Tag.string, as: UInt8.self)
        target.storeBytes(of: UInt16(truncatingIfNeeded: count).bigEndian, toByteOffset: 1, as: UInt16.self)
        writer.wrote(3 + count)
        return true
    }

    private func frame(of map: Map) -> Frame {
        switch map.storage {
        case .rows(let rows):
            return Frame(next: UnsafePointer(rows.elements), remaining: 2 * rows.header.count)
        case .tree:
            // The rows are made for this and kept until they are written.
            let rows = map.compacted()
            guard case .rows(let compact) = rows.storage else { preconditionFailure("a compacted map has rows") }
            return Frame(
                next: UnsafePointer(compact.elements), remaining: 2 * compact.header.count, keeper: [.map(rows)])
        }
    }

    private func write(_ reference: Reference, into writer: inout ByteWriter) {
        writer.append(Tag.newerReference)
        writer.append(UInt16(reference.wordCount))
        let life = reference.incarnation.nodeAndCreation
        write(life.node, into: &writer)
        writer.append(life.creation)
        for position in 0..<reference.wordCount { writer.append(reference.word(position)) }
    }

    private func write(_ fun: Fun, into writer: inout ByteWriter) {
        switch fun {
        case .export(let fun):
            writer.append(Tag.export)
            write(fun.module, into: &writer)
            write(fun.function, into: &writer)
            writeInteger(fun.arity, into: &writer)
        case .closure(let fun):
            writer.append(Tag.newFun)
            let size = writer.count
            writer.append(0 as UInt32)
            writer.append(UInt8(truncatingIfNeeded: fun.arity))
            fun.uniq.withBytes { writer.append(bytes: $0) }
            writer.append(fun.index)
            writer.append(UInt32(truncatingIfNeeded: fun.freeVariables.count))
            write(fun.module, into: &writer)
            writeInteger(fun.oldIndex, into: &writer)
            writeInteger(fun.oldUniq, into: &writer)
            encode(.pid(fun.creator), into: &writer)
            // Closures in the environment of closures nest as deep as somebody wrote them: never deep.
            for value in fun.freeVariables { encode(value, into: &writer) }
            writer.patch(UInt32(truncatingIfNeeded: writer.count - size), at: size)
        }
    }

    private func write(_ record: NativeRecord, into writer: inout ByteWriter) -> Frame? {
        writer.append(tag: Tag.nativeRecord, UInt32(truncatingIfNeeded: record.fields.count))
        writer.append(record.isExported ? 1 : 0 as UInt8)
        write(record.module, into: &writer)
        write(record.name, into: &writer)
        for field in record.fields { write(field.name, into: &writer) }
        guard !record.fields.isEmpty else { return nil }
        let values = Tuple(record.fields.map(\.value))
        return Frame(
            next: UnsafePointer(values.storage.elements), remaining: values.count, keeper: [.tuple(values)])
    }
}

extension Atom {
    /// The name in Latin-1, if it can be written so.
    var latin1: [UInt8]? {
        var bytes: [UInt8] = []
        for scalar in name.unicodeScalars {
            guard scalar.value < 256 else { return nil }
            bytes.append(UInt8(scalar.value))
        }
        return bytes
    }
}
