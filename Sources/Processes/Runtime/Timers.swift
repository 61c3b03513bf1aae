internal import CSupport
internal import Glibc
internal import Support

/// Names a scheduled action.
public struct TimerToken: Sendable, Hashable {
    let deadline: Int64
    let number: UInt64

    /// - Parameters:
    ///   - deadline: nanoseconds on the service's clock.
    ///   - number: tells timers of one service apart.
    public init(deadline: Int64, number: UInt64) {
        self.deadline = deadline
        self.number = number
    }
}

/// Runs actions later. Actions are short and never block.
public protocol TimerService: AnyObject, Sendable {
    /// Runs `action` once, `nanoseconds` from now.
    func schedule(after nanoseconds: Int64, _ action: @escaping @Sendable () -> Void) -> TimerToken
    /// Forgets an action that has not run; false if it has.
    @discardableResult
    func cancel(_ token: TimerToken) -> Bool
}

/// Timers on one thread of their own, which sleeps until the next one is due. The thread starts with the first timer.
public final class ThreadTimerService: TimerService, @unchecked Sendable {
    // `@unchecked Sendable`: `queue` is touched only with `mutex` held.
    private var mutex = pthread_mutex_t()
    private var condition = pthread_cond_t()
    private var queue: [TimerToken: @Sendable () -> Void] = [:]
    private var order: [TimerToken] = []
    private var lastNumber: UInt64 = 0
    private var hasThread = false
    private let clock = SystemTimeSource()

    public init() {
        pthread_mutex_init(&mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(&condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    public func schedule(after nanoseconds: Int64, _ action: @escaping @Sendable () -> Void) -> TimerToken {
        let deadline = clock.monotonicNanoseconds() &+ max(0, nanoseconds)
        pthread_mutex_lock(&mutex)
        lastNumber += 1
        let token = TimerToken(deadline: deadline, number: lastNumber)
        queue[token] = action
        push(token)
        if !hasThread {
            hasThread = true
            startThread()
        } else if order.first == token {
            pthread_cond_signal(&condition)
        }
        pthread_mutex_unlock(&mutex)
        return token
    }

    public func cancel(_ token: TimerToken) -> Bool {
        pthread_mutex_lock(&mutex)
        defer { pthread_mutex_unlock(&mutex) }
        // The place in the heap goes when its time comes.
        return queue.removeValue(forKey: token) != nil
    }

    private func startThread() { DetachedThread.start(named: "timers", stackSize: 512 << 10) { [self] in run() } }

    private func run() {
        pthread_mutex_lock(&mutex)
        while true {
            guard let next = order.first else {
                pthread_cond_wait(&condition, &mutex)
                continue
            }
            if queue[next] == nil {
                pop()
                continue
            }
            if next.deadline > clock.monotonicNanoseconds() {
                var until = timespec(
                    tv_sec: Int(next.deadline / 1_000_000_000), tv_nsec: Int(next.deadline % 1_000_000_000))
                pthread_cond_timedwait(&condition, &mutex, &until)
                continue
            }
            pop()
            let action = queue.removeValue(forKey: next)
            pthread_mutex_unlock(&mutex)
            action?()
            pthread_mutex_lock(&mutex)
        }
    }

    // A binary heap by deadline.

    private func isBefore(_ left: TimerToken, _ right: TimerToken) -> Bool {
        (left.deadline, left.number) < (right.deadline, right.number)
    }

    private func push(_ token: TimerToken) {
        order.append(token)
        var child = order.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard isBefore(order[child], order[parent]) else { return }
            order.swapAt(child, parent)
            child = parent
        }
    }

    private func pop() {
        order.swapAt(0, order.count - 1)
        order.removeLast()
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < order.count && isBefore(order[child], order[smallest]) { smallest = child }
            guard smallest != parent else { return }
            order.swapAt(parent, smallest)
            parent = smallest
        }
    }
}
