internal import CSupport
internal import Glibc

/// A thread of our own, for calls that block: the cooperative pool must never wait for a terminal or a pipe.
public final class DetachedThread: Sendable {
    private let body: @Sendable () -> Void

    private init(_ name: String, _ body: @escaping @Sendable () -> Void) {
        self.body = {
            // Linux takes 15 bytes.
            beamsh_name_thread(String(name.prefix(15)))
            body()
        }
    }

    /// Runs `body` on a new thread with a stack of `stackSize` bytes (pages count only once touched).
    ///
    /// Returns false if the system has no thread to give.
    @discardableResult
    public static func start(named name: String, stackSize: Int, _ body: @escaping @Sendable () -> Void) -> Bool {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackSize)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let context = Unmanaged.passRetained(DetachedThread(name, body))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, &attributes,
            { context in
                if let context { Unmanaged<DetachedThread>.fromOpaque(context).takeRetainedValue().body() }
                return nil
            }, context.toOpaque())
        guard status == 0 else {
            context.release()
            return false
        }
        return true
    }
}
