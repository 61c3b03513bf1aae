import Testing

@testable import Shell

@Suite struct CompletionTests {
    init() { LineEditor.prepareLocale() }

    @Test func commonPrefix() {
        func prefix(_ words: String...) -> String {
            Completions(start: 0, items: words.map { Completion($0) }).commonPrefix
        }
        #expect(prefix() == "")
        #expect(prefix("node") == "node")
        #expect(prefix("node", "nod", "noun") == "no")
        #expect(prefix("żółw", "żółty") == "żół")
        #expect(prefix("a", "b") == "")
    }

    @Test func describedCandidatesTakeARowEach() {
        let items = [Completion("node", detail: "about nodes"), Completion("connect", detail: "join"), Completion("x")]
        #expect(CompletionList.rows(items, columns: 80) == ["node     about nodes", "connect  join", "x"])
        #expect(CompletionList.rows(items, columns: 16) == ["node     about…", "connect  join", "x"])
    }

    @Test func bareCandidatesFillColumnsDownward() {
        let items = (1...7).map { Completion("item\($0)") }
        #expect(
            CompletionList.rows(items, columns: 24) == ["item1  item4  item7", "item2  item5", "item3  item6"])
    }

    @Test(arguments: 1...30) func noRowWraps(columns: Int) {
        let items = ["日本語", "a", "long-long-long"].map { Completion($0, detail: "żółw i reszta") }
        for row in CompletionList.rows(items, columns: columns) {
            #expect(LineGeometry.columns(of: row) <= max(1, columns - 1))
        }
    }

    @Test func candidatesCannotCarryControlCharacters() {
        #expect(Completion("a\u{1B}[2J\nb", detail: "x\ny").text == "a^[[2J b")
    }
}
