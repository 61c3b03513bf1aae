/// Collects a bracketed paste up to `ESC [ 201 ~`.
struct PasteBuffer {
    private static let end: [Unicode.Scalar] = ["\u{1B}", "[", "2", "0", "1", "~"]
    private var scalars: [Unicode.Scalar] = []
    private(set) var isComplete = false

    mutating func append(_ scalar: Unicode.Scalar) {
        scalars.append(scalar)
        if scalar == "~", scalars.suffix(Self.end.count) == Self.end[...] {
            scalars.removeLast(Self.end.count)
            isComplete = true
        }
    }

    /// The text with LF as line ends and without other control characters than tabs; without newlines at the end if asked.
    ///
    /// The terminal driver has swapped CR and LF on the way (libedit's modes), so CR LF arrives as LF CR.
    func text(trimmingNewlines: Bool) -> String {
        var result = String.UnicodeScalarView()
        var previous: Unicode.Scalar = " "
        for scalar in scalars {
            defer { previous = scalar }
            switch scalar {
            case "\n": result.append("\n")
            case "\r": if previous != "\n" { result.append("\n") }
            case "\t": result.append("\t")
            case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value): continue
            default: result.append(scalar)
            }
        }
        if trimmingNewlines { while result.last == "\n" { result.removeLast() } }
        return String(result)
    }
}
