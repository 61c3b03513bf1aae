internal import Terms

/// Binaries and bit strings.
extension ElixirLowering {
    /// `<<segments>>`.
    mutating func bits(_ at: Place, _ segments: [Quoted], isPattern: Bool) throws(SyntaxError) -> Expression {
        var elements: [Abstract.BinaryElement] = []
        for segment in segments { elements.append(try self.segment(segment, isPattern: isPattern)) }
        return .binary(location(at), elements)
    }

    /// What follows `::`.
    private struct Specification {
        var size: Expression?
        var unit: Int?
        var type: String?
        var others: [Abstract.Specifier] = []
    }

    mutating func segment(_ quoted: Quoted, isPattern: Bool) throws(SyntaxError) -> Abstract.BinaryElement {
        var value = quoted
        var specification = Specification()
        if case .call(_, "::", let pair) = quoted, pair.count == 2 {
            value = pair[0]
            try specify(pair[1], &specification, isPattern: isPattern)
        }
        let at = value.place
        var lowered: Expression
        switch value {
        case .binary(_, let bytes):
            guard specification.size == nil else {
                throw fail(
                    at,
                    "literal string in bitstring supports only endianness and type specifiers, which must be one of:"
                        + " little, big, native, utf8, utf16, utf32, bits, bytes, binary or bitstring")
            }
            return literalSegment(at, bytes, specification)
        case .charlist(_, let points) where specification.type == nil || specification.type?.hasPrefix("utf") == true:
            let type = specification.type.map { [Abstract.Specifier.name(Atom($0))] }
            return Abstract.BinaryElement(location(at), .string(location(at), points), type)
        case .text, .bits:
            specification.type = specification.type ?? (isBits(value) ? "bitstring" : "binary")
            lowered = isPattern ? try pattern(value) : try expression(value)
        case .call(_, "<>", _):
            specification.type = specification.type ?? "bitstring"
            lowered = isPattern ? try pattern(value) : try expression(value)
        case .float:
            specification.type = specification.type ?? "float"
            lowered = literal(value)
        default:
            lowered = isPattern ? try pattern(value) : try expression(value)
        }
        if case .binary(_, let inner) = lowered, inner.isEmpty { lowered = .binary(location(at), []) }
        var specifiers = specification.type.map { [Abstract.Specifier.name(Atom($0))] } ?? []
        specifiers += specification.others
        if let unit = specification.unit { specifiers.append(.unit(unit)) }
        return Abstract.BinaryElement(
            location(at), lowered, size: specification.size, specifiers.isEmpty ? nil : specifiers)
    }

    private func isBits(_ quoted: Quoted) -> Bool { if case .bits = quoted { true } else { false } }

    private func literalSegment(
        _ at: Place, _ bytes: Binary, _ specification: Specification
    ) -> Abstract.BinaryElement {
        let bytes = bytes.withBytes { Array($0) }
        let location = location(at)
        if let type = specification.type, type == "utf16" || type == "utf32" {
            let points = String(decoding: bytes, as: UTF8.self).unicodeScalars.map(\.value)
            return Abstract.BinaryElement(
                location, .string(location, points), [.name(Atom(type))] + specification.others)
        }
        if specification.type == "integer" {
            return Abstract.BinaryElement(location, .string(location, bytes.map(UInt32.init)), [.name("integer")])
        }
        guard !bytes.isEmpty else { return Abstract.BinaryElement(location, .binary(location, []), [.name("binary")]) }
        return Abstract.BinaryElement(location, .string(location, bytes.map(UInt32.init)))
    }

    private mutating func specify(
        _ quoted: Quoted, _ into: inout Specification, isPattern: Bool
    ) throws(SyntaxError) {
        switch quoted {
        case .call(_, "-", let pair) where pair.count == 2:
            try specify(pair[0], &into, isPattern: isPattern)
            try specify(pair[1], &into, isPattern: isPattern)
        case .call(let at, "*", let pair) where pair.count == 2:
            into.size = try size(pair[0])
            try unit(pair[1], at, &into)
        case .integer: into.size = literal(quoted)
        case .call(let at, "size", let arguments) where arguments.count == 1:
            guard into.size == nil else { throw fail(at, "duplicated size in bitstring segment") }
            into.size = try size(arguments[0])
        case .call(let at, "unit", let arguments) where arguments.count == 1:
            try unit(arguments[0], at, &into)
        case .name(let at, let name): try specifier(at, name, &into)
        case .call(let at, let name, let arguments) where arguments.isEmpty: try specifier(at, name, &into)
        case .call(_, "@", _): into.size = try size(quoted)
        default: throw fail(quoted.place, "unknown bitstring specifier")
        }
    }

    private mutating func size(_ quoted: Quoted) throws(SyntaxError) -> Expression {
        let outer = isGuard
        isGuard = true
        let lowered = try expression(quoted)
        isGuard = outer
        return lowered
    }

    private func unit(_ quoted: Quoted, _ at: Place, _ into: inout Specification) throws(SyntaxError) {
        guard case .integer(_, .integer(let unit)) = quoted, (1...256).contains(unit) else {
            throw fail(at, "unit in bitstring expects an integer from 1 to 256 as argument")
        }
        into.unit = unit
    }

    private func specifier(_ at: Place, _ name: String, _ into: inout Specification) throws(SyntaxError) {
        switch name {
        case "integer", "float", "binary", "bitstring", "utf8", "utf16", "utf32": into.type = name
        case "bits": into.type = "bitstring"
        case "bytes": into.type = "binary"
        case "signed", "unsigned", "little", "big", "native": into.others.append(.name(Atom(name)))
        default: throw fail(at, "unknown bitstring specifier: \(name)()", length: name.count)
        }
    }

    // MARK: `<>`

    /// `left <> right`: in a pattern all but the last must be literals.
    mutating func concatenation(
        _ at: Place, _ left: Quoted, _ right: Quoted, isPattern: Bool
    ) throws(SyntaxError) -> Expression {
        var operands: [Quoted] = []
        flatten(left, &operands)
        flatten(right, &operands)
        var elements: [Abstract.BinaryElement] = []
        for (index, operand) in operands.enumerated() {
            let place = location(operand.place)
            switch operand {
            case .binary(_, let bytes):
                elements.append(literalSegment(operand.place, bytes, Specification()))
            case _ where isPattern:
                guard index == operands.count - 1 else {
                    throw fail(
                        operand.place,
                        "the left argument of <> operator inside a match should always be a literal binary because its"
                            + " size can't be verified")
                }
                elements.append(Abstract.BinaryElement(place, try pattern(operand), [.name("binary")]))
            default:
                elements.append(Abstract.BinaryElement(place, try expression(operand), [.name("binary")]))
            }
        }
        return .binary(location(at), elements)
    }

    private func flatten(_ quoted: Quoted, _ into: inout [Quoted]) {
        var rest = quoted
        while case .call(_, "<>", let pair) = rest, pair.count == 2 {
            flatten(pair[0], &into)
            rest = pair[1]
        }
        into.append(rest)
    }
}
