internal import Glibc
internal import Processes
internal import Terms

/// Floats as text and back, as `float_to_list/2` and `list_to_float/1`.
enum FloatText {
    /// What `float_to_list/1` gives, and an integer as it is.
    static func plain(_ term: Term) -> String {
        guard case .float(let value) = term else { return ErlangPrinter(width: nil).write(term) }
        return printed("%.20e", value)
    }

    /// The shortest text that reads back as the same float.
    static func shortest(_ value: Double) -> String { ErlangPrinter(width: nil).write(.float(value)) }

    /// The text that a list of options asks for: `{decimals, N}`, `{scientific, N}`, `compact`, `short`.
    static func formatted(_ value: Double, _ options: [Term]) throws -> String {
        var decimals: Int?
        var (scientific, isCompact, isShort) = (20, false, false)
        for option in options {
            switch option {
            case .atom("compact"): isCompact = true
            case .atom("short"): (isShort, decimals) = (true, nil)
            case .tuple(let pair) where pair.count == 2:
                guard case .integer(let digits) = pair[1] else { throw ErlangException.badarg() }
                switch pair[0] {
                case .atom("decimals") where (0...253).contains(digits): (decimals, isShort) = (digits, false)
                case .atom("scientific") where (0...249).contains(digits):
                    (scientific, decimals, isShort) = (digits, nil, false)
                default: throw ErlangException.badarg()
                }
            default: throw ErlangException.badarg()
            }
        }
        if isShort { return shortest(value) }
        guard let decimals else { return printed("%.\(scientific)e", value) }
        let text = fixed(value, decimals)
        guard isCompact, text.contains(".") else { return text }
        let kept = text.reversed().drop { $0 == "0" }
        return String(kept.reversed()) + (kept.first == "." ? "0" : "")
    }

    /// So many digits behind the point. Half is rounded away from zero, as OTP does, where C looks at the exact value.
    private static func fixed(_ value: Double, _ decimals: Int) -> String {
        guard value.magnitude < 9_007_199_254_740_991, decimals <= 15 else { return printed("%.\(decimals)f", value) }
        let magnitude = value.magnitude
        var whole = magnitude.rounded(.down)
        let scale = pow(10, Double(decimals))
        var fraction = ((magnitude - whole) * scale + 0.5).rounded(.down)
        if fraction >= scale {
            whole += 1
            fraction -= scale
        }
        let sign = value.sign == .minus ? "-" : ""
        guard decimals > 0 else { return sign + String(Int(whole)) }
        let digits = String(Int(fraction))
        return "\(sign)\(Int(whole)).\(String(repeating: "0", count: decimals - digits.count))\(digits)"
    }

    static func printed(_ format: String, _ value: Double) -> String {
        var buffer = [CChar](repeating: 0, count: 700)
        _ = withVaList([value]) { vsnprintf(&buffer, buffer.count, format, $0) }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// `Digits.Digits`, with a sign and an exponent or without: nothing else is a float.
    static func parse(_ text: some Collection<UInt8>) -> Double? {
        let bytes = Array(text)
        guard let end = floatLength(bytes[...]), end == bytes.count else { return nil }
        return Double(String(decoding: bytes, as: UTF8.self)).flatMap { $0.isFinite ? $0 : nil }
    }

    /// How many bytes at the front are a float.
    static func floatLength(_ bytes: ArraySlice<UInt8>) -> Int? {
        var place = bytes.startIndex
        func digits() -> Int {
            let start = place
            while place < bytes.endIndex, (48...57).contains(bytes[place]) { place += 1 }
            return place - start
        }
        if place < bytes.endIndex, bytes[place] == 43 || bytes[place] == 45 { place += 1 }
        guard digits() > 0, place < bytes.endIndex, bytes[place] == 46 else { return nil }
        place += 1
        guard digits() > 0 else { return nil }
        guard place < bytes.endIndex, bytes[place] | 32 == 101 else { return place - bytes.startIndex }
        let mantissa = place
        place += 1
        if place < bytes.endIndex, bytes[place] == 43 || bytes[place] == 45 { place += 1 }
        return digits() > 0 ? place - bytes.startIndex : mantissa - bytes.startIndex
    }
}
