/// One history entry as one line of the file: `\` is `\\`, newline `\n`, other control characters `\xNN`; the rest as it is.
enum HistoryEntryCoding {
    static func encode(_ entry: String) -> String {
        var line = ""
        for scalar in entry.unicodeScalars {
            switch scalar {
            case "\\": line += "\\\\"
            case "\n": line += "\\n"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                line += "\\x" + (digits.count == 1 ? "0" : "") + digits
            default: line.unicodeScalars.append(scalar)
            }
        }
        return line
    }

    /// The entry of a line, or nil if the line is broken: not UTF-8, empty, or with an escape that `encode` does not write.
    static func decode(_ bytes: some Collection<UInt8>) -> String? {
        guard let line = String(validating: bytes, as: UTF8.self), !line.isEmpty else { return nil }
        guard line.utf8.contains(UInt8(ascii: "\\")) else { return line }
        var entry = String.UnicodeScalarView()
        var scalars = line.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            guard scalar == "\\" else {
                entry.append(scalar)
                continue
            }
            switch scalars.next() {
            case "\\": entry.append("\\")
            case "n": entry.append("\n")
            case "x":
                guard let high = hexDigit(scalars.next()), let low = hexDigit(scalars.next()) else { return nil }
                entry.append(Unicode.Scalar(high << 4 | low))
            default: return nil
            }
        }
        return String(entry)
    }

    private static func hexDigit(_ scalar: Unicode.Scalar?) -> UInt8? {
        guard let scalar, let value = Character(scalar).hexDigitValue, scalar.isASCII else { return nil }
        return UInt8(value)
    }
}
