internal import BigInt
internal import Glibc

/// A format and arguments that do not fit: `badarg` in OTP.
public struct FormatError: Error, Sendable {
    public init() {}
}

/// `io_lib:format/2`: text made of a control string and arguments.
///
/// Control sequences are `~F.P.PadModC`. Source: stdlib, `io:fwrite/1`.
public enum TermFormat {
    public static func format(
        _ control: Term, _ arguments: [Term], context: PrintContext = PrintContext()
    ) throws(FormatError) -> String {
        let text: String
        switch control {
        case .atom(let atom): text = atom.name
        default:
            guard control.asInteger == nil, let chardata = chardataToString(control) else { throw FormatError() }
            text = chardata
        }
        var formatter = Formatter(control: Array(text.unicodeScalars), arguments: arguments[...], context: context)
        return try formatter.run()
    }

    private struct Formatter {
        let control: [Unicode.Scalar]
        var position = 0
        var arguments: ArraySlice<Term>
        let context: PrintContext
        var output = ""

        init(control: [Unicode.Scalar], arguments: ArraySlice<Term>, context: PrintContext) {
            self.control = control
            self.arguments = arguments
            self.context = context
        }

        mutating func run() throws(FormatError) -> String {
            while position < control.count {
                let scalar = control[position]
                position += 1
                if scalar == "~" { try sequence() } else { output.unicodeScalars.append(scalar) }
            }
            guard arguments.isEmpty else { throw FormatError() }
            return output
        }

        private mutating func next() throws(FormatError) -> Term {
            guard let argument = arguments.popFirst() else { throw FormatError() }
            return argument
        }

        private mutating func number() throws(FormatError) -> Int? {
            if position < control.count, control[position] == "*" {
                position += 1
                // Wide enough for anybody, and no room for a peer to take the memory.
                guard case .integer(let value) = try next(), value.magnitude < 1_000_000 else { throw FormatError() }
                return value
            }
            var digits = ""
            while position < control.count,
                let digit = control[position].properties.numericType.map({ _ in control[position] }),
                ("0"..."9").contains(digit)
            {
                digits.unicodeScalars.append(digit)
                position += 1
            }
            if digits.isEmpty { return nil }
            guard let value = Int(digits), value < 1_000_000 else { throw FormatError() }
            return value
        }

        private mutating func sequence() throws(FormatError) {
            var leftAlign = false
            if position < control.count, control[position] == "-" {
                leftAlign = true
                position += 1
            }
            var field = try number()
            if let width = field, width < 0 {
                leftAlign = true
                field = -width
            }
            if leftAlign { field = field.map { -$0 } }
            var precision: Int?
            var pad: Unicode.Scalar = " "
            if position < control.count, control[position] == "." {
                position += 1
                precision = try number()
                if position < control.count, control[position] == "." {
                    position += 1
                    guard position < control.count else { throw FormatError() }
                    if control[position] == "*" {
                        guard case .integer(let value) = try next(),
                            let scalar = UInt32(exactly: value).flatMap(Unicode.Scalar.init)
                        else { throw FormatError() }
                        pad = scalar
                    } else {
                        pad = control[position]
                    }
                    position += 1
                }
            }
            var unicode = false
            while position < control.count, "tlkK".unicodeScalars.contains(control[position]) {
                if control[position] == "t" { unicode = true }
                position += 1
            }
            guard position < control.count else { throw FormatError() }
            let kind = control[position]
            position += 1
            try write(kind, field, precision, pad, unicode)
        }

        private mutating func write(
            _ kind: Unicode.Scalar, _ field: Int?, _ precision: Int?, _ pad: Unicode.Scalar, _ unicode: Bool
        ) throws(FormatError) {
            switch kind {
            case "~": output += padded("~", field, pad)
            case "n": output += String(repeating: "\n", count: max(1, field ?? 1))
            case "i": _ = try next()
            case "c":
                guard case .integer(let value) = try next(),
                    let scalar = UInt32(exactly: unicode ? value : value & 255).flatMap(Unicode.Scalar.init)
                else { throw FormatError() }
                output += padded(
                    String(repeating: String(scalar), count: max(0, precision ?? field.map(abs) ?? 1)), field, pad)
            case "w":
                let text = ErlangPrinter(context: context, unicode: unicode).write(try next())
                output += padded(text, field, pad, cuts: true)
            case "W":
                let term = try next()
                guard case .integer(let depth) = try next() else { throw FormatError() }
                let text = ErlangPrinter(context: context, unicode: unicode).write(cut(term, depth))
                output += padded(Self.withDots(text), field, pad, cuts: true)
            case "p": output += padded(pretty(try next(), field, precision, unicode), nil, pad)
            case "P":
                let term = try next()
                guard case .integer(let depth) = try next() else { throw FormatError() }
                output += Self.withDots(pretty(cut(term, depth), field, precision, unicode))
            case "s":
                var text = try string(try next(), unicode)
                if let precision {
                    let cut = String(text.prefix(precision))
                    text = cut + String(repeating: String(pad), count: max(0, precision - cut.unicodeScalars.count))
                }
                output += padded(text, field, pad, cuts: true)
            case "b", "B", "x", "X", "+", "#": try writeInteger(kind, field, precision, pad)
            case "f", "e", "g": try writeFloat(kind, field, precision, pad)
            default: throw FormatError()
            }
        }

        private func pretty(_ term: Term, _ field: Int?, _ precision: Int?, _ unicode: Bool) -> String {
            let column = precision.map { $0 - 1 } ?? output.unicodeScalars.reversed().prefix { $0 != "\n" }.count
            let width: Int? = field == 0 ? nil : (field.map(abs) ?? 80) - max(0, column)
            let text = ErlangPrinter(width: width, context: context, unicode: unicode).print(
                term, behind: max(0, column))
            guard column > 0 else { return text }
            return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { position, line in
                position == 0 ? String(line) : String(repeating: " ", count: column) + line
            }.joined(separator: "\n")
        }

        private func string(_ term: Term, _ unicode: Bool) throws(FormatError) -> String {
            if case .atom(let atom) = term { return atom.name }
            if !unicode, case .binary(let binary) = term {
                return String(String.UnicodeScalarView(binary.bytes.map { Unicode.Scalar($0) }))
            }
            switch term {
            case .list, .nil, .binary: break
            default: throw FormatError()
            }
            guard let text = chardataToString(term) else { throw FormatError() }
            guard unicode || text.unicodeScalars.allSatisfy({ $0.value < 256 }) else { throw FormatError() }
            return text
        }

        private mutating func writeInteger(
            _ kind: Unicode.Scalar, _ field: Int?, _ precision: Int?, _ pad: Unicode.Scalar
        ) throws(FormatError) {
            guard let value = try next().asBigInt else { throw FormatError() }
            let base = precision ?? 10
            guard (2...36).contains(base) else { throw FormatError() }
            var prefix = ""
            if kind == "x" || kind == "X" {
                let term = try next()
                if case .binary = term { throw FormatError() }
                prefix = try string(term, true)
            }
            if kind == "+" || kind == "#" { prefix = "\(base)#" }
            let upper = kind == "B" || kind == "X" || kind == "#"
            let digits = LongIntegers.text(BigInt(value.magnitude), radix: base, uppercase: upper)
            output += padded((value.sign == .minus ? "-" : "") + prefix + digits, field, pad, cuts: true)
        }

        private mutating func writeFloat(
            _ kind: Unicode.Scalar, _ field: Int?, _ precision: Int?, _ pad: Unicode.Scalar
        ) throws(FormatError) {
            guard case .float(let value) = try next() else { throw FormatError() }
            let places = precision ?? 6
            guard (1...300).contains(places) else { throw FormatError() }
            let text: String
            if kind == "f" {
                text = Self.printed("%.\(places)f", value)
            } else if kind == "g", value.magnitude >= 0.1, value.magnitude < 10_000 {
                // So many digits in all, those before the point included.
                let before =
                    value.magnitude < 1
                    ? 0 : value.magnitude < 10 ? 1 : value.magnitude < 100 ? 2 : value.magnitude < 1000 ? 3 : 4
                text = Self.printed("%.\(max(1, places - before))f", value)
            } else {
                // C writes at least two digits of exponent.
                let parts = Self.printed("%.\(max(1, places - 1))e", value).split(separator: "e").map(String.init)
                let exponent = parts.count == 2 ? Int(parts[1]) ?? 0 : 0
                text = "\(parts[0])e\(exponent < 0 ? "-" : "+")\(abs(exponent))"
            }
            output += padded(text, field, pad, cuts: true)
        }

        private static func printed(_ format: String, _ value: Double) -> String {
            var buffer = [CChar](repeating: 0, count: 700)
            _ = withVaList([value]) { vsnprintf(&buffer, buffer.count, format, $0) }
            return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }

        /// Text in a field: stars when a number does not fit, as OTP.
        private func padded(_ text: String, _ field: Int?, _ pad: Unicode.Scalar, cuts: Bool = false) -> String {
            guard let field else { return text }
            if field == 0, cuts { return "" }
            let missing = abs(field) - text.unicodeScalars.count
            if missing < 0 { return cuts ? String(repeating: "*", count: abs(field)) : text }
            let padding = String(repeating: String(pad), count: missing)
            return field < 0 ? text + padding : padding + text
        }

        /// Stands for what is cut off until the text is made: `...` would be quoted.
        private static let dots: Atom = "$beamsh ..."

        private static func withDots(_ text: String) -> String { text.replacing("'$beamsh ...'", with: "...") }

        /// A term with what is deeper than `depth` replaced by `...`.
        private func cut(_ term: Term, _ depth: Int) -> Term {
            // Negative means no limit.
            guard depth != 0 else { return .atom(Self.dots) }
            guard depth > 0 else { return term }
            switch term {
            case .tuple(let tuple):
                guard tuple.count >= depth else { return .tuple(Tuple(tuple.map { cut($0, depth - 1) })) }
                return .tuple(Tuple(tuple.prefix(depth - 1).map { cut($0, depth - 1) } + [.atom(Self.dots)]))
            case .list(let list):
                guard let elements = list.properElements, elements.count >= depth else { return term }
                return .makeList(elements.prefix(depth - 1).map { cut($0, depth - 1) }, tail: .atom(Self.dots))
            default: return term
            }
        }
    }
}
