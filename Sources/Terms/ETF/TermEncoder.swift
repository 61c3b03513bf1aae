internal import BigInt
internal import Glibc

/// Writes terms in the external term format, as `term_to_binary/2` of OTP does.
///
/// It walks a term with a stack of its own: nesting costs memory, never thread stack.
public struct TermEncoder: Sendable {
    /// 2: atoms in UTF-8, as on connections and by default since OTP 26. 1: atoms in Latin-1 where they can be, the
    /// default before. 0: also floats as text.
    public let minorVersion: Int
    /// Where atoms are looked for before they are written out: that of a connection.
    private let cache: OutboundAtomCache?
    /// How the node that reads this writes its own funs; funs made here are dressed so.
    private let funs: FunTemplates?

    public init(minorVersion: Int = 2, cache: OutboundAtomCache? = nil, funs: FunTemplates? = nil) {
        self.minorVersion = minorVersion
        self.cache = cache
        self.funs = funs
    }

    /// Writes the version byte 131 and the term.
    public func encodeTopLevel(_ term: Term, into writer: inout ByteWriter) {
        writer.append(Tag.version)
        encode(term, into: &writer)
    }

    /// Elements still to be written, side by side. Who owns them is kept alive by the root term or by `made`.
    private struct Frame {
        var next: TermPlace
        var end: TermPlace
        /// Where the term behind the cells of a list stands.
        var tail: TermPlace?
        /// Where the size of a fun is written when its environment has been.
        var sizeOffset: Int?

        /// Where an empty row begins and ends.
        private nonisolated(unsafe) static let nowhere = TermPlace(UnsafeMutablePointer<Term>.allocate(capacity: 1))

        init(_ elements: UnsafeBufferPointer<Term>, tail: TermPlace? = nil, sizeOffset: Int? = nil) {
            next = elements.baseAddress ?? Self.nowhere
            end = next + elements.count
            self.tail = tail
            self.sizeOffset = sizeOffset
        }
    }

    /// Writes the term without the version byte.
    public func encode(_ term: Term, into writer: inout ByteWriter) {
        _ = encode(term, into: &writer, limit: .max)
    }

    /// Writes the term without the version byte, unless the writer would come to hold many more bytes than `limit`.
    ///
    /// - Returns: false if it stopped on the way; what was written is of no use then.
    public func encode(_ term: Term, into writer: inout ByteWriter, limit: Int) -> Bool {
        var large = LargeBinaries(from: .max)
        return withUnsafePointer(to: term) { encode(at: $0, into: &writer, limit: limit, &large) }
    }

    /// The bytes of large binaries that were left out of an encoding, and behind which offset each belongs.
    public struct LargeBinaries {
        let minimum: Int
        public fileprivate(set) var parts: [(offset: Int, bytes: UnsafeRawBufferPointer)] = []

        fileprivate init(from minimum: Int) { self.minimum = minimum }
    }

    /// Writes the term without the version byte, and without the bytes of binaries that have at least `minimum` bytes.
    ///
    /// - Returns: those; they stay where they are as long as the term lives.
    public func encode(
        _ term: Term, into writer: inout ByteWriter, leavingOutFrom minimum: Int
    ) -> LargeBinaries {
        var large = LargeBinaries(from: minimum)
        _ = withUnsafePointer(to: term) { encode(at: $0, into: &writer, limit: .max, &large) }
        return large
    }

    private func encode(
        at root: TermPlace, into writer: inout ByteWriter, limit: Int, _ large: inout LargeBinaries
    ) -> Bool {
        var stack: [Frame] = []
        var made: [MapStorage] = []
        var dressed: [ClosureFun] = []
        var frame = Frame(UnsafeBufferPointer(start: root, count: 1))
        while true {
            while frame.next < frame.end {
                let place = frame.next
                frame.next += 1
                switch place.kind {
                case .integer: writeInteger(place.integer, into: &writer)
                case .atom: write(place.atom, into: &writer)
                case .nil: writer.append(Tag.nil)
                case .binary:
                    let bytes = place.binaryBytes
                    guard writer.count &+ bytes.count <= limit else { return false }
                    if bytes.count >= large.minimum {
                        writer.append(tag: Tag.binary, UInt32(truncatingIfNeeded: bytes.count))
                        large.parts.append((writer.count, bytes))
                        continue
                    }
                    let target = writer.room(for: 5 + bytes.count)
                    target.storeBytes(of: Tag.binary, as: UInt8.self)
                    target.storeBytes(
                        of: UInt32(truncatingIfNeeded: bytes.count).bigEndian, toByteOffset: 1, as: UInt32.self)
                    if let source = bytes.baseAddress { (target + 5).copyMemory(from: source, byteCount: bytes.count) }
                    writer.wrote(5 + bytes.count)
                case .tuple:
                    let elements = place.tupleElements
                    guard writer.count &+ elements.count <= limit else { return false }
                    if elements.count <= 255 {
                        writer.append(UInt16(Tag.smallTuple) << 8 | UInt16(truncatingIfNeeded: elements.count))
                    } else {
                        writer.append(tag: Tag.largeTuple, UInt32(truncatingIfNeeded: elements.count))
                    }
                    stack.append(frame)
                    frame = Frame(elements)
                case .list:
                    if writeString(place, into: &writer) { continue }
                    let (cells, tail) = place.listRun
                    guard writer.count &+ cells.count <= limit else { return false }
                    writer.append(
                        tag: Tag.list, UInt32(truncatingIfNeeded: Self.length(cells, tail)))
                    stack.append(frame)
                    frame = Frame(cells, tail: tail)
                case .float: write(place.float, into: &writer)
                case .map:
                    let storage = Self.rows(of: place.mapStorage.takeUnretainedValue(), &made)
                    guard writer.count &+ storage.count <= limit else { return false }
                    writer.append(tag: Tag.map, UInt32(truncatingIfNeeded: storage.count))
                    stack.append(frame)
                    frame = Frame(UnsafeBufferPointer(start: storage.elements, count: 2 * storage.count))
                case .pid:
                    let pid = place.pid
                    write(Tag.newPid, pid.incarnation, into: &writer) {
                        $0.append(pid.id)
                        $0.append(pid.serial)
                    }
                case .port:
                    let port = place.port
                    write(Tag.v4Port, port.incarnation, into: &writer) { $0.append(port.id) }
                case .reference, .bigInteger, .bitString, .fun, .record, .local:
                    if let inner = write(place.pointee, into: &writer, &dressed) {
                        stack.append(frame)
                        frame = inner
                    }
                }
            }
            if let tail = frame.tail {
                if tail.kind == .nil {
                    writer.append(Tag.nil)
                } else if tail.kind == .list {
                    let (cells, next) = tail.listRun
                    guard writer.count &+ cells.count <= limit else { return false }
                    frame = Frame(cells, tail: next)
                    continue
                } else {
                    frame = Frame(UnsafeBufferPointer(start: tail, count: 1))
                    continue
                }
            }
            if let offset = frame.sizeOffset {
                writer.patch(UInt32(truncatingIfNeeded: writer.count - offset), at: offset)
            }
            guard let outer = stack.popLast() else { break }
            frame = outer
        }
        withExtendedLifetime(made) {}
        return true
    }

    private static func length(_ cells: UnsafeBufferPointer<Term>, _ tail: TermPlace) -> Int {
        var count = cells.count
        var place = tail
        while place.kind == .list {
            let (cells, tail) = place.listRun
            count += cells.count
            place = tail
        }
        return count
    }

    /// The rows of a map; rows that are made for this are kept in `made`.
    private static func rows(of storage: MapStorage, _ made: inout [MapStorage]) -> MapStorage {
        guard let tree = storage.tree else { return storage }
        let rows = MapStorage.allocate(capacity: tree.pairs.count)
        rows.fill(with: tree)
        made.append(rows)
        return rows
    }

    /// Writes a term of the rarer kinds, or the head of one that has elements; returns its elements.
    private func write(
        _ term: Term, into writer: inout ByteWriter, _ dressed: inout [ClosureFun]
    ) -> Frame? {
        switch term {
        case .reference(let reference): write(reference, into: &writer)
        case .bigInteger(let value): write(value.value, into: &writer)
        case .bitString(let bits):
            writer.append(tag: Tag.bitBinary, UInt32(truncatingIfNeeded: bits.bytes.count))
            writer.append(UInt8(truncatingIfNeeded: bits.bitsInLastByte))
            bits.bytes.withBytes { writer.append(bytes: $0) }
        case .fun(.export(let fun)):
            writer.append(Tag.export)
            write(fun.module, into: &writer)
            write(fun.function, into: &writer)
            writeInteger(fun.arity, into: &writer)
        case .fun(.closure(let fun)):
            guard let code = fun.code else { return write(fun, into: &writer) }
            let travelling = (funs ?? FunTemplates()).dress(fun, code)
            dressed.append(travelling)
            return write(travelling, into: &writer)
        case .record(let record):
            writer.append(tag: Tag.nativeRecord, UInt32(truncatingIfNeeded: record.fieldNames.count))
            writer.append(record.isExported ? 1 : 0 as UInt8)
            write(record.module, into: &writer)
            write(record.name, into: &writer)
            for name in record.fieldNames { write(name, into: &writer) }
            return Frame(record.values.place)
        case .local(let local):
            writer.append(Tag.local)
            local.payload.withBytes { writer.append(bytes: $0) }
        default: break
        }
        return nil
    }

    @inline(__always)
    private func write(
        _ tag: UInt8, _ incarnation: NodeIncarnation, into writer: inout ByteWriter,
        _ number: (inout ByteWriter) -> Void
    ) {
        let life = incarnation.nodeAndCreation
        writer.append(tag)
        write(life.node, into: &writer)
        number(&writer)
        writer.append(life.creation)
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
        if let position = cache?.position(of: atom) {
            return writer.append(UInt16(Tag.atomCacheReference) << 8 | UInt16(position))
        }
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

    /// Writes a proper list of at most 65,535 bytes as STRING_EXT; false if it is none.
    private func writeString(_ list: TermPlace, into writer: inout ByteWriter) -> Bool {
        var (cells, tail) = list.listRun
        var count = 0
        while true {
            guard count + cells.count <= 65535, let first = UnsafePointer(cells.baseAddress) else { return false }
            // What is written here counts only when the list has turned out to be bytes.
            let target = writer.room(for: 3 + count + cells.count) + 3 + count
            for position in 0..<cells.count {
                let cell = first + position
                guard cell.kind == .integer, UInt(bitPattern: cell.integer) <= 255 else { return false }
                target.storeBytes(
                    of: UInt8(truncatingIfNeeded: cell.integer), toByteOffset: position, as: UInt8.self)
            }
            count += cells.count
            guard tail.kind == .list else { break }
            (cells, tail) = tail.listRun
        }
        guard tail.kind == .nil else { return false }
        let target = writer.room(for: 3 + count)
        target.storeBytes(of: Tag.string, as: UInt8.self)
        target.storeBytes(of: UInt16(truncatingIfNeeded: count).bigEndian, toByteOffset: 1, as: UInt16.self)
        writer.wrote(3 + count)
        return true
    }

    private func write(_ reference: Reference, into writer: inout ByteWriter) {
        writer.append(Tag.newerReference)
        writer.append(UInt16(reference.wordCount))
        let life = reference.incarnation.nodeAndCreation
        write(life.node, into: &writer)
        writer.append(life.creation)
        for position in 0..<reference.wordCount { writer.append(reference.word(position)) }
    }

    private func write(_ fun: ClosureFun, into writer: inout ByteWriter) -> Frame {
        writer.append(Tag.newFun)
        let sizeOffset = writer.count
        writer.append(0 as UInt32)
        writer.append(UInt8(truncatingIfNeeded: fun.arity))
        fun.uniq.withBytes { writer.append(bytes: $0) }
        writer.append(fun.index)
        writer.append(UInt32(truncatingIfNeeded: fun.environment.count))
        write(fun.module, into: &writer)
        writeInteger(fun.oldIndex, into: &writer)
        writeInteger(fun.oldUniq, into: &writer)
        write(Tag.newPid, fun.creator.incarnation, into: &writer) {
            $0.append(fun.creator.id)
            $0.append(fun.creator.serial)
        }
        return Frame(fun.environment.place, sizeOffset: sizeOffset)
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
