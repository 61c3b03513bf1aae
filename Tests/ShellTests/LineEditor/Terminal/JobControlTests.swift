import TestKit
import Testing

@Suite(.serialized) struct JobControlTests {
    @Test func suspendAndResumeUnderAShell() async throws {
        let shell = ["/bin/bash", "--norc", "--noprofile", "-i"]
        try await Probe.run(environment: ["PS1": "shell% "], shell: shell) { probe in
            let terminal = probe.terminal
            try await terminal.waitForCursorLine("shell%")
            terminal.enter(Probe.executable)
            try await probe.ready(1)
            terminal.type("abc")
            try await terminal.waitForCursorLine("probe(1)> abc")
            terminal.press(.controlZ)
            try await terminal.waitFor("Stopped")
            try await terminal.waitForCursorLine("shell%")
            #expect(terminal.screen.text.contains("probe(1)> abc^Z"))
            terminal.enter("fg")
            try await terminal.waitForCursorLine("probe(1)> abc")
            terminal.press(.left)
            terminal.type("X")
            try await terminal.waitForCursorLine("probe(1)> abXc")
            terminal.press(.enter)
            try await terminal.waitFor("[abXc]")
            terminal.enter("sleep")
            try await terminal.waitFor("sleeping")
            terminal.press(.controlZ)
            try await terminal.waitForCursorLine("shell%")
            terminal.enter("fg")
            try await terminal.waitFor("fg echoed twice") { $0.occurrences(of: "shell% fg") == 2 }
            terminal.press(.controlC)
            try await probe.ready(3)
            terminal.enter("exit")
            try await terminal.waitForCursorLine("shell%")
            terminal.enter("stty -a | tr ' ' '\\n' | grep -x -e icanon -e echo -e isig | sort | tr '\\n' ,")
            try await terminal.waitFor("echo,icanon,isig,")
        }
    }

    @Test func aContinuedProcessRepaints() async throws {
        try await Probe.run { probe in
            probe.terminal.type("abc")
            try await probe.terminal.waitForCursorLine("probe(1)> abc")
            probe.terminal.send(signal: 19)
            probe.terminal.send(signal: 18)
            probe.terminal.type("d")
            try await probe.terminal.waitForCursorLine("probe(1)> abcd")
        }
    }

    @Test func resizingRepaintsTheLineOnce() async throws {
        try await Probe.run(columns: 60) { probe in
            let terminal = probe.terminal
            let digits = String(repeating: "0123456789", count: 8)
            terminal.type(digits)
            try await terminal.waitFor("two rows") { $0.cursorRow == 1 && $0.cursorColumn == 30 }
            terminal.resize(columns: 40, rows: 24)
            terminal.type("Z")
            let screen = try await terminal.waitFor("the line in 40 columns") {
                $0.unwrappedText == "probe(1)> \(digits)Z"
            }
            #expect(screen.cursorRow == 2 && screen.cursorColumn == 11)
            terminal.resize(columns: 2, rows: 2)
            terminal.resize(columns: 80, rows: 24)
            terminal.press(.enter)
            try await terminal.waitFor("the entry") { $0.unwrappedText.contains("[\(digits)Z]") }
            #expect(terminal.exit == nil)
        }
    }
}
