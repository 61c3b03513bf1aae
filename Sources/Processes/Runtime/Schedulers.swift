internal import CSupport
internal import DequeModule
internal import Glibc
internal import Support
internal import Synchronization

/// What the schedulers run beside the tasks of Swift: work that is ready again and again without a task that waits for it,
/// as the evaluation of code is. A message there and back between two of these takes half as long as between tasks.
open class ScheduledWork: @unchecked Sendable {
    // `@unchecked Sendable`: it is enqueued by one at a time, and whoever enqueues it keeps it alive until it has run.
    public init() {}

    /// One slice. Called on a scheduler's thread; returns when it waits, is over, or has made itself ready again.
    open func run() {}
}

/// The threads that run processes, one for each core: the executor of their tasks.
///
/// A process that wakes another one most often waits next: so the first job that a scheduler's own thread makes ready is
/// kept for that thread, which takes it without a lock and without waking anybody. All else goes into one queue, and wakes
/// a scheduler that sleeps. A job that is kept by a thread which stays busy for a millisecond is taken by another one.
///
/// A process that has used up its slice makes itself ready again: it goes behind those that were woken. So what answers
/// messages is not held up by what computes, and what computes has its share of one job in eight at least.
///
/// The cooperative pool of Swift would do; but a message there and back between two processes takes five times as long on
/// it, most of it for waking threads.
public final class Schedulers: TaskExecutor, @unchecked Sendable {
    // `@unchecked Sendable`: `queue`, `yielded`, `idle` and `schedulers` are touched only with `mutex` held, and each scheduler says
    // what others may read of it.
    public static let shared = Schedulers(count: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))

    private let count: Int
    private var mutex = pthread_mutex_t()
    private var queue = Deque<Job>()
    /// Jobs that gave way.
    private var yielded = Deque<Job>()
    private var idle: [Scheduler] = []
    private var schedulers: [Scheduler] = []
    /// How many of those that sleep look around every millisecond.
    private let watching = Atomic<Int>(0)

    init(count: Int) {
        self.count = count
        pthread_mutex_init(&mutex, nil)
    }

    /// What is ready: the job of a task, or work, in one word. Both are addresses of objects, so the lowest bit is free.
    private struct Job: Equatable {
        let raw: UInt

        init(_ job: UnownedJob) { raw = unsafeBitCast(job, to: UInt.self) }

        init(_ work: ScheduledWork) { raw = UInt(bitPattern: Unmanaged.passUnretained(work).toOpaque()) | 1 }

        init?(raw: UInt) {
            if raw == 0 { return nil }
            self.raw = raw
        }

        @inline(__always)
        func run(on executor: UnownedTaskExecutor) {
            if raw & 1 == 0 {
                unsafeBitCast(raw, to: UnownedJob.self).runSynchronously(on: executor)
            } else if let address = UnsafeRawPointer(bitPattern: raw & ~1) {
                Unmanaged<ScheduledWork>.fromOpaque(address)._withUnsafeGuaranteedRef { $0.run() }
            }
        }
    }

    /// One thread.
    private final class Scheduler: @unchecked Sendable {
        // `@unchecked Sendable`: `condition` and `isWoken` belong to the mutex of the schedulers, `round`, `seen` and `current` to the
        // thread itself.
        var condition = pthread_cond_t()
        var isWoken = false
        var round = 0
        /// How many jobs each of the others had run when this one looked last.
        var seen: [Int: Int] = [:]
        /// The job that is kept for this thread; 0 for none. Others may take it.
        let next = Atomic<UInt>(0)
        /// The job that runs: one that makes itself ready again gives way, and is not kept. For the thread itself only.
        var current: UInt = 0
        /// How many jobs it has run.
        let jobs = Atomic<Int>(0)

        init() {
            var attributes = pthread_condattr_t()
            pthread_condattr_init(&attributes)
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
            pthread_cond_init(&condition, &attributes)
            pthread_condattr_destroy(&attributes)
        }

        var hasNext: Bool { next.load(ordering: .relaxed) != 0 }

        func takeNext() -> Job? {
            guard next.load(ordering: .relaxed) != 0 else { return nil }
            return Job(raw: next.exchange(0, ordering: .acquiring))
        }
    }

    // MARK: Any thread

    public func enqueue(_ job: UnownedJob) { enqueue(Job(job)) }

    public func enqueue(_ job: consuming ExecutorJob) { enqueue(UnownedJob(job)) }

    /// Makes work ready. It is kept alive by whoever does.
    public func enqueue(_ work: ScheduledWork) { enqueue(Job(work)) }

    /// Whether work that runs on this thread and has used up its slice may go on at once, as nobody else is ready; if not,
    /// it is made ready behind the others.
    public func mayGoOn(_ work: ScheduledWork) -> Bool {
        guard let own = beamsh_scheduler_of_thread() else {
            enqueue(work)
            return false
        }
        let scheduler = Unmanaged<Scheduler>.fromOpaque(own).takeUnretainedValue()
        if !scheduler.hasNext {
            pthread_mutex_lock(&mutex)
            let isAlone = queue.isEmpty && yielded.isEmpty
            pthread_mutex_unlock(&mutex)
            if isAlone { return true }
        }
        enqueue(work)
        return false
    }

    private func enqueue(_ job: Job) {
        if let own = beamsh_scheduler_of_thread() {
            let scheduler = Unmanaged<Scheduler>.fromOpaque(own).takeUnretainedValue()
            if job.raw == scheduler.current {
                pthread_mutex_lock(&mutex)
                let isAlone = queue.isEmpty && yielded.isEmpty
                if !isAlone { yielded.append(job) }
                pthread_mutex_unlock(&mutex)
                if !isAlone { return wakeOne(orStart: true) }
            }
            if scheduler.next.compareExchange(expected: 0, desired: job.raw, ordering: .releasing).exchanged {
                // Somebody has to look whether this thread gets to it.
                if count > 1, watching.load(ordering: .relaxed) == 0 { wakeOne(orStart: false) }
                return
            }
        }
        pthread_mutex_lock(&mutex)
        queue.append(job)
        pthread_mutex_unlock(&mutex)
        wakeOne(orStart: true)
    }

    /// Wakes a scheduler that sleeps; starts one if all that there are work, and there may be more.
    private func wakeOne(orStart: Bool) {
        pthread_mutex_lock(&mutex)
        if let scheduler = idle.popLast() {
            scheduler.isWoken = true
            pthread_cond_signal(&scheduler.condition)
            pthread_mutex_unlock(&mutex)
            return
        }
        guard orStart, schedulers.count < count else {
            pthread_mutex_unlock(&mutex)
            return
        }
        let scheduler = Scheduler()
        schedulers.append(scheduler)
        let number = schedulers.count
        pthread_mutex_unlock(&mutex)
        // As much stack as the main thread has.
        DetachedThread.start(named: "scheduler \(number)", stackSize: 8 << 20) { [self] in run(scheduler) }
    }

    // MARK: A scheduler's thread

    private func run(_ scheduler: Scheduler) {
        beamsh_set_scheduler_of_thread(Unmanaged.passUnretained(scheduler).toOpaque())
        let executor = asUnownedTaskExecutor()
        while true {
            if let job = find(scheduler) {
                scheduler.jobs.store(scheduler.jobs.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
                scheduler.current = job.raw
                job.run(on: executor)
                scheduler.current = 0
            } else {
                sleep(scheduler)
            }
        }
    }

    private func find(_ scheduler: Scheduler) -> Job? {
        scheduler.round &+= 1
        // Two processes that wake one another must not keep all others waiting.
        if scheduler.round % 61 != 0, let job = scheduler.takeNext() { return job }
        pthread_mutex_lock(&mutex)
        let job =
            scheduler.round % 8 == 0
            ? yielded.popFirst() ?? queue.popFirst()
            : queue.popFirst() ?? (scheduler.hasNext ? nil : yielded.popFirst())
        pthread_mutex_unlock(&mutex)
        return job ?? scheduler.takeNext()
    }

    /// Sleeps until there is work; while others work, no longer than a millisecond, to take what they cannot get to.
    private func sleep(_ scheduler: Scheduler) {
        pthread_mutex_lock(&mutex)
        guard queue.isEmpty, yielded.isEmpty else { return _ = pthread_mutex_unlock(&mutex) }
        idle.append(scheduler)
        var isWatching = false
        while !scheduler.isWoken {
            guard idle.count < schedulers.count, !isWatching else {
                if isWatching { break }
                pthread_cond_wait(&scheduler.condition, &mutex)
                continue
            }
            isWatching = true
            watching.add(1, ordering: .relaxed)
            var until = timespec()
            clock_gettime(CLOCK_MONOTONIC, &until)
            until.tv_nsec += 1_000_000
            if until.tv_nsec >= 1_000_000_000 {
                until.tv_sec += 1
                until.tv_nsec -= 1_000_000_000
            }
            pthread_cond_timedwait(&scheduler.condition, &mutex, &until)
            watching.subtract(1, ordering: .relaxed)
        }
        if !scheduler.isWoken { idle.removeAll { $0 === scheduler } }
        scheduler.isWoken = false
        let others = isWatching ? schedulers : []
        pthread_mutex_unlock(&mutex)
        for (number, other) in others.enumerated() where other !== scheduler {
            let jobs = other.jobs.load(ordering: .relaxed)
            if scheduler.seen.updateValue(jobs, forKey: number) == jobs, let job = other.takeNext() {
                enqueueHere(job, scheduler)
            }
        }
    }

    private func enqueueHere(_ job: Job, _ scheduler: Scheduler) {
        if scheduler.next.compareExchange(expected: 0, desired: job.raw, ordering: .releasing).exchanged { return }
        pthread_mutex_lock(&mutex)
        queue.append(job)
        pthread_mutex_unlock(&mutex)
    }
}
