import TestKit
import Testing

@Suite(.serialized) struct CompletionKeyTests {
    @Test func tabCompletesThenLists() async throws {
        try await Probe.run { probe in
            let terminal = probe.terminal
            terminal.type("no\t")
            try await terminal.waitFor("node and a space") {
                $0.cursorLine == "probe(1)> node" && $0.cursorColumn == 15
            }
            terminal.press(.tab)
            let screen = try await terminal.waitFor("the list") { $0.cursorRow == 3 && $0.cursorColumn == 15 }
            #expect(
                screen.lines[..<4] == [
                    "probe(1)> node", "b@localhost  connected", "c@localhost  known", "probe(1)> node",
                ])
            terminal.type("b\t")
            try await terminal.waitForCursorLine("probe(1)> node b@localhost")
        }
    }

    @Test func theCommonPrefixComesFirst() async throws {
        try await Probe.run { probe in
            probe.terminal.type("c\t")
            try await probe.terminal.waitFor("co") { $0.cursorLine == "probe(1)> co" && $0.bells == 0 }
            probe.terminal.press(.tab)
            try await probe.terminal.waitFor("connect  join a node")
            try await probe.terminal.waitForCursorLine("probe(1)> co")
            probe.terminal.type("x\t")
            try await probe.terminal.waitFor("a bell") { $0.bells == 1 }
        }
    }

    @Test func keysBehindATabAreNotSwallowed() async throws {
        try await Probe.run { probe in
            probe.terminal.type("no\tb\t!\r")
            try await probe.terminal.waitFor("[node b@localhost !]")
        }
    }

    @Test func aListUnderAWrappedLineLeavesTheTextAlone() async throws {
        try await Probe.run(columns: 40, rows: 16) { probe in
            let filler = String(repeating: "x", count: 60)
            probe.terminal.type("\(filler) \t\t")
            let screen = try await probe.terminal.waitFor("the list") {
                $0.text.contains("c@localhost  known") && $0.occurrences(of: filler) == 2
            }
            #expect(screen.lines[2] == "b@localhost  connected")
            #expect(screen.lines[4...].joined().contains("probe(1)> " + filler))
        }
    }

    @Test func manyCandidatesAreAskedAbout() async throws {
        try await Probe.run(rows: 60) { probe in
            probe.terminal.type("many\t\t")
            try await probe.terminal.waitFor("Display all 120 possibilities? (y or n)")
            probe.post("not in between\n")
            probe.terminal.type("n")
            try await probe.terminal.waitForCursorLine("probe(1)> many")
            try await probe.terminal.waitFor("not in between")
            #expect(!probe.terminal.screen.text.contains("many77"))
            probe.terminal.type("\ty")
            try await probe.terminal.waitFor("many77")
            try await probe.terminal.waitForCursorLine("probe(1)> many")
        }
    }

    @Test func aSlowAnswerDoesNotHoldUpTyping() async throws {
        try await Probe.run { probe in
            // It comes while nothing has changed: used.
            probe.terminal.type("slow\t")
            try await probe.terminal.waitForCursorLine("probe(1)> slowly")
            probe.terminal.press(.controlU)
            // It comes when more was typed: dropped.
            probe.terminal.type("slow\t")
            probe.terminal.type("x")
            try await probe.terminal.waitForCursorLine("probe(1)> slowx")
            probe.terminal.enter("y")
            try await probe.terminal.waitFor("[slowxy]")
        }
    }
}
