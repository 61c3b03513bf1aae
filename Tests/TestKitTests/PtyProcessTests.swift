import TestKit
import Testing

@Suite struct PtyProcessTests {
    @Test func keysGoInAndTextComesOut() async throws {
        let cat = try PtyProcess("/bin/cat", environment: [:])
        cat.enter("hello")
        try await cat.waitFor("hello echoed and repeated") { $0.lines[..<2] == ["hello", "hello"] }
        #expect(cat.isCooked)
        cat.press(.controlD)
        let exit = try await cat.waitForExit()
        #expect(exit == .code(0))
    }

    @Test func theTerminalMakesSignals() async throws {
        let sleep = try PtyProcess("/bin/sleep", arguments: ["60"])
        sleep.press(.controlC)
        let exit = try await sleep.waitForExit()
        #expect(exit == .signal(2))
    }

    @Test func theSizeIsTheChilds() async throws {
        let shell = try PtyProcess(
            "/bin/sh", arguments: ["-c", "stty size; read x; stty size; exit 3"], columns: 33, rows: 7)
        try await shell.waitFor("7 33")
        shell.resize(columns: 44, rows: 8)
        shell.press(.enter)
        try await shell.waitFor("8 44")
        let exit = try await shell.waitForExit()
        #expect(exit == .code(3))
    }

    @Test func waitingEndsWithAPicture() async throws {
        let cat = try PtyProcess("/bin/cat")
        cat.type("something")
        try await cat.waitFor("something")
        let failure = await #expect(throws: PtyProcess.Failure.self) { try await cat.waitFor("else", seconds: 0.1) }
        #expect(failure?.description.contains(">|something") == true)
        await cat.kill()
        #expect(cat.exit == .signal(9))
    }

    @Test func aMissingProgramIsAnError() {
        #expect(throws: PtyProcess.Failure.self) { try PtyProcess("/nonexistent") }
    }
}
