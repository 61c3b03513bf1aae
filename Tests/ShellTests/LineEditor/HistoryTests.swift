import Glibc
import Testing

@testable import Shell

@Suite struct HistoryTests {
    private final class Folder: Sendable {
        let path: String
        init() {
            var template = Array("/tmp/history-XXXXXX".utf8CString)
            path = String(cString: mkdtemp(&template))
        }
        deinit {
            unlink(path + "/state/history")
            rmdir(path + "/state")
            rmdir(path)
        }
        var history: String { path + "/state/history" }

        func write(_ text: String) {
            mkdir(path + "/state", 0o700)
            let file = fopen(history, "w")
            fputs(text, file)
            fclose(file)
        }

        func read() -> String {
            guard let file = fopen(history, "r") else { return "" }
            defer { fclose(file) }
            var bytes = [UInt8](repeating: 0, count: 1 << 20)
            return String(decoding: bytes[..<fread(&bytes, 1, bytes.count, file)], as: UTF8.self)
        }

        var mode: mode_t {
            var status = stat()
            stat(history, &status)
            return status.st_mode & 0o777
        }
    }

    private let folder = Folder()
    private func open(limit: Int = 100) -> History { History(path: folder.history, limit: limit) }

    @Test func entriesSurvive() {
        let history = open()
        for entry in ["node list", "fn ->\n  \"a\\nb\"\nend", "żółw\t日本"] { history.append(entry) }
        #expect(open().entries == ["node list", "fn ->\n  \"a\\nb\"\nend", "żółw\t日本"])
        #expect(folder.read().split(separator: "\n").count == 3)
        #expect(folder.mode == 0o600)
        #expect(history.lastFailure == nil)
    }

    @Test func parallelShellsLoseNothing() async {
        let shells = (0..<4).map { _ in open(limit: 10_000) }
        await withTaskGroup(of: Void.self) { group in
            for (number, shell) in shells.enumerated() {
                group.addTask { for entry in 0..<250 { shell.append("shell \(number) entry \(entry)") } }
            }
        }
        let entries = open(limit: 10_000).entries
        #expect(entries.count == 1000)
        for number in 0..<4 {
            #expect(
                entries.filter { $0.hasPrefix("shell \(number) ") } == (0..<250).map { "shell \(number) entry \($0)" })
        }
    }

    @Test func adjacentDuplicatesAndBlanksAreNotKept() {
        let history = open()
        #expect(["a", "a", "  ", "", "b", "a"].map { history.append($0) } == [true, false, false, false, true, true])
        #expect(open().entries == ["a", "b", "a"])
    }

    @Test(arguments: [
        " secret", "beamsh --cookie abc", ":erlang.set_cookie(:x)", "erlang:set_cookie(x).", "node   cookie b@h abc",
        "iex --name a -setcookie x", "Node.Set_Cookie(:a)",
    ]) func secretsStayInMemory(_ entry: String) {
        let history = open()
        history.append("before")
        history.append(entry)
        #expect(history.entries == ["before", entry])
        #expect(open().entries == ["before"])
    }

    @Test func brokenLinesAreSkipped() {
        folder.write("good\n\\q\n\n\\x0\n\\\nbell\\x07\nunfinished")
        #expect(open().entries == ["good", "bell\u{7}", "unfinished"])
        open().append("next")
        #expect(open().entries == ["good", "bell\u{7}", "unfinished", "next"])
    }

    @Test func modeIsNarrowed() {
        folder.write("a\n")
        chmod(folder.history, 0o644)
        open().append("b")
        #expect(folder.mode == 0o600)
    }

    @Test func onlyTheNewestAreKept() {
        let history = open(limit: 10)
        for number in 1...25 { history.append("\(number)") }
        #expect(history.entries == (16...25).map { "\($0)" })
        #expect(folder.read().split(separator: "\n").count == 25)
        // More than twice the limit: loading shortens the file; a shell that has it open goes on in the new one.
        #expect(open(limit: 10).entries == (16...25).map { "\($0)" })
        #expect(folder.read().split(separator: "\n").count == 10)
        history.append("26")
        #expect(open(limit: 10).entries == (17...26).map { "\($0)" })
    }

    @Test func clearForgetsEverywhere() {
        let history = open()
        history.append("a")
        let generation = history.generation
        history.clear()
        #expect(history.entries == [])
        #expect(open().entries == [])
        #expect(history.generation != generation)
    }

    @Test func anUnwritablePlaceIsTold() {
        let history = History(path: "/proc/nowhere/history")
        history.append("a")
        #expect(history.entries == ["a"])
        #expect(history.lastFailure == ENOENT)
        #expect(History(path: nil).append("a"))
    }
}
