internal import Glibc
internal import Support

/// A line that could not be read; the next one can.
public enum PlainLineError: Error, Equatable, CustomStringConvertible {
    /// The bytes of line `line` are not UTF-8, first at `offset` bytes into it.
    case invalidUTF8(line: Int, offset: Int)
    /// Line `line` is longer than the reader allows.
    case tooLong(line: Int)
    /// read(2) failed with `code` (errno).
    case unreadable(code: Int32)

    public var description: String {
        switch self {
        case .invalidUTF8(let line, let offset): "line \(line): invalid UTF-8 at byte \(offset + 1)"
        case .tooLong(let line): "line \(line): too long"
        case .unreadable(let code): "cannot read: \(String(cString: strerror(code)))"
        }
    }
}

/// Lines of a script, a pipe or a file: what replaces the editor when standard input is no terminal.
///
/// Reads 64 KiB at a time, on a thread of its own and only when asked, so the cooperative pool never waits for the input.
/// (libedit reads a pipe byte by byte and cuts lines at NUL.) No prompt, no echo, no escape sequences.
public struct PlainLineReader: Sendable {
    /// The number of the line that `next` gave last, from 1.
    public private(set) var lineNumber = 0
    private var splitter: LineSplitter
    private var isAtEnd = false
    private let source: BlockingReader

    /// Reads from `descriptor`, which stays open. Lines over `maximumLength` bytes are errors.
    public init(descriptor: Int32 = 0, maximumLength: Int = 64 << 20) {
        source = BlockingReader(descriptor: descriptor)
        splitter = LineSplitter(maximumLength: maximumLength)
    }

    /// The next line without its line end, or nil at the end of the input.
    ///
    /// After an error of one line the next call goes on with the line after it; after `unreadable` the input has ended.
    public mutating func next() async throws(PlainLineError) -> String? {
        while true {
            if let line = isAtEnd ? splitter.last() : splitter.next() {
                lineNumber += 1
                return try text(of: line)
            }
            if isAtEnd { return nil }
            switch await source.read() {
            case .bytes(let bytes): splitter.append(bytes)
            case .end: isAtEnd = true
            case .failure(let code):
                isAtEnd = true
                throw .unreadable(code: code)
            }
        }
    }

    private func text(of line: LineSplitter.Line) throws(PlainLineError) -> String {
        guard case .bytes(let bytes) = line else { throw .tooLong(line: lineNumber) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .invalidUTF8(line: lineNumber, offset: Self.validPrefix(of: bytes))
        }
        return text
    }

    private static func validPrefix(of bytes: ArraySlice<UInt8>) -> Int {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var valid = 0
        while case .scalarValue(let scalar) = decoder.decode(&iterator) { valid += UTF8.width(scalar) }
        return valid
    }
}
