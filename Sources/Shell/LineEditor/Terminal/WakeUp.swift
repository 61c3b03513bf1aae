internal import CLibEdit
internal import Glibc

/// An eventfd that ends another thread's `poll`.
final class WakeUp: Sendable {
    let descriptor: Int32

    init() {
        descriptor = cle_wakeup_open()
        precondition(descriptor >= 0, "eventfd failed: \(errno)")
    }

    deinit { Glibc.close(descriptor) }

    /// Wakes the thread; several calls before it looks count as one.
    func signal() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    /// Makes the descriptor quiet again.
    func drain() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
    }
}
