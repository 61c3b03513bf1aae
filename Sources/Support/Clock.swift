internal import Glibc

/// Where time comes from. Sans-I/O cores never read a clock; their shells read this one, so that tests can turn it.
public protocol TimeSource: Sendable {
    /// Nanoseconds since an arbitrary point; never goes back.
    func monotonicNanoseconds() -> Int64
    /// Nanoseconds since 1970-01-01 UTC; may jump.
    func systemNanoseconds() -> Int64
}

/// The clocks of the operating system.
public struct SystemTimeSource: TimeSource {
    public init() {}

    public func monotonicNanoseconds() -> Int64 { Self.read(CLOCK_MONOTONIC) }
    public func systemNanoseconds() -> Int64 { Self.read(CLOCK_REALTIME) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var now = timespec()
        clock_gettime(clock, &now)
        return Int64(now.tv_sec) &* 1_000_000_000 &+ Int64(now.tv_nsec)
    }
}
