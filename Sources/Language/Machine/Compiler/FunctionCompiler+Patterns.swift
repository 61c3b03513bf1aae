internal import Terms

extension FunctionCompiler {
    /// Matches the value in a register; variables of the pattern that are bound already are compared with.
    mutating func match(
        _ pattern: Abstract.Expression, _ value: Int32, _ fail: Int32
    ) throws(CompileError) {
        var own: [Atom: Int32] = [:]
        try match(pattern, value, fail, &own, isHead: false)
        bound.merge(own) { $1 }
    }

    /// Matches a pattern of a head: its variables are new, but the same name twice must be the same value.
    mutating func match(
        _ pattern: Abstract.Expression, _ value: Int32, _ fail: Int32, _ own: inout [Atom: Int32], isHead: Bool = true
    ) throws(CompileError) {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.depthLimit else { throw CompileError("nested too deep", pattern.location) }
        if let term = pattern.constant {
            if case .map(let map) = term {
                guard map.isEmpty else { return try match(map: pattern, value, fail, &own, isHead: isHead) }
                return emit(Instruction(.testKind, n: KindTest.map.rawValue, b: value), to: fail)
            }
            return test(value, is: term, else: fail)
        }
        switch pattern {
        case .variable(_, "_"): return
        case .variable(_, let name):
            if let known = own[name] ?? (isHead ? nil : bound[name]) {
                let kind = ComparisonKind.exactlyEqual.rawValue
                return emit(Instruction(.test, n: kind, b: value, c: known), to: fail)
            }
            let register = slot(name)
            if register != value { emit(Instruction(.move, a: register, b: value)) }
            own[name] = register
        case .match(_, let one, let two):
            try match(one, value, fail, &own, isHead: isHead)
            try match(two, value, fail, &own, isHead: isHead)
        case .tuple(let at, let elements):
            guard elements.count <= UInt16.max else { throw CompileError("too many elements", at) }
            emit(Instruction(.testTuple, n: UInt16(clamping: elements.count), b: value), to: fail)
            for (position, element) in elements.enumerated() where !element.matchesAnything {
                try matchPart(element, fail, &own, isHead) {
                    Instruction(.element, n: UInt16(position), a: $0, b: value)
                }
            }
        case .cons:
            try match(list: pattern, value, fail, &own, isHead: isHead)
        case .map: try match(map: pattern, value, fail, &own, isHead: isHead)
        case .binary(_, let elements): try match(binary: elements, value, fail, &own, isHead: isHead)
        case .operation(let at, "++", let left, let right):
            // "abc" ++ Rest
            guard let elements = left.constant?.properList else { throw CompileError("illegal pattern", at) }
            let chain = elements.reversed().reduce(right) { .cons(at, .value(at, $1), $0) }
            try match(chain, value, fail, &own, isHead: isHead)
        case .operation(let at, _, _, _), .unary(let at, _, _):
            // A constant expression.
            let saved = top
            let result = try operand(pattern)
            emit(Instruction(.test, n: ComparisonKind.exactlyEqual.rawValue, b: value, c: result), to: fail)
            top = saved
            self.at(at)
        default: throw CompileError("illegal pattern", pattern.location)
        }
    }

    /// Takes one part out of a value and matches it.
    private mutating func matchPart(
        _ pattern: Abstract.Expression, _ fail: Int32, _ own: inout [Atom: Int32], _ isHead: Bool,
        _ take: (Int32) -> Instruction
    ) throws(CompileError) {
        if case .variable(_, let name) = pattern, own[name] == nil, isHead || bound[name] == nil {
            let register = slot(name)
            emit(take(register))
            own[name] = register
            return
        }
        let saved = top
        let part = newTemporary()
        emit(take(part))
        try match(pattern, part, fail, &own, isHead: isHead)
        top = saved
    }

    private mutating func match(
        list pattern: Abstract.Expression, _ value: Int32, _ fail: Int32, _ own: inout [Atom: Int32], isHead: Bool
    ) throws(CompileError) {
        let saved = top
        defer { top = saved }
        // The chain in a loop: the rest of the list moves through one register.
        let rest = newTemporary()
        var list = value
        var pattern = pattern
        while case .cons(_, let head, let tail) = pattern {
            emit(Instruction(.testCons, b: list), to: fail)
            if !head.matchesAnything {
                try matchPart(head, fail, &own, isHead) { Instruction(.head, a: $0, b: list) }
            }
            if case .cons = tail {
                emit(Instruction(.tail, a: rest, b: list))
                list = rest
            } else if !tail.matchesAnything {
                try matchPart(tail, fail, &own, isHead) { Instruction(.tail, a: $0, b: list) }
                joinHeadAndTail()
            }
            pattern = tail
        }
    }

    /// `testCons`, `head` and `tail` of one list as one instruction, if nothing stands between them.
    private mutating func joinHeadAndTail() {
        guard instructions.count > 2 else { return }
        let last = instructions[(instructions.count - 3)...]
        let (test, head, tail) = (last[last.startIndex], last[last.startIndex + 1], last[last.startIndex + 2])
        guard test.operation == .testCons, head.operation == .head, tail.operation == .tail, test.b == head.b,
            head.b == tail.b, head.a != head.b, tail.a != tail.b, head.a != tail.a
        else { return }
        replace(last: 3, with: Instruction(.uncons, a: head.a, b: head.b, c: tail.a))
    }

    private mutating func match(
        map pattern: Abstract.Expression, _ value: Int32, _ fail: Int32, _ own: inout [Atom: Int32], isHead: Bool
    ) throws(CompileError) {
        guard case .map(_, let fields) = pattern else {
            throw CompileError("illegal pattern", pattern.location)
        }
        emit(Instruction(.testKind, n: KindTest.map.rawValue, b: value), to: fail)
        for field in fields {
            let saved = top
            let key = try withOwn(own) { compiler throws(CompileError) in try compiler.operand(field.key) }
            let part = newTemporary()
            emit(Instruction(.mapGet, a: part, b: value, c: key), to: fail)
            try match(field.value, part, fail, &own, isHead: isHead)
            top = saved
        }
    }

    /// Compiles with the variables of the pattern that are bound so far.
    mutating func withOwn<Result>(
        _ own: [Atom: Int32], _ body: (inout FunctionCompiler) throws(CompileError) -> Result
    ) throws(CompileError) -> Result {
        let saved = bound
        bound.merge(own) { $1 }
        let result = try body(&self)
        bound = saved
        return result
    }

    mutating func test(_ value: Int32, is term: Term, else fail: Int32) {
        switch term {
        case .integer, .atom:
            emit(Instruction(.testSame, b: value, c: literal(term)), to: fail)
        case .nil: emit(Instruction(.testKind, n: KindTest.empty.rawValue, b: value), to: fail)
        default:
            emit(
                Instruction(.test, n: ComparisonKind.exactlyEqual.rawValue, b: value, c: literal(term)), to: fail)
        }
    }

    // MARK: Bit strings

    private mutating func match(
        binary elements: [Abstract.BinaryElement], _ value: Int32, _ fail: Int32, _ own: inout [Atom: Int32],
        isHead: Bool
    ) throws(CompileError) {
        let saved = top
        defer { top = saved }
        let position = newTemporary()
        emit(Instruction(.bitsStart, a: position, b: value), to: fail)
        let elements = elements.flatMap(\.perCharacter)
        for (number, element) in elements.enumerated() {
            let segment = try withOwn(own) { compiler throws(CompileError) in
                try compiler.segment(element, isLast: number == elements.count - 1)
            }
            guard let index = UInt16(exactly: segments.count) else {
                throw CompileError("too many segments", element.location)
            }
            segments.append(segment)
            try matchPart(element.value, fail, &own, isHead, label: fail) {
                Instruction(.bitsGet, n: index, a: $0, b: value, c: position)
            }
        }
        emit(Instruction(.bitsEnd, b: value, c: position), to: fail)
    }

    /// As the other, for an instruction that may fail itself. What it finds is taken out even if nobody asks.
    mutating func matchPart(
        _ pattern: Abstract.Expression, _ fail: Int32, _ own: inout [Atom: Int32], _ isHead: Bool, label: Int32,
        _ take: (Int32) -> Instruction
    ) throws(CompileError) {
        if case .variable(_, let name) = pattern, name != "_", own[name] == nil, isHead || bound[name] == nil {
            let register = slot(name)
            emit(take(register), to: label)
            own[name] = register
            return
        }
        let saved = top
        let part = newTemporary()
        emit(take(part), to: label)
        try match(pattern, part, fail, &own, isHead: isHead)
        top = saved
    }

    /// What a segment says, defaults filled in.
    mutating func segment(
        _ element: Abstract.BinaryElement, isLast: Bool
    ) throws(CompileError) -> BitSegment {
        var segment = BitSegment(kind: .integer, unit: 1)
        var unit: Int?
        var isTyped = false
        for specifier in element.specifiers ?? [] {
            switch specifier {
            case .unit(let bits): unit = bits
            case .name(let name):
                switch name.name {
                case "integer": segment.kind = .integer
                case "float": segment.kind = .float
                case "binary", "bytes":
                    segment.kind = .binary
                    unit = unit ?? 8
                case "bitstring", "bits":
                    segment.kind = .binary
                    unit = unit ?? 1
                case "utf8": segment.kind = .utf8
                case "utf16": segment.kind = .utf16
                case "utf32": segment.kind = .utf32
                case "signed": segment.isSigned = true
                case "unsigned": segment.isSigned = false
                case "little": segment.isLittle = true
                case "big": segment.isLittle = false
                // This machine is one of these.
                case "native": segment.isLittle = 1.littleEndian == 1
                default: throw CompileError("undefined bittype \(name.name)", element.location)
                }
                isTyped = true
            }
        }
        _ = isTyped
        segment.unit = unit ?? 1
        switch segment.kind {
        case .integer:
            segment.size =
                try element.size.map { size throws(CompileError) in try operand(size) } ?? literal(.integer(8))
            if case .integer(let units) = element.size?.constant ?? .integer(8), (0...64).contains(units) {
                segment.bits = units * segment.unit
            }
        case .float:
            segment.size =
                try element.size.map { size throws(CompileError) in try operand(size) } ?? literal(.integer(64))
        case .binary:
            segment.size = try element.size.map { size throws(CompileError) in try operand(size) }
        case .utf8, .utf16, .utf32:
            guard element.size == nil else { throw CompileError("utf segments have no size", element.location) }
        }
        return segment
    }

    /// Builds a bit string.
    mutating func binary(
        _ elements: [Abstract.BinaryElement], into target: Int32, fail: Int32?
    ) throws(CompileError) {
        let elements = elements.flatMap(\.perCharacter)
        let first = newTemporary(Int32(elements.count))
        var segments: [BitSegment] = []
        for (position, element) in elements.enumerated() {
            if let fail {
                try guardValue(element.value, fail, into: first + Int32(position))
            } else {
                try into(first + Int32(position), element.value)
            }
            segments.append(try segment(element, isLast: false))
        }
        layouts.append(BitLayout(segments: segments))
        let instruction = Instruction(.binary, a: target, b: first, c: Int32(layouts.count - 1), d: -1)
        if let fail { emit(instruction, to: fail) } else { emit(instruction) }
    }
}

extension Abstract.BinaryElement {
    /// A string stands for a segment for each of its characters; one without a type, and a long one, for its bytes.
    var perCharacter: [Abstract.BinaryElement] {
        guard case .string(let at, let codes) = value else { return [self] }
        if size == nil, specifiers == nil, codes.count > 1 {
            let bytes = Binary(codes.map { UInt8(truncatingIfNeeded: $0) })
            return [
                Abstract.BinaryElement(
                    location, .value(at, .binary(bytes)), size: .integer(at, .integer(codes.count)), [.name("binary")])
            ]
        }
        if specifiers == [.name("utf8")] {
            let text = String(String.UnicodeScalarView(codes.compactMap(Unicode.Scalar.init)))
            let bytes = Binary(text)
            return [
                Abstract.BinaryElement(
                    location, .value(at, .binary(bytes)), size: .integer(at, .integer(bytes.count)), [.name("binary")])
            ]
        }
        return codes.map { Abstract.BinaryElement(location, .char(at, $0), size: size, specifiers) }
    }
}

extension Abstract.Expression {
    var matchesAnything: Bool {
        if case .variable(_, "_") = self { true } else { false }
    }
}
