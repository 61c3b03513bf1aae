internal import Support

/// Lines that several ask for, each getting the next: a script on standard input, and what it runs that reads input too.
final class SharedLineReader: Sendable {
    static let standardInput = SharedLineReader(descriptor: 0)

    private let turns = Turns()
    private let reader: Locked<PlainLineReader>
    private let lines = Locked(0)

    init(descriptor: Int32) { reader = Locked(PlainLineReader(descriptor: descriptor)) }

    /// The number of the line that ``next()`` gave last, from 1.
    var lineNumber: Int { lines.withLock { $0 } }

    /// The next line without its line end; nothing at the end of the input.
    func next() async throws(PlainLineError) -> String? {
        await turns.take()
        defer { turns.give() }
        // Only who has the turn touches the reader, so that it may be copied out and back.
        var current = reader.withLock { $0 }
        defer {
            let done = current
            reader.withLock { $0 = done }
            lines.withLock { $0 = done.lineNumber }
        }
        return try await current.next()
    }
}
