import Testing

@testable import Shell

@Suite struct InputTests {
    private func decode(_ chunks: [[UInt8]]) -> String {
        var decoder = ScalarDecoder()
        var result = String.UnicodeScalarView()
        for chunk in chunks {
            decoder.append(chunk)
            while let scalar = decoder.next() { result.append(scalar) }
        }
        return String(result)
    }

    @Test func charactersSurviveAnyCut() {
        let text = "aż日🙂z"
        let bytes = Array(text.utf8)
        #expect(decode([bytes]) == text)
        #expect(decode(bytes.map { [$0] }) == text)
        for cut in bytes.indices { #expect(decode([Array(bytes[..<cut]), Array(bytes[cut...])]) == text) }
    }

    @Test(
        arguments: [
            [0x61, 0xFF, 0x62], [0x61, 0xC5, 0x62], [0x61, 0x80, 0x62], [0x61, 0xE0, 0x80, 0x80, 0x62],
            [0x61, 0xED, 0xA0, 0x80, 0x62], [0x61, 0xF4, 0x90, 0x80, 0x80, 0x62], [0x61, 0xC0, 0xAF, 0x62],
        ] as [[UInt8]]) func invalidBytesAreDropped(_ bytes: [UInt8])
    {
        #expect(decode([bytes]) == "ab")
        #expect(decode(bytes.map { [$0] }) == "ab")
    }

    private func paste(_ text: String, trimming: Bool = true) -> String? {
        var buffer = PasteBuffer()
        for scalar in text.unicodeScalars { buffer.append(scalar) }
        return buffer.isComplete ? buffer.text(trimmingNewlines: trimming) : nil
    }

    @Test func aPasteEndsAtItsBracketOnly() {
        #expect(paste("a\u{1B}[20") == nil)
        #expect(paste("a\u{1B}[201~") == "a")
        #expect(paste("a~[201~\u{1B}[201~") == "a~[201~")
    }

    @Test func lineEndsOfAPasteAreNewlines() {
        // As they arrive: CR and LF swapped by the terminal driver.
        #expect(paste("one\ntwo\rthree\n\rfour\n\r\u{1B}[201~") == "one\ntwo\nthree\nfour")
        #expect(paste("one\n\ntwo\n\u{1B}[201~", trimming: false) == "one\n\ntwo\n")
    }

    @Test func controlCharactersOfAPasteAreDropped() {
        #expect(paste("a\u{3}\tb\u{1B}[A\u{1B}[201~") == "a\tb[A")
    }
}
