import Support

/// Times work and prints what came out beside what OTP needs for the same.
struct Report {
    /// What OTP printed: nanoseconds by name.
    let theirs: [String: Int]

    /// One line: ours, OTP's (under the same name unless `other` says which), and how many times faster we are: above 1
    /// is faster.
    func line(_ name: String, _ nanoseconds: Int, as other: String? = nil) {
        var columns = [name.padded(36), Self.text(nanoseconds).padded(-12)]
        if let other = theirs[other ?? name] {
            columns.append(Self.text(other).padded(-12))
            columns.append(Self.decimal(other, by: nanoseconds).padded(-8))
        }
        print(columns.joined())
    }

    /// One line of memory, in bytes; above 1 is smaller.
    static func memory(_ name: String, _ ours: Int, _ theirs: Int) {
        let columns = [
            name.padded(36), "\(decimal(ours, by: 1 << 20)) MB".padded(-12),
            "\(decimal(theirs, by: 1 << 20)) MB".padded(-12),
            decimal(theirs, by: ours).padded(-8),
        ]
        print(columns.joined())
    }

    static func header(_ topic: String) {
        print("\n\(topic.padded(36))\("ours".padded(-12))\("OTP".padded(-12))\("ratio".padded(-8))")
    }

    /// The shortest of several runs; `prepare` and the end of what `work` returns are outside the clock.
    static func best<Result>(of runs: Int = 15, _ work: () throws -> Result) rethrows -> Int {
        let clock = SystemTimeSource()
        var best = Int.max
        for _ in 0..<runs {
            let start = clock.monotonicNanoseconds()
            let result = try work()
            best = min(best, Int(clock.monotonicNanoseconds() - start))
            withExtendedLifetime(result) {}
        }
        return best
    }

    private static func text(_ nanoseconds: Int) -> String {
        if nanoseconds < 10_000 { return "\(nanoseconds) ns" }
        if nanoseconds < 10_000_000 { return "\(decimal(nanoseconds, by: 1_000)) us" }
        return "\(decimal(nanoseconds, by: 1_000_000)) ms"
    }

    /// A quotient with two places.
    private static func decimal(_ value: Int, by divisor: Int) -> String {
        let hundredths = value * 100 / max(1, divisor)
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }
}

extension String {
    /// Filled with blanks to a width: behind the text, or before it when the width is negative.
    func padded(_ width: Int) -> String {
        let blanks = String(repeating: " ", count: max(0, abs(width) - count))
        return width < 0 ? blanks + self : self + blanks
    }
}
