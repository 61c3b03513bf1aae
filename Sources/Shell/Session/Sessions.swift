internal import Processes
internal import Support
internal import Terms

/// The sessions of this program by their process, so that a helper finds the one it was called in.
enum Sessions {
    private struct Entry {
        weak var session: Session?
    }

    private static let all = Locked<[Pid: Entry]>([:])

    static func add(_ session: Session, _ process: Process) {
        all.withLock { all in
            all = all.filter { $0.value.session != nil }
            all[process.pid] = Entry(session: session)
        }
    }

    static func of(_ process: Process) -> Session? { all.withLock { $0[process.pid]?.session } }
}
