public import Terms

/// How a supervisor starts, restarts and ends a child (stdlib, `supervisor`, "Child specification").
public struct ChildSpec: Sendable, Hashable {
    public enum Restart: String, Sendable { case permanent, transient, temporary }

    public enum Shutdown: Sendable, Hashable {
        case brutalKill
        /// In milliseconds.
        case timeout(Int)
        case infinity
    }

    public var id: Term
    /// Called in the supervisor; gives `{ok, Pid}`, `{ok, Pid, Info}`, `ignore` or `{error, Reason}`.
    public var module: Atom
    public var function: Atom
    public var arguments: [Term]
    public var restart = Restart.permanent
    public var shutdown = Shutdown.timeout(5000)
    public var isSupervisor = false
    /// A list of modules, or `dynamic`.
    public var modules: Term

    public init(id: Term, module: Atom, function: Atom, arguments: [Term]) {
        self.id = id
        self.module = module
        self.function = function
        self.arguments = arguments
        modules = [.atom(module)]
    }

    /// The specification in a map, or in a tuple of six as before OTP 18; nothing if it is none.
    public init?(_ term: Term) {
        var fields: [Term: Term] = [:]
        if let map = term.asMap {
            for pair in map.sortedPairs { fields[pair.key] = pair.value }
        } else if let tuple = term.asTuple, tuple.count == 6 {
            for (key, value) in zip(["id", "start", "restart", "shutdown", "type", "modules"] as [Atom], tuple) {
                fields[.atom(key)] = value
            }
        } else {
            return nil
        }
        guard let id = fields[.atom("id")], let start = fields[.atom("start")]?.asTuple, start.count == 3,
            let module = start[0].asAtom, let function = start[1].asAtom, let arguments = start[2].properList
        else { return nil }
        self.init(id: id, module: module, function: function, arguments: arguments)
        if let value = fields[.atom("type")] {
            guard value == .atom("worker") || value == .atom("supervisor") else { return nil }
            isSupervisor = value == .atom("supervisor")
        }
        if let value = fields[.atom("restart")] {
            guard let restart = value.asAtom.flatMap({ Restart(rawValue: $0.name) }) else { return nil }
            self.restart = restart
        }
        shutdown = isSupervisor ? .infinity : .timeout(5000)
        switch fields[.atom("shutdown")] {
        case nil: break
        case .atom("brutal_kill")?: shutdown = .brutalKill
        case .atom(.infinity)?: shutdown = .infinity
        case .integer(let milliseconds)? where milliseconds >= 0: shutdown = .timeout(milliseconds)
        default: return nil
        }
        modules = fields[.atom("modules")] ?? [.atom(module)]
    }

    /// The record `child` in the errors of `supervisor:start_child/2`.
    var record: Term {
        .tuple([
            .atom("child"), .atom(.undefined), id, start, .atom(Atom(restart.rawValue)), .boolean(false), stop, type,
            modules,
        ])
    }

    private var start: Term { .tuple([.atom(module), .atom(function), .makeList(arguments)]) }

    private var stop: Term {
        switch shutdown {
        case .brutalKill: .atom("brutal_kill")
        case .timeout(let milliseconds): .integer(milliseconds)
        case .infinity: .atom(.infinity)
        }
    }

    /// The specification as a map.
    public var term: Term {
        .map(
            Map([
                (.atom("id"), id), (.atom("start"), start),
                (.atom("restart"), .atom(Atom(restart.rawValue))), (.atom("shutdown"), stop),
                (.atom("type"), type), (.atom("modules"), modules), (.atom("significant"), .boolean(false)),
            ]))
    }

    public var type: Term { .atom(isSupervisor ? "supervisor" : "worker") }
}

/// Which children go with one that ended.
public enum SupervisorStrategy: String, Sendable {
    case oneForOne = "one_for_one"
    case oneForAll = "one_for_all"
    case restForOne = "rest_for_one"
    case simpleOneForOne = "simple_one_for_one"

    /// The positions of the children, in the order they were started, that are restarted when one of `count` ended.
    func affected(by position: Int, of count: Int) -> Range<Int> {
        switch self {
        case .oneForOne, .simpleOneForOne: position..<(position + 1)
        case .oneForAll: 0..<count
        case .restForOne: position..<count
        }
    }
}

/// How many restarts in how long a supervisor bears before it gives up itself.
public struct RestartIntensity: Sendable {
    public var intensity: Int
    /// In seconds.
    public var period: Int
    private var restarts: [Int64] = []

    public init(intensity: Int = 1, period: Int = 5) {
        self.intensity = intensity
        self.period = period
    }

    /// Notes a restart; false if that was one too many.
    ///
    /// - Parameter now: monotonic, in nanoseconds.
    public mutating func restarted(at now: Int64) -> Bool {
        restarts.removeAll { now - $0 > Int64(min(max(0, period), 1_000_000_000)) * 1_000_000_000 }
        restarts.append(now)
        return restarts.count <= intensity
    }
}
