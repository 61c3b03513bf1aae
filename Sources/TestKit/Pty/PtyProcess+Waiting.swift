internal import Glibc
internal import Support

/// Waiting for the screen.
extension PtyProcess {
    /// Returns the screen as soon as `condition` holds for it; throws with a picture of it after `seconds`.
    @discardableResult
    public func waitFor(
        _ what: String, seconds: Double = 20, _ condition: @escaping @Sendable (VirtualScreen) -> Bool
    ) async throws(Failure) -> VirtualScreen {
        // The screen that satisfied the condition, not a later one.
        let found = Locked<VirtualScreen?>(nil)
        let box = Found(value: found)
        let isFound = await wait(seconds: seconds) { screen, _ in
            guard condition(screen) else { return false }
            box.value.withLock { $0 = screen }
            return true
        }
        if isFound, let screen = box.value.withLock({ $0 }) { return screen }
        throw Failure(description: "waited for \(what); the screen is\n\(picture)")
    }

    /// Returns the screen as soon as `text` is on it or in the scrollback, on one row.
    @discardableResult
    public func waitFor(_ text: String, seconds: Double = 20) async throws(Failure) -> VirtualScreen {
        try await waitFor("\"\(text)\"", seconds: seconds) { $0.text.contains(text) }
    }

    /// Returns the screen as soon as the row of the cursor is `text` up to spaces at its end.
    @discardableResult
    public func waitForCursorLine(_ text: String, seconds: Double = 20) async throws(Failure) -> VirtualScreen {
        try await waitFor("cursor on \"\(text)\"", seconds: seconds) { $0.cursorLine == text }
    }

    /// Returns how the program ended, as soon as it has.
    public func waitForExit(seconds: Double = 20) async throws(Failure) -> Exit {
        if await wait(seconds: seconds, until: { _, exit in exit != nil }), let exit { return exit }
        throw Failure(description: "waited for the program to end; the screen is\n\(picture)")
    }

    private var picture: String {
        let screen = screen
        let lines = screen.lines.enumerated().map { ($0.offset == screen.cursorRow ? ">|" : " |") + $0.element }
        return lines.joined(separator: "\n")
            + "\ncursor at column \(screen.cursorColumn), exit \(String(describing: exit))"
    }

    func wait(seconds: Double, until condition: @escaping @Sendable (VirtualScreen, Exit?) -> Bool) async -> Bool {
        let deadline = Self.now() + Int64(seconds * 1e9)
        return await withCheckedContinuation { continuation in
            let isRunning = state.withLock { state in
                guard state.exit == nil else { return false }
                state.nextWaiter += 1
                state.waiters[state.nextWaiter] = Waiter(
                    isSatisfied: condition, deadline: deadline, continuation: continuation)
                return true
            }
            if isRunning { return wake() }
            // After the end nothing changes any more.
            let (screen, exit) = state.withLock { ($0.screen, $0.exit) }
            continuation.resume(returning: condition(screen, exit))
        }
    }

    private func wake() {
        var byte: UInt8 = 0
        _ = write(wakeUp.writing, &byte, 1)
    }

    private static func now() -> Int64 { SystemTimeSource().monotonicNanoseconds() }

    // MARK: The reading thread

    func serve() {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let next = serveWaiters()
            if exit != nil { return }
            var descriptors = [
                pollfd(fd: master, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wakeUp.reading, events: Int16(POLLIN), revents: 0),
            ]
            poll(&descriptors, 2, next.map { Int32(clamping: max(0, $0 - Self.now()) / 1_000_000 + 1) } ?? -1)
            if descriptors[1].revents != 0 { _ = read(wakeUp.reading, &buffer, 64) }
            guard descriptors[0].revents != 0 else { continue }
            let count = read(master, &buffer, buffer.count)
            if count > 0 {
                state.withLock { $0.screen.feed(buffer[..<count]) }
            } else if count == 0 || errno != EINTR {
                // EIO: the last holder of the terminal is gone.
                let exit = reap()
                state.withLock { $0.exit = exit }
            }
        }
    }

    /// Resumes who is satisfied or late. Returns the next deadline.
    private func serveWaiters() -> Int64? {
        let now = Self.now()
        let (ready, next) = state.withLock { state in
            var ready: [(CheckedContinuation<Bool, Never>, Bool)] = []
            for (id, waiter) in state.waiters {
                let isSatisfied = waiter.isSatisfied(state.screen, state.exit)
                guard isSatisfied || waiter.deadline <= now || state.exit != nil else { continue }
                ready.append((waiter.continuation, isSatisfied))
                state.waiters[id] = nil
            }
            return (ready, state.waiters.values.map(\.deadline).min())
        }
        for (continuation, isSatisfied) in ready { continuation.resume(returning: isSatisfied) }
        return next
    }

    private func reap() -> Exit {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        return status & 0x7F == 0 ? .code(status >> 8 & 0xFF) : .signal(status & 0x7F)
    }

    private final class Found: Sendable {
        let value: Locked<VirtualScreen?>
        init(value: consuming Locked<VirtualScreen?>) { self.value = value }
    }
}
