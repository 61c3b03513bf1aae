internal import Language
internal import Node
internal import Support
public import Terms

/// The prompt: reads lines with the editor until the user leaves.
public struct Interactive: Sendable {
    let session: Session
    let editor: LineEditor
    private let turns = Turns()

    /// - Throws: `LineEditor.SetUpError` when there is no terminal.
    public init(session: Session, historyPath: String?, colour: Bool) throws {
        self.session = session
        var configuration = LineEditor.Configuration()
        if let historyPath { configuration.history = History(path: historyPath) }
        configuration.colour = colour
        let completer = Completer(session: session)
        configuration.completer = { text, cursor in
            if let peers = session.completer.withLock({ $0 }) { return await peers(text, cursor) }
            return await completer.completions(text, cursor)
        }
        configuration.completeness = { text in
            session.isIncomplete(text) ? .incomplete(indentation: 2) : .complete
        }
        editor = try LineEditor(configuration)
    }

    /// Shows text above the prompt, from any thread.
    public func post(_ text: String) { editor.post(message: text.hasSuffix("\n") ? String(text.dropLast()) : text) }

    /// Runs lines until the user leaves; returns the exit code.
    public func run() async -> Int32 {
        let current = RunningTask()
        editor.setInterruptHandler { current.cancel() }
        let device = EditorDevice(editor: editor, turns: turns, current: current)
        session.terminal.withLock { $0 = device }
        session.node.device = device
        editor.setTerminationHandler { [session] _ in
            session.requestExit(0)
            current.cancel()
        }
        var counter = 1
        var code: Int32 = 0
        reading: while session.requestedExit == nil {
            // Whoever asked for input before has his turn first.
            await turns.take()
            let event = await editor.readLine(prompt: prompt(counter))
            turns.give()
            switch event {
            case .line(let line):
                if await run(line, current) { counter += 1 }
            case .interrupted: continue
            case .endOfFile: break reading
            case .terminated(let signal):
                code = 128 + signal
                break reading
            }
        }
        await editor.close()
        return session.requestedExit ?? code
    }

    /// Runs the shell of another node instead of lines here; returns when it has ended.
    public func runRemote(_ target: Atom) async throws {
        let current = RunningTask()
        let device = EditorDevice(editor: editor, turns: turns, current: current)
        session.node.device = device
        let work = Task.detached { [session] in
            try await RemoteShell(session: session, terminal: device).run(target, nil)
        }
        editor.setTerminationHandler { _ in work.cancel() }
        let result = await work.result
        await editor.close()
        try result.get()
    }

    /// Runs one line as a task that Ctrl-C cancels; false for an empty one.
    private func run(_ line: String, _ current: RunningTask) async -> Bool {
        let box = CountBox()
        let start = monotonicNanoseconds()
        let task = Task.detached { [session, editor] in
            do {
                guard let result = try await session.run(line) else { return }
                box.set()
                if let text = session.render(result) { editor.post(message: text) }
            } catch let failure as Failure {
                box.set()
                editor.post(message: session.render(failure, line: line, source: nil))
            } catch {
                editor.post(message: "error: \(error)")
            }
        }
        current.set(task)
        let hint = Task.detached { [editor] in
            try? await Task.sleep(nanoseconds: 2_000_000_000)
            while !Task.isCancelled, !current.isLent {
                let seconds = (monotonicNanoseconds() - start) / 1_000_000_000
                editor.post(message: "still running after \(seconds) s: Ctrl-C interrupts")
                try? await Task.sleep(nanoseconds: 10_000_000_000)
            }
        }
        await task.value
        hint.cancel()
        current.set(nil)
        if session.settings.withLock({ $0.showsTime }) {
            editor.post(message: "\(Double((monotonicNanoseconds() - start) / 1000) / 1000) ms")
        }
        await editor.flush()
        return box.isSet
    }

    private func prompt(_ counter: Int) -> Prompt {
        var prompt = Prompt()
        if session.node.isAlive {
            prompt.append(session.node.name.name, style: .green)
        } else {
            prompt.append("beamsh", style: .bold)
        }
        prompt.append("(\(counter))> ")
        return prompt
    }
}

private func monotonicNanoseconds() -> Int64 { SystemTimeSource().monotonicNanoseconds() }

/// Whether a line counted.
private final class CountBox: Sendable {
    private let value = Locked(false)

    func set() { value.withLock { $0 = true } }
    var isSet: Bool { value.withLock { $0 } }
}
