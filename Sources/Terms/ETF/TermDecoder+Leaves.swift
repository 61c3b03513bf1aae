internal import BigInt
internal import Glibc

// The kinds that have no elements, or few.
extension TermDecoder {
    mutating func decodeBinary() throws(ETFError) -> Term {
        let count = Int(try readUInt32())
        let raw = try take(count)
        if count > Binary.copyLimit, let owner { return .binary(Binary(slice: raw, owner: owner)) }
        return .binary(Binary(raw))
    }

    mutating func decodeString() throws(ETFError) -> Term {
        let count = Int(try readUInt16())
        let raw = try take(count)
        guard count > 0 else { return .nil }
        return .list(
            List(uninitializedCount: count) { target in
                for position in 0..<count { (target + position).initialize(to: .integer(Int(raw[position]))) }
            })
    }

    func finite(_ value: Double, _ start: Int) throws(ETFError) -> Double {
        guard value.isFinite else { throw ETFError(.badValue, at: start, "a float that is not finite") }
        return value
    }

    mutating func decodeTextFloat(_ start: Int) throws(ETFError) -> Term {
        let raw = try take(31)
        let text = String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
        // `Double` also reads "0x1p3", "inf" and the like.
        let isDecimal = text.utf8.allSatisfy { (48...57).contains($0) || Array("+-.eE".utf8).contains($0) }
        guard isDecimal, text.utf8.first != UInt8(ascii: "+"), let value = Double(text) else {
            throw ETFError(.badValue, at: start, "no float: \(text.debugDescription)")
        }
        return .float(try finite(value, start))
    }

    mutating func decodeBig(_ count: Int) throws(ETFError) -> Term {
        let sign = try readUInt8()
        let raw = try take(count)
        if count <= 8 {
            var magnitude: UInt64 = 0
            for position in 0..<count { magnitude |= UInt64(raw[position]) << UInt64(8 * position) }
            if sign == 0, let value = Int(exactly: magnitude) { return .integer(value) }
            if sign != 0, magnitude <= UInt64(1) << 63 {
                return .integer(magnitude == UInt64(1) << 63 ? .min : -Int(magnitude))
            }
        }
        var words: [UInt] = []
        words.reserveCapacity(count / 8 + 1)
        var position = 0
        while position < count {
            var word: UInt = 0
            for byte in 0..<min(8, count - position) { word |= UInt(raw[position + byte]) << UInt(8 * byte) }
            words.append(word)
            position += 8
        }
        let magnitude = BigUInt(words: words)
        return .integer(BigInt(sign: sign == 0 ? .plus : .minus, magnitude: magnitude))
    }

    mutating func decodeBits(_ start: Int) throws(ETFError) -> Term {
        let count = Int(try readUInt32())
        let bits = Int(try readUInt8())
        let raw = try take(count)
        if count == 0, bits == 0 { return .binary(Binary(raw)) }
        guard count > 0, (1...8).contains(bits) else {
            throw ETFError(.badValue, at: start, "\(bits) bits in the last of \(count) bytes")
        }
        return .bits(Array(raw), bitCount: (count - 1) * 8 + bits)
    }

    mutating func decodePid() throws(ETFError) -> Pid {
        let start = offset
        return try decodePid(try readUInt8(), start)
    }

    mutating func decodePid(_ tag: UInt8, _ start: Int) throws(ETFError) -> Pid {
        guard tag == Tag.newPid || tag == Tag.pid else {
            throw ETFError(.badTag, at: start, "tag \(tag) where a pid is expected")
        }
        let node = try decodeAtom()
        let id = try readUInt32()
        let serial = try readUInt32()
        let creation = tag == Tag.newPid ? try readUInt32() : UInt32(try readUInt8())
        guard tag == Tag.newPid || creation < 4 else {
            throw ETFError(.badValue, at: start, "creation \(creation) in an old pid")
        }
        return Pid(incarnation: try incarnation(node: node, creation: creation, start), id: id, serial: serial)
    }

    mutating func decodePort(_ tag: UInt8, _ start: Int) throws(ETFError) -> Port {
        let node = try decodeAtom()
        let id = tag == Tag.v4Port ? try readUInt64() : UInt64(try readUInt32())
        let creation = tag == Tag.port ? UInt32(try readUInt8()) : try readUInt32()
        return Port(incarnation: try incarnation(node: node, creation: creation, start), id: id)
    }

    mutating func decodeReference(_ tag: UInt8, _ start: Int) throws(ETFError) -> Term {
        let count = tag == Tag.reference ? 1 : Int(try readUInt16())
        guard count <= 5 else { throw ETFError(.badValue, at: start, "a reference of \(count) words") }
        let node = try decodeAtom()
        var words: [UInt32] = []
        let creation: UInt32
        if tag == Tag.reference {
            words.append(try readUInt32())
            creation = UInt32(try readUInt8())
        } else {
            creation = tag == Tag.newerReference ? try readUInt32() : UInt32(try readUInt8())
            for _ in 0..<count { words.append(try readUInt32()) }
        }
        return .reference(
            Reference(incarnation: try incarnation(node: node, creation: creation, start), words: words))
    }

    mutating func decodeExport(_ start: Int) throws(ETFError) -> Term {
        let module = try decodeAtom()
        let function = try decodeAtom()
        let arity = try decodeSmallNumber()
        guard (0...255).contains(arity) else { throw ETFError(.badValue, at: start, "a fun of arity \(arity)") }
        return .fun(.export(ExportFun(module: module, function: function, arity: arity)))
    }

    /// An integer in one of the two short forms.
    private mutating func decodeSmallNumber() throws(ETFError) -> Int {
        let start = offset
        switch try readUInt8() {
        case Tag.smallInteger: return Int(try readUInt8())
        case Tag.integer: return Int(Int32(bitPattern: try readUInt32()))
        case Tag.smallBig:
            let count = Int(try readUInt8())
            guard case .integer(let value) = try decodeBig(count) else {
                throw ETFError(.badValue, at: start, "an integer out of range")
            }
            return value
        case let tag: throw ETFError(.badTag, at: start, "tag \(tag) where an integer is expected")
        }
    }

    /// Reads a fun up to its environment, which the caller fills.
    mutating func decodeFun(_ start: Int) throws(ETFError) -> ClosureFun {
        // The size is not checked, as OTP does not: the content says where the fun ends.
        _ = try readUInt32()
        let arity = Int(try readUInt8())
        let uniq = Binary(try take(16))
        let index = try readUInt32()
        let free = Int(try readUInt32())
        let module = try decodeAtom()
        let oldIndex = try decodeSmallNumber()
        let oldUniq = try decodeSmallNumber()
        let creator = try decodePid()
        return ClosureFun(
            module: module, arity: arity, uniq: uniq, index: index, oldIndex: oldIndex, oldUniq: oldUniq,
            creator: creator, environment: try unfilledTuple(free, "free variables of a fun", start))
    }

    /// Reads a record up to its values, which the caller fills.
    mutating func decodeRecord(_ start: Int) throws(ETFError) -> NativeRecord {
        let count = Int(try readUInt32())
        let exported = try readUInt8()
        guard exported <= 1 else { throw ETFError(.badValue, at: start, "export flag \(exported) of a record") }
        let module = try decodeAtom()
        let name = try decodeAtom()
        guard count <= bytes.count - offset else {
            throw ETFError(.truncated, at: start, "\(count) fields of a record")
        }
        var names: [Atom] = []
        for _ in 0..<count { names.append(try decodeAtom()) }
        guard Set(names).count == names.count else {
            throw ETFError(.badValue, at: start, "a record with the same field twice")
        }
        return NativeRecord(
            module: module, name: name, isExported: exported == 1, fieldNames: names,
            values: try unfilledTuple(count, "values of a record", start))
    }
}
