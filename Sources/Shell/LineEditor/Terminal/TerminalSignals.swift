internal import CLibEdit
internal import Glibc
internal import Support

/// The signals of a terminal, read from a descriptor instead of being handled.
///
/// A handler runs on whichever thread the kernel picks and may call almost nothing; libedit's own handlers send the signal
/// on to the whole process group. So an interactive program blocks these signals before it has a second thread (threads
/// inherit the mask) and one thread reads them with signalfd(2). Until that thread is there, they do what they do by default.
public enum TerminalSignals {
    /// Ctrl-C, Ctrl-Z, `fg`, resize, kill, hang-up and Ctrl-\.
    static let handled = [SIGINT, SIGTSTP, SIGCONT, SIGWINCH, SIGTERM, SIGHUP, SIGQUIT]

    static var set: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in handled { sigaddset(&set, signal) }
        return set
    }

    /// Blocks the signals of a terminal in this and all later threads. The first call of `main`, if a `LineEditor` or
    /// `watch` will read them; without a reader they may stay pending.
    ///
    /// Also ignores SIGPIPE: a peer that goes away is an error of a write, not the end of the shell. Whoever starts another
    /// program gives it an empty mask (`POSIX_SPAWN_SETSIGMASK`) and default actions (`POSIX_SPAWN_SETSIGDEF`).
    public static func blockBeforeThreads() {
        cle_signals_capture(handled, Int32(handled.count))
    }

    /// Calls `handler` with each signal that arrives, on a thread of its own, until the process ends.
    ///
    /// For programs without a line editor (scripts): call `blockBeforeThreads` first. With an editor the editor reads them.
    /// Returns when the thread reads.
    public static func watch(_ handler: @escaping @Sendable (_ signal: Int32) -> Void) {
        nonisolated(unsafe) let isReading = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
        sem_init(isReading, 0, 0)
        defer {
            sem_destroy(isReading)
            isReading.deallocate()
        }
        let hasStarted = DetachedThread.start(named: "signals", stackSize: 256 << 10) {
            let descriptor = open(nonBlocking: false)
            sem_post(isReading)
            while let signal = next(from: descriptor) { handler(signal) }
        }
        while hasStarted, sem_wait(isReading) != 0 {}
    }

    /// On the thread that reads.
    static func open(nonBlocking: Bool) -> Int32 {
        cle_signals_open(handled, Int32(handled.count), nonBlocking ? 1 : 0)
    }

    /// The next signal from a descriptor of `open`, or nil if there is none (or the descriptor is gone).
    static func next(from descriptor: Int32) -> Int32? {
        let signal = cle_signals_next(descriptor)
        return signal == 0 ? nil : signal
    }
}
