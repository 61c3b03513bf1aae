internal import BigInt
internal import Processes
internal import Terms

// What instructions do that is too long for the loop.
extension Execution {
    /// An operator whose operands are not two small integers; returns where it goes on.
    @inline(never)
    static func operate(
        _ i: UnsafePointer<Instruction>, _ left: Term, _ right: Term, _ target: UnsafeMutablePointer<Term>,
        _ next: UnsafePointer<Instruction>, _ code: UnsafeMutablePointer<CodeHeader>
    ) throws -> UnsafePointer<Instruction> {
        let operation = Operators.Infix.allCases[Int(i.pointee.n)]
        do {
            Registers.put(target, try Operators.apply(operation, left, right))
            return next
        } catch let exception as ErlangException {
            guard i.pointee.d < 0 else { return code.pointee.instructions + Int(i.pointee.d) }
            throw exception.called(.erlang, operation.name, [left, right])
        }
    }

    @inline(__always)
    static func compare(_ one: TermPlace, _ two: TermPlace, _ kind: UInt16) -> Bool {
        if one.kind == .integer, two.kind == .integer {
            let (one, two) = (one.integer, two.integer)
            switch kind {
            case ComparisonKind.exactlyEqual.rawValue, ComparisonKind.equal.rawValue: return one == two
            case ComparisonKind.exactlyUnequal.rawValue, ComparisonKind.unequal.rawValue: return one != two
            case ComparisonKind.less.rawValue: return one < two
            case ComparisonKind.lessOrEqual.rawValue: return one <= two
            case ComparisonKind.greater.rawValue: return one > two
            default: return one >= two
            }
        }
        switch kind {
        case 0: return one.pointee == two.pointee
        case 1: return one.pointee != two.pointee
        default: break
        }
        let order = Term.compare(one.pointee, two.pointee)
        switch kind {
        case ComparisonKind.equal.rawValue: return order == .equal
        case ComparisonKind.unequal.rawValue: return order != .equal
        case ComparisonKind.less.rawValue: return order == .less
        case ComparisonKind.lessOrEqual.rawValue: return order != .greater
        case ComparisonKind.greater.rawValue: return order == .greater
        default: return order != .less
        }
    }

    @inline(__always)
    static func isKind(_ place: TermPlace, _ test: UInt16, _ arity: UnsafeMutablePointer<Term>) -> Bool {
        let kind = place.kind
        switch test {
        case KindTest.integer.rawValue: return kind == .integer || kind == .bigInteger
        case KindTest.atom.rawValue: return kind == .atom
        case KindTest.list.rawValue: return kind == .list || kind == .nil
        case KindTest.empty.rawValue: return kind == .nil
        case KindTest.tuple.rawValue: return kind == .tuple
        case KindTest.map.rawValue: return kind == .map
        case KindTest.binary.rawValue: return kind == .binary
        case KindTest.bitstring.rawValue: return kind == .binary || kind == .bitString
        case KindTest.boolean.rawValue: return kind == .atom && (place.atom == .true || place.atom == .false)
        case KindTest.float.rawValue: return kind == .float
        case KindTest.number.rawValue: return kind == .integer || kind == .float || kind == .bigInteger
        case KindTest.pid.rawValue: return kind == .pid
        case KindTest.port.rawValue: return kind == .port
        case KindTest.reference.rawValue: return kind == .reference
        case KindTest.function.rawValue: return kind == .fun
        default:
            guard case .fun(let fun) = place.pointee, case .integer(let wanted) = arity.pointee else { return false }
            switch fun {
            case .export(let function): return function.arity == wanted
            case .closure(let closure): return closure.arity == wanted
            }
        }
    }

    // MARK: Maps

    /// A map of pairs in registers, which are emptied.
    static func map(_ pairs: UnsafeMutablePointer<Term>, count: Int) -> Map {
        var rows: [(key: Term, value: Term)] = []
        rows.reserveCapacity(count)
        for position in 0..<count {
            rows.append((Registers.take(pairs + 2 * position), Registers.take(pairs + 2 * position + 1)))
        }
        return Map(rows)
    }

    static func update(
        _ value: Term, _ pairs: UnsafeMutablePointer<Term>, _ count: Int, exact: Bool
    ) throws -> Term {
        guard case .map(var map) = value else {
            throw ErlangException(.error, .tuple([.atom("badmap"), value]))
        }
        for position in 0..<count {
            let (key, new) = (pairs[2 * position], pairs[2 * position + 1])
            if exact, map[key] == nil { throw ErlangException(.error, .tuple([.atom("badkey"), key])) }
            map = map.updating(key, to: new)
        }
        return .map(map)
    }

    /// The map with one pair more; `kind` is the `n` of the instruction.
    static func put(_ value: Term, _ key: Term, _ new: Term, _ kind: UInt16) throws -> Term {
        guard case .map(let map) = value else {
            let exception = ErlangException(.error, .tuple([.atom("badmap"), value]))
            throw kind & 4 == 0 ? exception : exception.called("maps", "put", [key, new, value])
        }
        if kind & 1 != 0, map[key] == nil { throw ErlangException(.error, .tuple([.atom("badkey"), key])) }
        return .map(map.updating(key, to: new))
    }

    static func pairs(of value: Term) throws -> Term {
        guard case .map(let map) = value else {
            throw ErlangException(.error, .tuple([.atom("bad_generator"), value]))
        }
        return .makeList(map.sortedPairs.map { .tuple([$0.key, $0.value]) })
    }

    // MARK: Comprehensions

    static func finish(_ builder: Builder, _ kind: UInt16) throws -> Term {
        switch kind {
        case 0: return builder.finishList()
        case 1:
            defer { builder.release() }
            return .map(
                Map(
                    stride(from: 0, to: builder.count, by: 2).map {
                        (key: builder.elements[$0], value: builder.elements[$0 + 1])
                    }))
        default:
            defer { builder.release() }
            var bits = BitBuffer()
            for position in 0..<builder.count {
                guard bits.append(builder.elements[position]) else { throw ErlangException(.error, .atom(.badarg)) }
            }
            return bits.finish()
        }
    }

    // MARK: Receive

    static func deadline(_ value: Term, _ process: Process) throws -> ReceiveDeadline? {
        switch value {
        case .atom(.infinity): return nil
        case .integer(let milliseconds) where milliseconds >= 0 && milliseconds <= 0xFFFF_FFFF:
            return ReceiveDeadline(process: process, after: Int64(milliseconds) * 1_000_000)
        default: throw ErlangException(.error, .atom("timeout_value"))
        }
    }

    // MARK: Guard functions

    /// A function that guards may call; throws what it raises elsewhere.
    func guardFunction(_ number: UInt16, _ values: UnsafeMutablePointer<Term>, _ count: Int) throws -> Term {
        guard let function = GuardFunction(rawValue: number) else { throw ErlangException(.error, .atom(.badarg)) }
        let first = UnsafePointer(values)
        switch function {
        case .element:
            if first.kind == .integer, (first + 1).kind == .tuple {
                let elements = (first + 1).tupleElements
                let position = first.integer
                if position >= 1, position <= elements.count { return elements[position - 1] }
            }
        case .hd:
            if case .list(let list) = values.pointee { return list.head }
        case .tl:
            if case .list(let list) = values.pointee { return list.tail }
        case .length:
            switch values.pointee {
            case .nil: return 0
            case .list(let list):
                let (count, end) = list.countAndEnd
                if case .nil = end { return .integer(count) }
            default: break
            }
        case .tupleSize:
            if first.kind == .tuple { return .integer(first.tupleElements.count) }
        case .size:
            if first.kind == .tuple { return .integer(first.tupleElements.count) }
            if case .binary(let binary) = values.pointee { return .integer(binary.count) }
            if case .bitString(let bits) = values.pointee { return .integer(bits.bytes.count - 1) }
        case .byteSize:
            if case .binary(let binary) = values.pointee { return .integer(binary.count) }
            if case .bitString(let bits) = values.pointee { return .integer(bits.bytes.count) }
        case .bitSize:
            switch values.pointee {
            case .binary, .bitString: return .integer(BitStrings.bitCount(of: values.pointee))
            default: break
            }
        case .mapSize:
            if case .map(let map) = values.pointee { return .integer(map.count) }
            throw raised(.tuple([.atom("badmap"), values.pointee]), function, values, count)
        case .mapGet, .isMapKey:
            guard case .map(let map) = values[1] else {
                throw raised(.tuple([.atom("badmap"), values[1]]), function, values, count)
            }
            let value = map[values[0]]
            if function == .isMapKey { return .boolean(value != nil) }
            if let value { return value }
            throw raised(.tuple([.atom("badkey"), values[0]]), function, values, count)
        case .max: return Term.compare(values[0], values[1]) == .less ? values[1] : values[0]
        case .min: return Term.compare(values[0], values[1]) == .greater ? values[1] : values[0]
        case .self: return .pid(process.pid)
        case .node0: return server.host?.node ?? .atom(.nonode)
        case .node1:
            switch values.pointee {
            case .pid(let pid): return .atom(pid.node)
            case .port(let port): return .atom(port.incarnation.node)
            case .reference(let reference): return .atom(reference.incarnation.node)
            default: break
            }
        case .abs:
            switch values.pointee {
            case .integer(let value) where value != .min: return .integer(Swift.abs(value))
            case .float(let value): return .float(Swift.abs(value))
            default: if let value = values.pointee.asBigInt { return .integer(Swift.abs(value)) }
            }
        case .float:
            if let value = values.pointee.asDouble, value.isFinite { return .float(value) }
        case .trunc, .round, .floor, .ceil:
            switch values.pointee {
            case .integer, .bigInteger: return values.pointee
            case .float(let value):
                let whole =
                    switch function {
                    case .trunc: value.rounded(.towardZero)
                    case .round: value.rounded(.toNearestOrAwayFromZero)
                    case .floor: value.rounded(.down)
                    default: value.rounded(.up)
                    }
                return .integer(Int(exactly: whole).map { BigInt($0) } ?? BigInt(whole))
            default: break
            }
        case .binaryPart2, .binaryPart3:
            var (start, length) = (0, 0)
            if count == 2, let pair = values[1].asTuple, pair.count == 2, let one = pair[0].asInteger,
                let two = pair[1].asInteger
            {
                (start, length) = (one, two)
            } else if count == 3, let one = values[1].asInteger, let two = values[2].asInteger {
                (start, length) = (one, two)
            } else {
                break
            }
            if let part = BitStrings.part(values[0], start, length) { return part }
        case .isRecord2, .isRecord3:
            guard case .atom(let name) = values[1] else { break }
            if count == 3, values[2].asInteger.map({ $0 < 1 }) ?? true { break }
            guard let tuple = values[0].asTuple, !tuple.isEmpty, tuple[0] == .atom(name) else { return .boolean(false) }
            return .boolean(count == 2 || values[2] == .integer(tuple.count))
        }
        throw raised(.atom(.badarg), function, values, count)
    }

    private func raised(
        _ reason: Term, _ function: GuardFunction, _ values: UnsafeMutablePointer<Term>, _ count: Int
    ) -> ErlangException {
        ErlangException(.error, reason).called(
            .erlang, function.name, Array(UnsafeBufferPointer(start: values, count: count)))
    }
}
