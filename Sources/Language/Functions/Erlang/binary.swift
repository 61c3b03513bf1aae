internal import BigInt
internal import Processes
internal import Terms

extension LanguageLibrary {
    private static let binary = NativeModule("binary")

    /// The module `binary`.
    static let binaryFunctions: [NativeFunction] = [
        binary("at", "Binary Position", "The byte at a position that counts from 0.") { call in
            let (binary, position) = (try call.binary(0), try call.integer(1))
            guard position >= 0, position < binary.count else { throw call.badarg() }
            return .integer(binary.withBytes { Int($0[position]) })
        },
        binary("first", "Binary", "The first byte.") { call in
            guard let byte = try call.binary(0).withBytes({ $0.first }) else { throw call.badarg() }
            return .integer(Int(byte))
        },
        binary("last", "Binary", "The last byte.") { call in
            guard let byte = try call.binary(0).withBytes({ $0.last }) else { throw call.badarg() }
            return .integer(Int(byte))
        },
        binary("part", "Binary Start Length", "A part of a binary; a negative length goes backwards.") { call in
            try part(try call.binary(0), try call.integer(1), try call.integer(2))
        },
        binary("part", "Binary Part", "The part {Start, Length} of a binary.") { call in
            let range = try range(call[1], within: try call.binary(0))
            return .binary(try call.binary(0).slice(range))
        },
        binary("bin_to_list", "Binary", "The bytes of a binary.") { call in
            .makeList(try call.binary(0).bytes.map { .integer(Int($0)) })
        },
        binary("bin_to_list", "Binary Part", "The bytes of the part {Start, Length}.") { call in
            let range = try range(call[1], within: try call.binary(0))
            return .makeList(try call.binary(0).bytes[range].map { .integer(Int($0)) })
        },
        binary("bin_to_list", "Binary Start Length", "The bytes of a part.") { call in
            let range = try range(.tuple(call[1], call[2]), within: try call.binary(0))
            return .makeList(try call.binary(0).bytes[range].map { .integer(Int($0)) })
        },
        binary("list_to_bin", "Iolist", "The bytes of an iolist as one binary.") { call in
            guard call[0].isList else { throw call.badarg() }
            return .binary(Binary(try Iodata.bytes(call[0])))
        },
        binary("copy", "Binary", "A copy that shares no bytes.") { .binary(Binary(try $0.binary(0).bytes)) },
        binary("copy", "Binary Count", "The bytes as often as Count.") { call in
            let (bytes, count) = (try call.binary(0).bytes, try call.integer(1))
            guard count >= 0 else { throw call.badarg() }
            return .binary(Binary(try repeated(bytes, count)))
        },
        binary("referenced_byte_size", "Binary", "How many bytes the binary keeps alive.") {
            .integer(try $0.binary(0).count)
        },
        binary("encode_hex", "Binary", "The bytes as hexadecimal digits.") { call in
            let digits = Array("0123456789ABCDEF".utf8)
            return .binary(Binary(try call.binary(0).bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }))
        },
        binary("decode_hex", "Binary", "The bytes of hexadecimal digits.") { call in
            let text = try call.binary(0).bytes
            guard text.count % 2 == 0 else { throw call.badarg() }
            return .binary(
                Binary(
                    try stride(from: 0, to: text.count, by: 2).map { place in
                        guard let high = IntegerText.digit(text[place]), let low = IntegerText.digit(text[place + 1]),
                            high < 16, low < 16
                        else { throw ErlangException.badarg() }
                        return UInt8(high << 4 | low)
                    }))
        },
        binary("encode_unsigned", "Integer", "The bytes of a natural number, the highest first.") { call in
            .binary(Binary(try unsigned(call)))
        },
        binary("encode_unsigned", "Integer Endianness", "The bytes of a natural number: big or little.") { call in
            let bytes = try unsigned(call)
            return .binary(Binary(try isLittle(call[1]) ? bytes.reversed() : bytes))
        },
        binary("decode_unsigned", "Binary", "The natural number of bytes, the highest first.") { call in
            try number(try call.binary(0).bytes)
        },
        binary("decode_unsigned", "Binary Endianness", "The natural number of bytes: big or little.") { call in
            let bytes = try call.binary(0).bytes
            return try number(try isLittle(call[1]) ? bytes.reversed() : bytes)
        },
        binary("longest_common_prefix", "Binaries", "How many bytes binaries have in common at the front.") { call in
            try common(call) { $0.first }
        },
        binary("longest_common_suffix", "Binaries", "How many bytes binaries have in common at the end.") { call in
            try common(call) { $0.last }
        },
        binary("compile_pattern", "Pattern", "A pattern for match/2 and its like; here as it was given.") { call in
            _ = try patterns(call[0])
            return call[0]
        },
        binary("match", "Binary Pattern", "{Start, Length} of the first occurrence, or nomatch.") { call in
            try match(call, options: .nil)
        },
        binary("match", "Binary Pattern Options", "As match/2, within {scope, {Start, Length}}.") { call in
            try match(call, options: call[2])
        },
        binary("matches", "Binary Pattern", "{Start, Length} of all occurrences.") { call in
            try matches(call, options: .nil)
        },
        binary("matches", "Binary Pattern Options", "As matches/2, within {scope, {Start, Length}}.") { call in
            try matches(call, options: call[2])
        },
        binary("split", "Binary Pattern", "What is in front of the first occurrence and what is behind.") { call in
            try split(call, options: .nil)
        },
        binary("split", "Binary Pattern Options", "As split/2: global, trim, trim_all, {scope, Part}.") { call in
            try split(call, options: call[2])
        },
        binary("replace", "Binary Pattern Replacement", "With the first occurrence replaced.") { call in
            try replace(call, options: .nil)
        },
        binary(
            "replace", "Binary Pattern Replacement Options",
            "As replace/3: global, {scope, Part}, {insert_replaced, Places}."
        ) {
            call in
            try replace(call, options: call[3])
        },
    ]

    private static func range(_ term: Term, within binary: Binary) throws -> Range<Int> {
        guard case .tuple(let pair) = term, pair.count == 2, case .integer(let start) = pair[0],
            case .integer(let length) = pair[1]
        else { throw ErlangException.badarg() }
        let (end, overflow) = start.addingReportingOverflow(length)
        guard !overflow, min(start, end) >= 0, max(start, end) <= binary.count else { throw ErlangException.badarg() }
        return min(start, end)..<max(start, end)
    }

    private static func isLittle(_ endianness: Term) throws -> Bool {
        switch endianness {
        case .atom("little"): true
        case .atom("big"): false
        default: throw ErlangException.badarg()
        }
    }

    private static func unsigned(_ call: borrowing NativeCall) throws -> [UInt8] {
        var value = try call.bigInteger(0)
        guard value >= 0 else { throw call.badarg() }
        if let small = UInt64(exactly: value) {
            let bytes = (0..<8).map { UInt8(truncatingIfNeeded: small >> UInt64(56 - 8 * $0)) }
            let significant = Array(bytes.drop { $0 == 0 })
            return significant.isEmpty ? [0] : significant
        }
        var bytes: [UInt8] = []
        value = value.magnitude.words.reduce(into: BigInt(0)) { _, word in
            for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> UInt(8 * shift))) }
        }
        while bytes.last == 0 { bytes.removeLast() }
        return bytes.reversed()
    }

    /// Bytes so many times, by copies that double.
    private static func repeated(_ bytes: [UInt8], _ count: Int) throws -> [UInt8] {
        let (total, overflow) = bytes.count.multipliedReportingOverflow(by: count)
        guard !overflow else { throw ErlangException.systemLimit }
        guard total > 0 else { return [] }
        try MemoryLimit.shared.checkRoom(for: total)
        return [UInt8](unsafeUninitializedCapacity: total) { room, used in
            bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(room).copyMemory(from: $0) }
            used = bytes.count
            while used < total {
                let piece = min(used, total - used)
                UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(room)[used...])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(room)[..<piece]))
                used += piece
            }
        }
    }

    private static func number(_ bytes: [UInt8]) throws -> Term {
        let significant = bytes.drop { $0 == 0 }
        guard significant.count <= LongIntegers.bitLimit / 8 else { throw ErlangException.systemLimit }
        if significant.count < 8 { return .integer(significant.reduce(0) { $0 << 8 | Int($1) }) }
        var words: [UInt] = []
        var rest = significant[...]
        while !rest.isEmpty {
            words.append(rest.suffix(8).reduce(UInt(0)) { $0 << 8 | UInt($1) })
            rest = rest.dropLast(8)
        }
        return .integer(BigInt(BigUInt(words: words)))
    }

    private static func common(_ call: borrowing NativeCall, _ end: (ArraySlice<UInt8>) -> UInt8?) throws -> Term {
        var rows = try call.list(0).map { element in
            guard case .binary(let binary) = element else { throw ErlangException.badarg() }
            return binary.bytes[...]
        }
        guard let first = rows.first else { throw call.badarg() }
        let isPrefix = end([1, 2]) == 1
        var count = 0
        while count < first.count, let byte = end(rows[0]), rows.allSatisfy({ end($0) == byte }) {
            for place in rows.indices {
                if isPrefix { rows[place].removeFirst() } else { rows[place].removeLast() }
            }
            count += 1
        }
        return .integer(count)
    }

    private static func patterns(_ term: Term) throws -> [[UInt8]] {
        let patterns: [[UInt8]]
        if case .binary(let binary) = term {
            patterns = [binary.bytes]
        } else {
            patterns = try (term.properList ?? []).map { element in
                guard case .binary(let binary) = element else { throw ErlangException.badarg() }
                return binary.bytes
            }
        }
        guard !patterns.isEmpty, patterns.allSatisfy({ !$0.isEmpty }) else { throw ErlangException.badarg() }
        return patterns
    }

    private struct SplitOptions {
        var scope: Range<Int>
        var isGlobal = false
        var trimsEnd = false
        var trimsAll = false
        var inserts: [Int] = []

        init(_ options: Term, _ binary: Binary, allowed: Set<Atom>) throws {
            scope = 0..<binary.count
            guard let options = options.properList else { throw ErlangException.badarg() }
            for option in options {
                switch option {
                case .atom("global") where allowed.contains("global"): isGlobal = true
                case .atom("trim") where allowed.contains("trim"): trimsEnd = true
                case .atom("trim_all") where allowed.contains("trim"): trimsAll = true
                case .tuple(let pair) where pair.count == 2 && pair[0] == .atom("scope"):
                    scope = try LanguageLibrary.range(pair[1], within: binary)
                case .tuple(let pair)
                where pair.count == 2 && pair[0] == .atom("insert_replaced") && allowed.contains("insert_replaced"):
                    inserts = try (pair[1].properList ?? [pair[1]]).map {
                        guard case .integer(let place) = $0, place >= 0 else { throw ErlangException.badarg() }
                        return place
                    }
                default: throw ErlangException.badarg()
                }
            }
        }
    }

    /// All occurrences, or the first one; where several patterns begin at one place, the longest counts.
    private static func places(
        _ binary: Binary, _ patterns: [[UInt8]], _ scope: Range<Int>, all: Bool
    ) -> [Range<Int>] {
        var places: [Range<Int>] = []
        binary.withBytes { bytes in
            var start = scope.lowerBound
            while start < scope.upperBound {
                var best: Range<Int>?
                for pattern in patterns {
                    let limit = best.map { min(scope.upperBound, $0.lowerBound + pattern.count) } ?? scope.upperBound
                    guard start <= limit,
                        let found = pattern.withUnsafeBytes({ Search.find($0, in: bytes, range: start..<limit) })
                    else { continue }
                    if let old = best, old.lowerBound == found, old.count >= pattern.count { continue }
                    best = found..<(found + pattern.count)
                }
                guard let best else { return }
                places.append(best)
                guard all else { return }
                start = best.upperBound
            }
        }
        return places
    }

    private static func match(_ call: borrowing NativeCall, options: Term) throws -> Term {
        let binary = try call.binary(0)
        let options = try SplitOptions(options, binary, allowed: [])
        guard let place = places(binary, try patterns(call[1]), options.scope, all: false).first else {
            return .atom("nomatch")
        }
        return .tuple(.integer(place.lowerBound), .integer(place.count))
    }

    private static func matches(_ call: borrowing NativeCall, options: Term) throws -> Term {
        let binary = try call.binary(0)
        let options = try SplitOptions(options, binary, allowed: [])
        return .makeList(
            places(binary, try patterns(call[1]), options.scope, all: true).map {
                .tuple(.integer($0.lowerBound), .integer($0.count))
            })
    }

    private static func split(_ call: borrowing NativeCall, options: Term) throws -> Term {
        let binary = try call.binary(0)
        let options = try SplitOptions(options, binary, allowed: ["global", "trim"])
        var parts: [Range<Int>] = []
        var start = 0
        for place in places(binary, try patterns(call[1]), options.scope, all: options.isGlobal) {
            parts.append(start..<place.lowerBound)
            start = place.upperBound
        }
        parts.append(start..<binary.count)
        if options.trimsAll { parts.removeAll(where: \.isEmpty) }
        if options.trimsEnd { while parts.last?.isEmpty ?? false { parts.removeLast() } }
        return .makeList(parts.map { .binary(binary.slice($0)) })
    }

    private static func replace(_ call: borrowing NativeCall, options: Term) throws -> Term {
        let binary = try call.binary(0)
        let replacement = try call.binary(2).bytes
        let options = try SplitOptions(options, binary, allowed: ["global", "insert_replaced"])
        guard options.inserts.allSatisfy({ $0 <= replacement.count }) else { throw call.badarg() }
        let bytes = binary.bytes
        var result: [UInt8] = []
        var start = 0
        for place in places(binary, try patterns(call[1]), options.scope, all: options.isGlobal) {
            result += bytes[start..<place.lowerBound]
            var from = 0
            for insert in options.inserts.sorted() {
                result += replacement[from..<insert]
                result += bytes[place]
                from = insert
            }
            result += replacement[from...]
            start = place.upperBound
        }
        result += bytes[start...]
        return .binary(Binary(result))
    }
}
