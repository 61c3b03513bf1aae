// What this file does: end evaluated code that uses up the machine's memory before the machine ends this program. The
// memory of the whole program is looked at every few milliseconds at the end of a slice. Above half of the limit, what
// each execution adds in its slices is counted; above the limit, the one that added most gets `system_limit`. An
// execution adds what the program has grown by in its slice, but no more than the pages that its own thread has touched
// first: what others do on other threads at that time is not its own. What it does not: count the memory of each process
// exactly, or stop Swift code that allocates between two slices; functions that make something big of something small
// ask `checkRoom` first.

internal import CSupport
internal import Glibc
internal import Processes
internal import Support
internal import Synchronization
internal import Terms

/// How much memory this program may have in use before evaluated code is ended.
public final class MemoryLimit: Sendable {
    public static let shared = MemoryLimit()

    /// What is known of one execution.
    struct Share {
        fileprivate var added = 0
        fileprivate var before = 0
        fileprivate var faultsBefore = 0
        /// The tight time `added` belongs to.
        fileprivate var period = 0
    }

    private let limit: Atomic<Int>
    private let nextLook = Atomic<Int64>(0)
    /// Odd while memory is tight; `largest` is the most that one execution has added since.
    private let period = Atomic<Int>(0)
    private let largest = Atomic<Int>(0)
    private let nextVictim = Atomic<Int64>(0)
    private let statistics = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    private let pageSize = max(4096, sysconf(Int32(_SC_PAGESIZE)))

    private init() { limit = Atomic(Self.setting ?? Self.available / 2) }

    /// In bytes: the environment's `BEAMSH_MEMORY_LIMIT`, or half of what the machine, the control group or `ulimit` gives.
    public var bytes: Int {
        get { limit.load(ordering: .relaxed) }
        set { limit.store(newValue, ordering: .relaxed) }
    }

    /// What is said of it to people.
    var message: String { "out of memory: this program may use \(bytes >> 20) MB" }

    // MARK: Slices

    func begins(_ share: inout Share) {
        let period = period.load(ordering: .relaxed)
        guard period & 1 == 1 else { return }
        if share.period != period { share = Share(period: period) }
        share.before = resident
        share.faultsBefore = Self.faults
    }

    /// Whether the execution whose slice is over has to end, as the one that added most.
    func isExceeded(by share: inout Share) -> Bool {
        let now = SystemTimeSource().monotonicNanoseconds()
        let period = period.load(ordering: .relaxed)
        guard period & 1 == 1 else {
            if now >= nextLook.load(ordering: .relaxed) {
                nextLook.store(now + 5_000_000, ordering: .relaxed)
                if resident > bytes / 2 {
                    largest.store(0, ordering: .relaxed)
                    _ = self.period.compareExchange(expected: period, desired: period + 1, ordering: .relaxed)
                }
            }
            return false
        }
        let resident = resident
        // It began before memory was tight: what it added is not known.
        guard share.period == period else { return false }
        let change = resident - share.before
        share.added += min(change, max(0, Self.faults - share.faultsBefore) * pageSize)
        if share.added > largest.load(ordering: .relaxed) { largest.store(share.added, ordering: .relaxed) }
        if resident < bytes / 2 {
            _ = self.period.compareExchange(expected: period, desired: period + 1, ordering: .relaxed)
            return false
        }
        guard resident > bytes, share.added > 0, share.added >= largest.load(ordering: .relaxed) / 2 else {
            return false
        }
        // The memory of the one before comes back within a moment.
        guard now >= nextVictim.load(ordering: .relaxed) else { return false }
        nextVictim.store(now + 500_000_000, ordering: .relaxed)
        // What is resident may be free already, and only be kept for later.
        beamsh_trim_heap()
        if self.resident < bytes { return false }
        share.added = 0
        largest.store(0, ordering: .relaxed)
        return true
    }

    /// The execution is over.
    func forget(_ share: Share) {
        guard share.added > 0, share.period == period.load(ordering: .relaxed) else { return }
        _ = largest.compareExchange(expected: share.added, desired: 0, ordering: .relaxed)
    }

    /// - Throws: `system_limit` if so much more does not fit; for functions that make something big of something small.
    func checkRoom(for count: Int) throws {
        guard count > 1 << 20, count >= bytes - resident else { return }
        // What is resident may be free already.
        if count < bytes { beamsh_trim_heap() }
        guard count < bytes - resident else { throw ErlangException(.error, .atom("system_limit"), detail: message) }
    }

    // MARK: The system

    /// Bytes of this program in memory.
    public var resident: Int {
        var text: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0, 0, 0)
        return withUnsafeMutableBytes(of: &text) { room in
            let count = pread(statistics, room.baseAddress, room.count, 0)
            // The second number.
            guard count > 0, let blank = room[..<count].firstIndex(of: 32) else { return 0 }
            return Self.number(room[(blank + 1)..<count]) * pageSize
        }
    }

    /// Pages that this thread was the first to touch.
    private static var faults: Int { beamsh_thread_faults() }

    /// `2G`, `512M`, or bytes.
    private static var setting: Int? {
        guard let text = getenv("BEAMSH_MEMORY_LIMIT").map({ String(cString: $0) }) else { return nil }
        let value = number(text.utf8)
        let shift = ["K": 10, "M": 20, "G": 30, "k": 10, "m": 20, "g": 30][text.last ?? " "] ?? 0
        return value > 0 ? value << shift : nil
    }

    private static func number(_ digits: some Sequence<UInt8>) -> Int {
        var value = 0
        for digit in digits {
            guard (48...57).contains(digit), value < 1 << 50 else { break }
            value = value * 10 + Int(digit) - 48
        }
        return value
    }

    private static var available: Int {
        var least = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
        if least <= 0 { least = 1 << 32 }
        for path in ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"] {
            let file = open(path, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { continue }
            defer { close(file) }
            var text = [UInt8](repeating: 0, count: 32)
            let count = read(file, &text, text.count)
            let value = number(text.prefix(max(0, count)))
            if value > 0 { least = min(least, value) }
        }
        var room = rlimit()
        if getrlimit(Int32(RLIMIT_AS.rawValue), &room) == 0 {
            least = min(least, Int(clamping: room.rlim_cur))
        }
        return least
    }
}
