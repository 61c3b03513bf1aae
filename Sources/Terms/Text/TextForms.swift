internal import BigInt

/// The shortest text that reads back as the same float: `1.0`, `1.0e10`, `1.5e-7`.
///
/// - Parameter isExact: from 2^53 on always with an exponent, and below it the
///   shorter form, as OTP 25 prints; else up to 10^16 without one, as Elixir 1.14.
func shortestText(_ value: Double, isExact: Bool = true) -> String {
    // Swift gives the shortest digits; only the form of the exponent differs.
    var text = value.description
    if let exponentAt = text.firstIndex(of: "e") {
        var mantissa = String(text[..<exponentAt])
        var exponent = String(text[text.index(after: exponentAt)...])
        if exponent.hasPrefix("+") { exponent.removeFirst() }
        let isNegative = exponent.hasPrefix("-")
        let digits = exponent.drop { $0 == "-" || $0 == "0" }
        if !mantissa.contains(".") { mantissa += ".0" }
        text = "\(mantissa)e\(isNegative ? "-" : "")\(digits.isEmpty ? "0" : String(digits))"
        return text
    }
    return compactExponent(text, isExact)
}

/// Swift writes up to 2^54 without exponent and from 1e-4; OTP chooses whichever is shorter.
private func compactExponent(_ text: String, _ isExact: Bool) -> String {
    let isNegative = text.hasPrefix("-")
    let body = isNegative ? String(text.dropFirst()) : text
    let parts = body.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else { return text }
    let whole = parts[0], fraction = parts[1] == "0" ? "" : parts[1]
    let allDigits = Array(whole + fraction)
    guard let first = allDigits.firstIndex(where: { $0 != "0" }),
        let last = allDigits.lastIndex(where: { $0 != "0" })
    else { return text }
    let exponent = whole.count - 1 - first
    let digits = String(allDigits[first...last])
    let mantissa = digits.count == 1 ? "\(digits).0" : "\(digits.prefix(1)).\(digits.dropFirst())"
    let scientific = "\(mantissa)e\(exponent)"
    // From 2^53 on not every digit before the point is one of the number: OTP 25 shows none.
    if isExact, exponent > 15 || (exponent == 15 && body >= "9007199254740992.0") {
        return (isNegative ? "-" : "") + scientific
    }
    if !isExact, (0..<16).contains(exponent) { return text }
    return scientific.count < body.count ? (isNegative ? "-" : "") + scientific : text
}

extension Unicode.Scalar {
    /// Whether the printers show it as it is.
    var isPrintableText: Bool {
        switch value {
        case 32...126, 160...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }
}
