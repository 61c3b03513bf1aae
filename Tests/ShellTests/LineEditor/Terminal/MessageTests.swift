import TestKit
import Testing

@Suite(.serialized) struct MessageTests {
    @Test func aMessageComesAboveTheLine() async throws {
        try await Probe.run { probe in
            let terminal = probe.terminal
            terminal.type("store put mca")
            terminal.press(.left, times: 3)
            try await terminal.waitFor("the cursor on m") { $0.cursorColumn == 20 }
            probe.post("b@localhost down\n")
            let screen = try await terminal.waitFor("the message") {
                $0.lines[0] == "b@localhost down" && $0.lines[1] == "probe(1)> store put mca" && $0.cursorColumn == 20
            }
            #expect(screen.cursorRow == 1)
            #expect(screen.occurrences(of: "probe(1)>") == 1)
            terminal.type("X")
            try await terminal.waitForCursorLine("probe(1)> store put Xmca")
        }
    }

    @Test func messagesComeAboveAWrappedLine() async throws {
        try await Probe.run(columns: 40, rows: 12) { probe in
            let terminal = probe.terminal
            let digits = String(repeating: "0123456789", count: 9)
            terminal.type(digits)
            terminal.press(.left, times: 20)
            // 10 columns of prompt and 70 of text: the first column of the third row.
            try await terminal.waitFor("the cursor") { $0.cursorRow == 2 && $0.cursorColumn == 0 }
            probe.post("first\nsecond\nthird\n")
            let screen = try await terminal.waitFor("the messages") { $0.cursorRow == 5 && $0.cursorColumn == 0 }
            #expect(screen.lines[..<3] == ["first", "second", "third"])
            #expect(screen.unwrappedText.hasSuffix("probe(1)> " + digits))
            #expect(screen.occurrences(of: digits) == 1)
            terminal.type("X")
            terminal.press(.enter)
            try await terminal.waitFor("the entry") { $0.unwrappedText.contains("[\(digits.dropLast(20))X0123456789") }
        }
    }

    @Test(arguments: ["日本語日本語日本語日本語日本語x", "0123456789012345678901234567890"])
    func messagesComeAboveALineThatFillsTheRow(text: String) async throws {
        // 10 columns of prompt; the text ends at, or wraps around, the margin of 40 columns.
        try await Probe.run(columns: 40, rows: 12) { probe in
            probe.terminal.type(text)
            try await probe.terminal.waitFor("the text") { $0.unwrappedText.hasSuffix(text) }
            for number in 1...3 {
                probe.post("message \(number)\n")
                try await probe.terminal.waitFor("message \(number)")
            }
            try await probe.terminal.waitFor("the text once, below") {
                $0.occurrences(of: "probe(1)> " + text) == 1 && $0.unwrappedText.hasSuffix(text)
            }
            probe.terminal.enter("!")
            try await probe.terminal.waitFor("the entry") { $0.unwrappedText.contains("[\(text)!]") }
        }
    }

    @Test func aFloodLosesNeitherKeysNorMessages() async throws {
        try await Probe.run { probe in
            let typed = "the quick brown fox jumps over dogs"
            for (index, key) in typed.enumerated() {
                probe.post((0..<43).map { "message \(index * 43 + $0)\n" }.joined())
                probe.terminal.type(String(key))
            }
            try await probe.terminal.waitFor("the last message") { $0.text.contains("message 1504\n") }
            try await probe.terminal.waitForCursorLine("probe(1)> " + typed)
            probe.terminal.press(.enter)
            try await probe.terminal.waitFor("[\(typed)]")
            probe.terminal.enter("count")
            let screen = try await probe.terminal.waitFor("count 1505")
            let shown = screen.text.split(separator: "\n").filter { $0.hasPrefix("message ") }
            #expect(shown == (0..<1505).map { "message \($0)" })
        }
    }

    @Test func messagesOfACommandComeInOrderBeforeThePrompt() async throws {
        try await Probe.run { probe in
            probe.terminal.enter("messages 3")
            try await probe.ready(2)
            let screen = try await probe.terminal.waitFor("own message 3")
            #expect(screen.text.contains("own message 1\nown message 2\nown message 3\n"))
        }
    }

    @Test func aMessageCannotControlTheTerminal() async throws {
        try await Probe.run { probe in
            probe.terminal.type("abc")
            probe.post("evil \u{1B}[2J\u{1B}[H\u{1B}[31mred\u{1B}[0m\n")
            try await probe.terminal.waitFor("evil ^[[2J^[[Hred")
            try await probe.terminal.waitForCursorLine("probe(1)> abc")
        }
    }

    @Test func messagesDuringASearchKeepIt() async throws {
        try await Probe.run { probe in
            probe.terminal.enter("alpha beta")
            try await probe.ready(2)
            probe.terminal.press(.controlR)
            probe.terminal.type("bet")
            try await probe.terminal.waitFor("bck:bet")
            probe.post("hello\n")
            let screen = try await probe.terminal.waitFor("hello")
            #expect(screen.occurrences(of: "bck:bet") <= 1)
            probe.terminal.press(.enter)
            try await probe.terminal.waitFor("the entry twice") { $0.occurrences(of: "[alpha beta]") == 2 }
        }
    }
}
