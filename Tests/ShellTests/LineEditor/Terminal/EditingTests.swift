import Glibc
import TestKit
import Testing

@Suite(.serialized) struct EditingTests {
    @Test func keysMoveAndEdit() async throws {
        try await Probe.run { probe in
            let terminal = probe.terminal
            terminal.type("one two three")
            terminal.press(.controlLeft, times: 2)
            terminal.type("X")
            terminal.press(.home)
            terminal.type("<")
            terminal.press(.end)
            terminal.type(">")
            try await terminal.waitForCursorLine("probe(1)> <one Xtwo three>")
            terminal.type("\u{1B}[1~")
            terminal.press(.controlRight)
            terminal.type("-\u{1B}[4~!")
            terminal.press(.left)
            terminal.press(.delete)
            terminal.press(.pageDown)
            terminal.type("\u{1B}[2~")
            try await terminal.waitForCursorLine("probe(1)> <one- Xtwo three>")
            terminal.press(.controlW)
            try await terminal.waitForCursorLine("probe(1)> <one- Xtwo")
            terminal.press(.controlUnderscore)
            try await terminal.waitForCursorLine("probe(1)> <one- Xtwo three>")
            terminal.press(.enter)
            try await terminal.waitFor("[<one- Xtwo three>]")
            try await probe.ready(2)
        }
    }

    @Test func endOfFileOnAnEmptyLineLeavesACookedTerminal() async throws {
        try await Probe.run { probe in
            #expect(!probe.terminal.isCooked)
            #expect(probe.terminal.screen.isBracketedPasteOn)
            probe.terminal.press(.controlD)
            let exit = try await probe.terminal.waitForExit()
            #expect(exit == .code(0))
            #expect(probe.terminal.screen.lines[1] == "end of file")
            #expect(probe.terminal.isCooked)
            #expect(!probe.terminal.screen.isBracketedPasteOn)
        }
    }

    @Test(arguments: ["exit", "crash"]) func anyEndLeavesACookedTerminal(command: String) async throws {
        try await Probe.run(environment: ["SWIFT_BACKTRACE": "enable=no"]) { probe in
            probe.terminal.enter(command)
            let exit = try await probe.terminal.waitForExit()
            #expect((exit == .code(0)) == (command == "exit"))
            #expect(probe.terminal.isCooked)
            #expect(!probe.terminal.screen.isBracketedPasteOn)
        }
    }

    @Test(arguments: [15, 1] as [Int32]) func aSignalEndsTheLineAndLeavesACookedTerminal(signal: Int32) async throws {
        try await Probe.run { probe in
            probe.terminal.type("half a li")
            try await probe.terminal.waitForCursorLine("probe(1)> half a li")
            probe.terminal.send(signal: signal)
            let exit = try await probe.terminal.waitForExit()
            #expect(exit == .code(128 + signal))
            #expect(probe.terminal.screen.lines[1] == "terminated by \(signal)")
            #expect(probe.terminal.isCooked)
        }
    }

    @Test func rowsAreEditedInOneBuffer() async throws {
        try await Probe.run { probe in
            let terminal = probe.terminal
            terminal.enter("call(b,")
            terminal.enter("x,")
            try await terminal.waitFor("a third row") { $0.cursorRow == 2 && $0.cursorColumn == 2 }
            terminal.press(.up, times: 2)
            terminal.press(.end)
            terminal.press(.up)
            terminal.press(.down, times: 2)
            terminal.type("y)")
            try await terminal.waitForCursorLine("  y)")
            terminal.press(.enter)
            try await terminal.waitFor("[call(b,|  x,|  y)]")
            try await terminal.waitFor("the next prompt") { $0.cursorLine.hasPrefix("probe(2)>") }
            terminal.press(.up)
            try await terminal.waitFor("the entry recalled as one") {
                $0.lines.suffix(20).contains("probe(2)> call(b,")
            }
            terminal.press(.controlC)
            try await probe.ready(2)
        }
    }

    @Test func controlCDropsAllRowsAndKeepsTheCounter() async throws {
        try await Probe.run { probe in
            let terminal = probe.terminal
            terminal.enter("call(b,")
            terminal.type("more")
            terminal.press(.up)
            // Ctrl-C also throws away what the terminal has not delivered yet.
            try await terminal.waitFor("the cursor in the first row") {
                $0.lines[1] == "  more" && $0.cursorRow == 0
            }
            terminal.press(.controlC)
            let screen = try await terminal.waitFor("^C under the rows") { $0.cursorRow == 2 && $0.cursorColumn == 10 }
            #expect(screen.lines[..<3] == ["probe(1)> call(b,", "  more^C", "probe(1)>"])
            terminal.enter("fine")
            try await terminal.waitFor("[fine]")
        }
    }

    @Test func controlCEndsACommandAtOnce() async throws {
        try await Probe.run { probe in
            probe.terminal.enter("sleep")
            try await probe.terminal.waitFor("sleeping")
            let start = ContinuousClock.now
            probe.terminal.press(.controlC)
            try await probe.terminal.waitFor("interrupted")
            #expect(ContinuousClock.now - start < .seconds(2))
            try await probe.ready(2)
            #expect(probe.terminal.exit == nil)
        }
    }

    @Test func cancellingTheTaskEndsTheLine() async throws {
        try await Probe.run { probe in
            probe.terminal.enter("brief")
            try await probe.terminal.waitForCursorLine("brief>")
            probe.terminal.type("half")
            try await probe.terminal.waitForCursorLine("brief> half")
            probe.post("cancel\n")
            try await probe.terminal.waitFor("interrupted")
            try await probe.ready(2)
            probe.terminal.enter("fine")
            try await probe.terminal.waitFor("[fine]")
        }
    }

    @Test func aLineThatWasTypedAheadIsRead() async throws {
        try await Probe.run { probe in
            probe.terminal.enter("sleep")
            try await probe.terminal.waitFor("sleeping")
            // Ctrl-C throws away what was typed before it, not what comes after.
            probe.terminal.press(.controlC)
            try await probe.terminal.waitFor("interrupted")
            probe.terminal.enter("messages 2")
            probe.terminal.enter("second")
            probe.terminal.type("third")
            try await probe.terminal.waitFor("[second]")
            try await probe.terminal.waitForCursorLine("probe(4)> third")
        }
    }

    @Test func aViUserKeepsVi() async throws {
        var template = Array("/tmp/editrc-XXXXXX".utf8CString)
        let file = mkstemp(&template)
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        _ = "bind -v\n".withCString { write(file, $0, 8) }
        close(file)
        defer { unlink(path) }
        try await Probe.run(environment: ["EDITRC": path]) { probe in
            probe.terminal.type("(hello")
            probe.terminal.press(.enter)
            probe.terminal.type("world)\u{1B}0x")
            try await probe.terminal.waitForCursorLine("probe(1)> hello")
            probe.terminal.press(.enter)
            try await probe.terminal.waitFor("[hello|  world)]")
        }
    }

    @Test func homeAndEndKeepToTheRowFirst() async throws {
        try await Probe.run { probe in
            probe.terminal.enter("f(a")
            probe.terminal.type("b)")
            probe.terminal.press(.home)
            probe.terminal.type("1")
            probe.terminal.press(.controlA, times: 2)
            probe.terminal.type("2")
            probe.terminal.press(.end)
            probe.terminal.type("3")
            probe.terminal.press(.controlE, times: 2)
            probe.terminal.enter("4")
            try await probe.terminal.waitFor("[2f(a3|1  b)4]")
        }
    }

    @Test func controlCLeavesASearch() async throws {
        try await Probe.run { probe in
            probe.terminal.enter("alpha")
            try await probe.ready(2)
            probe.terminal.press(.controlR)
            probe.terminal.type("alp")
            try await probe.terminal.waitFor("bck:alp")
            probe.terminal.press(.controlC)
            try await probe.ready(2)
            probe.terminal.enter("beta")
            try await probe.terminal.waitFor("[beta]")
        }
    }

    @Test func pastedLinesDoNotRun() async throws {
        try await Probe.run { probe in
            let terminal = probe.terminal
            terminal.paste("put a\nput\tb\n")
            try await terminal.waitFor("both rows") { $0.lines[0] == "probe(1)> put a" && $0.lines[1] == "put     b" }
            #expect(!terminal.screen.text.contains("["))
            terminal.press(.enter)
            try await terminal.waitFor("[put a|put\u{20}")
            try await probe.ready(2)
            terminal.press(.up)
            try await terminal.waitFor("one entry of two rows") { $0.lines.contains("probe(2)> put a") }
        }
    }

    @Test func aLongPasteArrivesWhole() async throws {
        try await Probe.run { probe in
            let word = String(repeating: "x", count: 997)
            probe.terminal.paste((1...20).map { "\($0)\(word)" }.joined(separator: "\n"))
            probe.terminal.enter("END")
            try await probe.terminal.waitFor("the whole entry") {
                ($0.scrollback + $0.lines).joined().contains("|20\(word)END]")
            }
        }
    }

    @Test(arguments: ["C.UTF-8", "C", "POSIX", ""]) func textIsUTF8InAnyLocale(locale: String) async throws {
        try await Probe.run(environment: ["LC_ALL": locale]) { probe in
            probe.terminal.type("put \"żółw 日本\"")
            probe.terminal.press(.left, times: 2)
            probe.terminal.type("X")
            try await probe.terminal.waitForCursorLine("probe(1)> put \"żółw 日X本\"")
            probe.terminal.press(.enter)
            try await probe.terminal.waitFor("[put \"żółw 日X本\"]")
        }
    }

    @Test func colourFollowsTheEnvironment() async throws {
        try await Probe.run { #expect($0.terminal.screen.hasSeenColour) }
        try await Probe.run(environment: ["NO_COLOR": "1"]) { #expect(!$0.terminal.screen.hasSeenColour) }
        try await Probe.run(environment: ["TERM": "dumb"]) { probe in
            #expect(!probe.terminal.screen.hasSeenColour)
            probe.terminal.enter("works")
            try await probe.terminal.waitFor("[works]")
        }
    }

    @Test func anExternalEditorChangesTheEntry() async throws {
        try await Probe.run(environment: ["VISUAL": "sed -i -e s/world/everyone/"]) { probe in
            probe.terminal.type("hello world\u{18}\u{5}")
            try await probe.terminal.waitForCursorLine("probe(1)> hello everyone")
            probe.terminal.enter("!")
            try await probe.terminal.waitFor("[hello everyone!]")
        }
    }
}
