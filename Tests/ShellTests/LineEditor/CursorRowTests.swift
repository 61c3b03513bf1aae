import Testing

import Shell

@Suite struct CursorRowTests {
    init() { LineEditor.prepareLocale() }

    private func row(_ text: String, at cursor: Int? = nil, prompt: Int = 0, columns: Int = 10) -> Int {
        cursorRow(promptColumns: prompt, text: text, cursor: cursor ?? text.unicodeScalars.count, columns: columns)
    }

    @Test func aFullRowMovesOnAtOnce() {
        #expect(row("123456789") == 0)
        #expect(row("1234567890") == 1)
        #expect(row("12345", prompt: 5) == 1)
        #expect(row("1234", prompt: 5) == 0)
    }

    @Test func onlyTextBeforeTheCursorCounts() {
        let text = String(repeating: "x", count: 35)
        #expect((0...35).map { row(text, at: $0) } == (0...35).map { $0 / 10 })
    }

    @Test func aPromptWiderThanTheScreenWraps() {
        #expect(row("", prompt: 25) == 2)
        #expect(row("12345", prompt: 25) == 3)
    }

    @Test func newlinesStartRows() {
        #expect(row("ab\ncd\n") == 2)
        // libedit leaves an empty row between a row that is exactly full and the next one.
        #expect(row("1234567890\nx") == 2)
    }

    @Test func wideCharactersDoNotStraddleTheMargin() {
        #expect(row("日日日日日") == 1)
        #expect(row("1日日日日") == 0)
        #expect(row("1日日日日日") == 1)
        #expect(LineGeometry.columns(of: "1日日") == 5)
    }

    @Test func combiningMarksTakeNoColumn() {
        #expect(row("12345678e\u{301}") == 0)
        #expect(row("123456789e\u{301}") == 1)
    }

    @Test func tabsGoToMultiplesOfEight() {
        #expect(LineGeometry.columns(of: "żółw") == 4)
        #expect(row("\t") == 0)
        #expect(row("\tx\t", columns: 20) == 0)
        #expect(row("\t\t", columns: 16) == 1)
    }

    @Test func controlCharactersAreSpelled() {
        #expect(row("\u{1}\u{1}\u{1}\u{1}") == 0)
        #expect(row("\u{1}\u{1}\u{1}\u{1}\u{1}") == 1)
    }

    @Test func absurdArgumentsAreHarmless() {
        #expect(row("abc", at: -4, prompt: -1, columns: 0) == 0)
        #expect(row("abc", at: 99, columns: 1) == 0)
    }
}
