internal import CSupport
internal import Glibc
internal import Processes
internal import Support
internal import Tables
internal import Terms

/// The facts behind `erlang:system_info/1`, `erlang:memory/0` and the command `system_info`.
enum SystemInfo {
    /// The release whose protocol and answers this node follows.
    static let otpRelease = "25"
    static let version = "0.1.0"

    /// What the command `system_info` lists, in this order; a few more keys are known.
    static let keys: [Atom] = [
        "system_version", "otp_release", "version", "machine", "system_architecture", "schedulers", "process_count",
        "atom_count", "ets_count", "node", "creation", "uptime", "memory", "wordsize", "os_pid",
    ]

    static func value(_ key: Atom, of node: Node) -> Term? {
        switch key.name {
        case "system_version": .charlist("beamsh \(version) [64-bit] [distribution of OTP 25 to 29]\n")
        case "otp_release": .charlist(otpRelease)
        case "version": .charlist(version)
        case "machine": .charlist("beamsh")
        case "system_architecture": .charlist(architecture)
        case "schedulers", "schedulers_online", "schedulers_available", "logical_processors",
            "logical_processors_online", "logical_processors_available":
            .integer(Statistics.processors)
        case "multi_scheduling": .atom("enabled")
        case "kernel_poll", "smp_support", "threads": .atom(.true)
        case "thread_pool_size": 0
        // observer divides by it.
        case "port_limit": .integer(1 << 16)
        case "wordsize_internal", "wordsize_external": 8
        case "ets_limit": .integer(1 << 20)
        case "dist_buf_busy_limit": .integer(1 << 20)
        case "alloc_info", "alloc_util_allocators": .nil
        case "emu_type": .atom("opt")
        case "emu_flavor": .atom("beamsh")
        case "start_time": .integer(Int(node.startedAt))
        case "time_offset": .atom("final")
        case "delayed_node_table_gc": .integer(60)
        case "process_count": .integer(node.processes.count)
        case "process_limit": .integer(1 << 28)
        case "port_count": 0
        case "atom_count": .integer(Atom.count)
        case "atom_limit": .integer(Atom.limit)
        case "ets_count": .integer(node.tables.all().count)
        case "node": .atom(node.name)
        case "creation": .integer(Int(node.creation))
        case "uptime": .integer(Int((node.clock.monotonicNanoseconds() - node.startedAt) / 1_000_000_000))
        case "memory": .integer(residentBytes)
        case "wordsize": 8
        case "endian": .atom(1.littleEndian == 1 ? "little" : "big")
        case "os_pid": .integer(Int(getpid()))
        case "os_type": .tuple([.atom("unix"), .atom("linux")])
        case "dist_ctrl":
            .makeList(node.connectedNodes(hidden: true).map { .tuple([.atom($0), .atom(.undefined)]) })
        case "info": nil
        default: nil
        }
    }

    static func memory(of kind: Atom, on node: Node) -> Int { memory(on: node).first { $0.0 == kind }?.1 ?? 0 }

    /// What `erlang:memory/0` tells. Terms have one heap, so what is not a table's is `processes`.
    static func memory(on node: Node) -> [(Atom, Int)] {
        let total = residentBytes
        let tables = node.tables.all().compactMap { node.tables.table($0) }.reduce(0) { $0 + $1.memoryWords * 8 }
        let heap = max(0, Int(beamsh_heap_in_use()) - tables)
        return [
            ("total", total), ("processes", heap), ("processes_used", heap),
            ("system", max(0, total - heap)), ("atom", Atom.count * 64), ("atom_used", Atom.count * 64),
            ("binary", 0), ("code", 0), ("ets", tables),
        ]
    }

    private static var architecture: String {
        #if arch(x86_64)
        "x86_64-pc-linux-gnu"
        #else
        "aarch64-unknown-linux-gnu"
        #endif
    }

    /// Resident memory, from /proc.
    static var residentBytes: Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var buffer = [CChar](repeating: 0, count: 128)
        guard fgets(&buffer, Int32(buffer.count), file) != nil else { return 0 }
        let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let fields = text.split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE)) : 0
    }
}
