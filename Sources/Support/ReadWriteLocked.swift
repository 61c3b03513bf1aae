public import Glibc

/// A value behind a lock that readers share, in one allocation.
///
/// For values whose reads take several times as long as a lock, such as a search in a tree: two readers then run side by
/// side, where ``Locked`` would put one to sleep. A waiting writer goes before new readers, so `withReadLock` must not be
/// nested. As with ``Locked``: act after the lock, never call out under it.
public struct ReadWriteLocked<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
    // `@unchecked Sendable`: every access to the value goes through the lock.
    @usableFromInline
    let storage: UnsafeMutablePointer<Storage>

    @usableFromInline
    struct Storage: ~Copyable {
        @usableFromInline var lock: pthread_rwlock_t
        @usableFromInline var value: Value

        init(lock: pthread_rwlock_t, value: consuming Value) {
            self.lock = lock
            self.value = value
        }
    }

    public init(_ value: consuming sending Value) {
        storage = .allocate(capacity: 1)
        storage.initialize(to: Storage(lock: pthread_rwlock_t(), value: value))
        var attributes = pthread_rwlockattr_t()
        pthread_rwlockattr_init(&attributes)
        pthread_rwlockattr_setkind_np(&attributes, Int32(PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP))
        let status = pthread_rwlock_init(&storage.pointee.lock, &attributes)
        precondition(status == 0, "pthread_rwlock_init failed: \(status)")
        pthread_rwlockattr_destroy(&attributes)
    }

    deinit {
        pthread_rwlock_destroy(&storage.pointee.lock)
        storage.deinitialize(count: 1)
        storage.deallocate()
    }

    /// Runs `body` with the value, beside other readers. Fails loudly when the system has no room for one more reader.
    @inlinable
    @discardableResult
    public borrowing func withReadLock<Result: ~Copyable, Failure: Error>(
        _ body: (borrowing Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        let status = pthread_rwlock_rdlock(&storage.pointee.lock)
        precondition(status == 0, "pthread_rwlock_rdlock failed")
        defer { pthread_rwlock_unlock(&storage.pointee.lock) }
        return try body(storage.pointee.value)
    }

    /// Runs `body` with the value, alone.
    @inlinable
    @discardableResult
    public borrowing func withWriteLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        let status = pthread_rwlock_wrlock(&storage.pointee.lock)
        precondition(status == 0, "pthread_rwlock_wrlock failed")
        defer { pthread_rwlock_unlock(&storage.pointee.lock) }
        return try body(&storage.pointee.value)
    }
}
