/// Cuts bytes into lines; knows nothing of where they come from.
///
/// A line ends with LF or CR LF; the last one may end with the input. NUL is a byte like others.
struct LineSplitter {
    private var bytes: [UInt8] = []
    private var lineStart = 0
    private var scanned = 0
    private var isSkipping = false
    private let maximumLength: Int

    enum Line: Equatable {
        case bytes(ArraySlice<UInt8>)
        /// Longer than `maximumLength`; the rest of the line is skipped.
        case tooLong
    }

    init(maximumLength: Int) { self.maximumLength = maximumLength }

    mutating func append(_ new: some Collection<UInt8>) {
        if lineStart > 0 {
            bytes.removeSubrange(..<lineStart)
            scanned -= lineStart
            lineStart = 0
        }
        bytes.append(contentsOf: new)
    }

    /// The next line that is complete.
    mutating func next() -> Line? {
        while let end = bytes[scanned...].firstIndex(of: UInt8(ascii: "\n")) {
            let start = lineStart
            lineStart = end + 1
            scanned = lineStart
            if isSkipping {
                isSkipping = false
                continue
            }
            if end - start > maximumLength { return .tooLong }
            return .bytes(Self.withoutReturn(bytes[start..<end]))
        }
        scanned = bytes.count
        if isSkipping {
            discard()
        } else if bytes.count - lineStart > maximumLength + 1 {
            discard()
            isSkipping = true
            return .tooLong
        }
        return nil
    }

    /// What is left when the input has ended.
    mutating func last() -> Line? {
        if let line = next() { return line }
        guard !isSkipping, lineStart < bytes.count else { return nil }
        let rest = bytes[lineStart...]
        discard()
        return rest.count > maximumLength ? .tooLong : .bytes(rest)
    }

    private mutating func discard() {
        bytes = []
        lineStart = 0
        scanned = 0
    }

    private static func withoutReturn(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    }
}
