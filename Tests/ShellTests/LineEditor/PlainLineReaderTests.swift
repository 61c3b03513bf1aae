import Glibc
import Testing

@testable import Shell

@Suite struct PlainLineReaderTests {
    private struct Pipe {
        let reading: Int32
        let writing: Int32

        init() {
            var ends: [Int32] = [-1, -1]
            pipe(&ends)
            (reading, writing) = (ends[0], ends[1])
        }

        func write(_ bytes: some Collection<UInt8>) {
            let bytes = Array(bytes)
            #expect(Glibc.write(writing, bytes, bytes.count) == bytes.count)
        }

        func end() { close(writing) }
    }

    private func lines(_ input: [UInt8], maximumLength: Int = 1 << 20) async -> [String] {
        let pipe = Pipe()
        pipe.write(input)
        pipe.end()
        defer { close(pipe.reading) }
        var reader = PlainLineReader(descriptor: pipe.reading, maximumLength: maximumLength)
        var result: [String] = []
        while true {
            do {
                guard let line = try await reader.next() else { return result }
                result.append(line)
            } catch {
                result.append("error: \(error)")
            }
        }
    }

    @Test func linesOfAllKinds() async {
        #expect(await lines(Array("one\ntwo\r\n\nżółw\nlast".utf8)) == ["one", "two", "", "żółw", "last"])
        #expect(await lines([]) == [])
        #expect(await lines(Array("\n".utf8)) == [""])
        #expect(await lines(Array("a\u{0}b\n".utf8)) == ["a\u{0}b"])
    }

    @Test func aBadLineDoesNotEndTheReading() async {
        #expect(
            await lines(Array("good\nż".utf8) + [0xFF, 0x0A] + Array("good again".utf8)) == [
                "good", "error: line 2: invalid UTF-8 at byte 3", "good again",
            ])
        #expect(
            await lines(Array("four\nfive5\nlonger\nend\n".utf8), maximumLength: 4) == [
                "four", "error: line 2: too long", "error: line 3: too long", "end",
            ])
    }

    @Test func dripFedLinesComeAsTheyAreComplete() async throws {
        let pipe = Pipe()
        defer { close(pipe.reading) }
        var reader = PlainLineReader(descriptor: pipe.reading)
        for number in 1...20 {
            for byte in "line \(number) żółw\n".utf8 { pipe.write([byte]) }
            #expect(try await reader.next() == "line \(number) żółw")
            #expect(reader.lineNumber == number)
        }
        pipe.write("rest".utf8)
        pipe.end()
        #expect(try await reader.next() == "rest")
        #expect(try await reader.next() == nil)
        #expect(try await reader.next() == nil)
    }

    @Test func aLineLongerThanTheBufferArrivesWhole() async throws {
        let pipe = Pipe()
        let text = String(repeating: "0123456789", count: 100_000)
        let writer = Task.detached {
            var rest = Array((text + "\nshort\n").utf8)[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(pipe.writing, $0.baseAddress, $0.count) }
                rest = rest.dropFirst(max(0, count))
            }
            pipe.end()
        }
        var reader = PlainLineReader(descriptor: pipe.reading)
        #expect(try await reader.next() == text)
        #expect(try await reader.next() == "short")
        #expect(try await reader.next() == nil)
        await writer.value
        close(pipe.reading)
    }

    @Test func aClosedDescriptorIsAnErrorOnce() async throws {
        var reader = PlainLineReader(descriptor: -1)
        await #expect(throws: PlainLineError.unreadable(code: EBADF)) { try await reader.next() }
        #expect(try await reader.next() == nil)
    }

    @Test(arguments: 1...12) func splitterGivesTheSameLinesInAnyCut(size: Int) {
        let input = Array("a\n\nlonger line\r\nb\u{0}\n too long by far \nend".utf8)
        func split(_ size: Int) -> [LineSplitter.Line] {
            var splitter = LineSplitter(maximumLength: 12)
            var lines: [LineSplitter.Line] = []
            for start in stride(from: 0, to: input.count, by: size) {
                splitter.append(input[start..<min(input.count, start + size)])
                while let line = splitter.next() { lines.append(line) }
            }
            while let line = splitter.last() { lines.append(line) }
            return lines.map { if case .bytes(let bytes) = $0 { .bytes(Array(bytes)[...]) } else { $0 } }
        }
        #expect(split(size) == split(input.count))
        #expect(split(size).count == 6)
    }
}
