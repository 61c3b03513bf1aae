public import Glibc

/// A value behind a lock, in one allocation.
///
/// The only lock of the house. It is a pthread mutex, not `Synchronization.Mutex`: under contention the latter is slower
/// on Linux up to Swift 6.3 (134 ns against 85 to 99 ns) and ThreadSanitizer reports false races on it.
/// Mutate under the lock, act after it: never resume a continuation, log or call out inside `withLock`.
public struct Locked<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
    // `@unchecked Sendable`: every access to the value goes through the mutex.
    @usableFromInline
    let storage: UnsafeMutablePointer<Storage>

    @usableFromInline
    struct Storage: ~Copyable {
        @usableFromInline var mutex: pthread_mutex_t
        @usableFromInline var value: Value

        init(mutex: pthread_mutex_t, value: consuming Value) {
            self.mutex = mutex
            self.value = value
        }
    }

    public init(_ value: consuming sending Value) {
        storage = .allocate(capacity: 1)
        storage.initialize(to: Storage(mutex: pthread_mutex_t(), value: value))
        let status = pthread_mutex_init(&storage.pointee.mutex, nil)
        precondition(status == 0, "pthread_mutex_init failed: \(status)")
    }

    deinit {
        pthread_mutex_destroy(&storage.pointee.mutex)
        storage.deinitialize(count: 1)
        storage.deallocate()
    }

    /// Runs `body` with the value while the lock is held.
    @inlinable
    @discardableResult
    public borrowing func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        pthread_mutex_lock(&storage.pointee.mutex)
        defer { pthread_mutex_unlock(&storage.pointee.mutex) }
        return try body(&storage.pointee.value)
    }
}
