import Glibc
import Shell
import TestKit
import Testing

@Suite(.serialized) struct HistoryKeyTests {
    private func withHistory(_ body: (String) async throws -> Void) async throws {
        var template = Array("/tmp/history-XXXXXX".utf8CString)
        let folder = String(cString: mkdtemp(&template))
        defer {
            unlink(folder + "/history")
            rmdir(folder)
        }
        try await body(folder + "/history")
    }

    @Test func twoShellsKeepEachOthersEntries() async throws {
        try await withHistory { path in
            let environment = ["PROBE_HISTORY": path]
            try await Probe.run(environment: environment) { a in
                try await Probe.run(environment: environment) { b in
                    a.terminal.enter("store put t 1 \"a\"")
                    try await a.ready(2)
                    b.terminal.enter("node list")
                    try await b.ready(2)
                    a.terminal.enter(" secret")
                    try await a.ready(3)
                    a.terminal.enter("connect --cookie x")
                    try await a.ready(4)
                    // Not written, but there.
                    a.terminal.press(.up, times: 2)
                    try await a.terminal.waitForCursorLine("probe(4)>  secret")
                    a.terminal.press(.controlU)
                    for shell in [a, b] {
                        shell.terminal.press(.controlD)
                        let exit = try await shell.terminal.waitForExit()
                        #expect(exit == .code(0))
                    }
                }
            }
            #expect(History(path: path).entries == ["store put t 1 \"a\"", "node list"])
            try await Probe.run(environment: environment) { shell in
                shell.terminal.press(.up)
                try await shell.terminal.waitForCursorLine("probe(1)> node list")
                shell.terminal.press(.up)
                try await shell.terminal.waitForCursorLine("probe(1)> store put t 1 \"a\"")
                shell.terminal.press(.down, times: 2)
                try await shell.ready(1)
                shell.terminal.press(.controlR)
                shell.terminal.type("put")
                try await shell.terminal.waitFor("probe(1)> store put t 1 \"a\"")
                shell.terminal.press(.enter)
                try await shell.terminal.waitFor("[store put t 1 \"a\"]")
            }
        }
    }

    @Test func pageUpSearchesByPrefix() async throws {
        try await Probe.run { probe in
            for (index, entry) in ["alpha 1", "beta 2", "alpha 3", "gamma 4"].enumerated() {
                probe.terminal.enter(entry)
                try await probe.ready(index + 2)
            }
            probe.terminal.type("al")
            probe.terminal.press(.pageUp, times: 2)
            try await probe.terminal.waitForCursorLine("probe(5)> alpha 1")
            probe.terminal.press(.pageDown)
            try await probe.terminal.waitForCursorLine("probe(5)> alpha 3")
        }
    }
}
