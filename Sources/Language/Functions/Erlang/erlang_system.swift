internal import BigInt
internal import Glibc
internal import Processes
internal import Support
internal import Synchronization
internal import Terms

extension LanguageLibrary {
    private static let erlang = NativeModule("erlang")

    /// Time, unique numbers, hashes and checksums in `erlang`.
    static let erlangSystemFunctions: [NativeFunction] = [
        erlang("monotonic_time", "", "Nanoseconds that only grow.") { _ in .integer(SystemClock.monotonic()) },
        erlang("monotonic_time", "Unit", "Time that only grows, in a unit.") { call in
            try SystemClock.convert(
                .integer(SystemClock.monotonic()), from: 1_000_000_000, to: SystemClock.partsPerSecond(call[0]))
        },
        erlang("system_time", "", "Nanoseconds since 1970.") { _ in .integer(SystemClock.system()) },
        erlang("system_time", "Unit", "The time since 1970 in a unit.") { call in
            try SystemClock.convert(
                .integer(SystemClock.system()), from: 1_000_000_000, to: SystemClock.partsPerSecond(call[0]))
        },
        erlang("time_offset", "", "Nanoseconds from the monotonic time to the system time.") { _ in
            .integer(SystemClock.system() - SystemClock.monotonic())
        },
        erlang("time_offset", "Unit", "From the monotonic time to the system time, in a unit.") { call in
            try SystemClock.convert(
                .integer(SystemClock.system() - SystemClock.monotonic()), from: 1_000_000_000,
                to: SystemClock.partsPerSecond(call[0]))
        },
        erlang("convert_time_unit", "Time From To", "A time in another unit, rounded down.") { call in
            guard call[0].isInteger else { throw call.badarg() }
            return try SystemClock.convert(
                call[0], from: SystemClock.partsPerSecond(call[1]), to: SystemClock.partsPerSecond(call[2]))
        },
        erlang("timestamp", "", "{MegaSeconds, Seconds, MicroSeconds} since 1970.") { _ in SystemClock.timestamp() },
        erlang("now", "", "As timestamp/0.") { _ in SystemClock.timestamp() },
        erlang("date", "", "The local {Year, Month, Day}.") { _ in
            SystemClock.date(SystemClock.seconds(), isLocal: true).0
        },
        erlang("time", "", "The local {Hour, Minute, Second}.") { _ in
            SystemClock.date(SystemClock.seconds(), isLocal: true).1
        },
        erlang("localtime", "", "The local {{Year, Month, Day}, {Hour, Minute, Second}}.") { _ in
            let (date, time) = SystemClock.date(SystemClock.seconds(), isLocal: true)
            return .tuple(date, time)
        },
        erlang("universaltime", "", "{{Year, Month, Day}, {Hour, Minute, Second}} in UTC.") { _ in
            let (date, time) = SystemClock.date(SystemClock.seconds(), isLocal: false)
            return .tuple(date, time)
        },
        erlang("universaltime_to_localtime", "DateTime", "A time in UTC as local time.") { call in
            guard let seconds = SystemClock.seconds(of: call[0], isLocal: false) else { throw call.badarg() }
            let (date, time) = SystemClock.date(seconds, isLocal: true)
            return .tuple(date, time)
        },
        erlang("localtime_to_universaltime", "DateTime", "A local time in UTC.") { call in
            guard let seconds = SystemClock.seconds(of: call[0], isLocal: true) else { throw call.badarg() }
            let (date, time) = SystemClock.date(seconds, isLocal: false)
            return .tuple(date, time)
        },
        erlang("posixtime_to_universaltime", "Seconds", "Seconds since 1970 as a time in UTC.") { call in
            let seconds = try call.integer(0)
            guard seconds.magnitude < 1 << 55 else { throw call.badarg() }
            let (date, time) = SystemClock.date(seconds, isLocal: false)
            return .tuple(date, time)
        },
        erlang("universaltime_to_posixtime", "DateTime", "A time in UTC as seconds since 1970.") { call in
            guard let seconds = SystemClock.seconds(of: call[0], isLocal: false) else { throw call.badarg() }
            return .integer(seconds)
        },
        erlang("unique_integer", "", "An integer that was not given before.") { _ in
            .integer(uniqueInteger(isPositive: false))
        },
        erlang("unique_integer", "Modifiers", "An integer that was not given before: monotonic, positive.") { call in
            let modifiers = try call.list(0)
            guard modifiers.allSatisfy({ $0 == .atom("monotonic") || $0 == .atom("positive") }) else {
                throw call.badarg()
            }
            return .integer(uniqueInteger(isPositive: modifiers.contains(.atom("positive"))))
        },
        erlang("phash2", "Term", "A hash from 0 to 2^27 - 1 that is the same on every node.") { call in
            .integer(Int(PortableHash.hash(call[0]) & 0x7ff_ffff))
        },
        erlang("phash2", "Term Range", "A hash from 0 to Range - 1 that is the same on every node.") { call in
            let range = try call.integer(1)
            guard range >= 1, range <= 1 << 32 else { throw call.badarg() }
            return .integer(Int(PortableHash.hash(call[0])) % range)
        },
        erlang("crc32", "Iodata", "The CRC-32 of IEEE 802.3.") {
            .integer(Int(Checksum.crc32(0, try Iodata.bytes($0[0]))))
        },
        erlang("crc32", "Old Iodata", "The CRC-32 of what Old stands for and the data.") { call in
            guard let old = UInt32(exactly: try call.integer(0)) else { throw call.badarg() }
            return .integer(Int(Checksum.crc32(old, try Iodata.bytes(call[1]))))
        },
        erlang("adler32", "Iodata", "The Adler-32 checksum.") {
            .integer(Int(Checksum.adler32(1, try Iodata.bytes($0[0]))))
        },
        erlang("adler32", "Old Iodata", "The Adler-32 checksum of what Old stands for and the data.") { call in
            guard let old = UInt32(exactly: try call.integer(0)) else { throw call.badarg() }
            return .integer(Int(Checksum.adler32(old, try Iodata.bytes(call[1]))))
        },
        erlang("md5", "Iodata", "The MD5 digest, 16 bytes.") { .binary(Binary(MD5.digest(try Iodata.bytes($0[0])))) },
    ]

    private static let lastUnique = Atomic<Int>(0)

    private static func uniqueInteger(isPositive: Bool) -> Int {
        let number = lastUnique.wrappingAdd(1, ordering: .relaxed).newValue
        // As in OTP, those that need not be positive begin far below zero.
        return isPositive ? number : number - (1 << 59)
    }
}

/// The checksums of zlib.
enum Checksum {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
    }

    static func crc32(_ old: UInt32, _ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~old) { $0 >> 8 ^ table[Int(($0 ^ UInt32($1)) & 0xff)] }
    }

    static func adler32(_ old: UInt32, _ bytes: [UInt8]) -> UInt32 {
        var (one, two) = (old & 0xffff, old >> 16)
        for byte in bytes {
            one = (one + UInt32(byte)) % 65521
            two = (two + one) % 65521
        }
        return two << 16 | one
    }
}

/// The clocks of the machine, and dates.
enum SystemClock {
    private static func read(_ clock: clockid_t) -> Int {
        var time = timespec()
        clock_gettime(clock, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    /// Nanoseconds.
    static func monotonic() -> Int { read(CLOCK_MONOTONIC) }
    static func system() -> Int { read(CLOCK_REALTIME) }
    static func seconds() -> Int { system() / 1_000_000_000 }

    static func timestamp() -> Term {
        let microseconds = system() / 1000
        return .tuple(
            .integer(microseconds / 1_000_000_000_000), .integer(microseconds / 1_000_000 % 1_000_000),
            .integer(microseconds % 1_000_000))
    }

    static func partsPerSecond(_ unit: Term) throws -> BigInt {
        switch unit {
        case .atom("second"), .atom("seconds"): return 1
        case .atom("millisecond"), .atom("milli_seconds"): return 1000
        case .atom("microsecond"), .atom("micro_seconds"): return 1_000_000
        case .atom("nanosecond"), .atom("nano_seconds"), .atom("native"), .atom("perf_counter"): return 1_000_000_000
        default:
            guard let parts = unit.asBigInt, parts > 0 else { throw ErlangException.badarg() }
            return parts
        }
    }

    static func convert(_ time: Term, from: BigInt, to: BigInt) throws -> Term {
        guard let value = time.asBigInt else { throw ErlangException.badarg() }
        let product = value * to
        let (quotient, remainder) = product.quotientAndRemainder(dividingBy: from)
        return .integer(remainder < 0 ? quotient - 1 : quotient)
    }

    /// `{Year, Month, Day}` and `{Hour, Minute, Second}` of seconds since 1970.
    static func date(_ seconds: Int, isLocal: Bool) -> (Term, Term) {
        var (clock, fields) = (time_t(seconds), tm())
        if isLocal { localtime_r(&clock, &fields) } else { gmtime_r(&clock, &fields) }
        return (
            .tuple(
                .integer(Int(fields.tm_year) + 1900), .integer(Int(fields.tm_mon) + 1), .integer(Int(fields.tm_mday))),
            .tuple(.integer(Int(fields.tm_hour)), .integer(Int(fields.tm_min)), .integer(Int(fields.tm_sec)))
        )
    }

    /// The seconds since 1970 of `{{Year, Month, Day}, {Hour, Minute, Second}}`.
    static func seconds(of term: Term, isLocal: Bool) -> Int? {
        let numbers = [1, 2].flatMap { part in (1...3).map { term.field(part)?.field($0)?.asInteger } }
        guard term.asTuple?.count == 2, term.field(1)?.asTuple?.count == 3, term.field(2)?.asTuple?.count == 3,
            let year = numbers[0], let month = numbers[1], let day = numbers[2], let hour = numbers[3],
            let minute = numbers[4], let second = numbers[5], (0...1_000_000).contains(year), (1...12).contains(month),
            (1...31).contains(day), (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second)
        else { return nil }
        var fields = tm()
        fields.tm_year = Int32(year - 1900)
        fields.tm_mon = Int32(month - 1)
        fields.tm_mday = Int32(day)
        fields.tm_hour = Int32(hour)
        fields.tm_min = Int32(minute)
        fields.tm_sec = Int32(second)
        fields.tm_isdst = -1
        let result = isLocal ? mktime(&fields) : timegm(&fields)
        // A day that the month does not have has become one of the next month.
        return fields.tm_mday == Int32(day) ? result : nil
    }
}
