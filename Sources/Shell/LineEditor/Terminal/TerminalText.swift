/// Text made safe for a terminal: what others wrote can neither move the cursor nor switch modes.
public enum TerminalText {
    /// `text` without control characters, except newline and tab, and colour sequences (`ESC[...m`) if `allowingColour`.
    /// Other control characters show as `^X`, those above 0x7F as U+FFFD.
    public static func sanitised(_ text: String, allowingColour: Bool) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var result = String.UnicodeScalarView()
        let scalars = Array(text.unicodeScalars)
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            if scalar == "\u{1B}", let end = endOfColour(scalars, from: index) {
                if allowingColour { result.append(contentsOf: scalars[index..<end]) }
                index = end
                continue
            }
            index += 1
            switch scalar {
            case "\n", "\t": result.append(scalar)
            case "\r" where index < scalars.count && scalars[index] == "\n": break
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                result.append("^")
                result.append(Unicode.Scalar(UInt8(scalar.value) ^ 0x40))
            case _ where isControl(scalar): result.append("\u{FFFD}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
    }

    /// The index after a sequence `ESC [ digits ; : m` that begins at `start`.
    private static func endOfColour(_ scalars: [Unicode.Scalar], from start: Int) -> Int? {
        guard start + 1 < scalars.count, scalars[start + 1] == "[" else { return nil }
        var index = start + 2
        while index < scalars.count {
            switch scalars[index] {
            case "0"..."9", ";", ":": index += 1
            case "m": return index + 1
            default: return nil
            }
        }
        return nil
    }
}
