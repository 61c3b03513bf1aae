internal import Glibc
internal import Support

/// read(2) for async code: one thread that waits for the descriptor, one request at a time.
final class BlockingReader: Sendable {
    enum Chunk: Sendable {
        case bytes([UInt8])
        case end
        case failure(Int32)
    }

    private struct State {
        var isStarted = false
        var isClosed = false
        var request: CheckedContinuation<Chunk, Never>?
    }

    // Shared with the thread, which must not keep the reader itself alive.
    private final class Shared: Sendable {
        let state = Locked(State())
        let wakeUp = WakeUp()
    }

    private let descriptor: Int32
    private let shared = Shared()

    init(descriptor: Int32) { self.descriptor = descriptor }

    deinit {
        shared.state.withLock { $0.isClosed = true }
        shared.wakeUp.signal()
    }

    /// The bytes that are there, at most 64 KiB; waits for the first one.
    func read() async -> Chunk {
        await withCheckedContinuation { continuation in
            let isFirst = shared.state.withLock { state in
                precondition(state.request == nil, "one read at a time")
                state.request = continuation
                defer { state.isStarted = true }
                return !state.isStarted
            }
            if isFirst { start() } else { shared.wakeUp.signal() }
        }
    }

    private func start() {
        let shared = shared
        let descriptor = descriptor
        let isStarted = DetachedThread.start(named: "reader", stackSize: 256 << 10) {
            Self.serve(shared, descriptor)
        }
        if !isStarted { Self.answer(shared, .failure(EAGAIN)) }
    }

    private static func serve(_ shared: Shared, _ descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let (isWanted, isClosed) = shared.state.withLock { ($0.request != nil, $0.isClosed) }
            if isWanted {
                answer(shared, readOnce(descriptor, &buffer))
            } else if isClosed {
                return
            } else {
                var wake = pollfd(fd: shared.wakeUp.descriptor, events: Int16(POLLIN), revents: 0)
                poll(&wake, 1, -1)
                shared.wakeUp.drain()
            }
        }
    }

    private static func answer(_ shared: Shared, _ chunk: Chunk) {
        let request = shared.state.withLock { state in
            defer { state.request = nil }
            return state.request
        }
        request?.resume(returning: chunk)
    }

    private static func readOnce(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Chunk {
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count > 0 { return .bytes(Array(buffer[..<count])) }
            if count == 0 { return .end }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                // Someone made the descriptor non-blocking (it is shared with the parent).
                var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                poll(&ready, 1, -1)
            default: return .failure(errno)
            }
        }
    }
}
