// What this module does: a node. It joins the processes of this node, its tables and the distribution: signals for
// other nodes become control messages and back, calls from other nodes run functions of the function table, and
// net_kernel, rex and erpc answer as they do on an OTP node. What it does not: read or print anything, or know a
// language. The protocol is that of `wire.md`; what stands where:
//
//   Node+Lifecycle    starting and stopping distribution, EPMD, cookies
//   Node+Connections  connections, node up and down, the routing of signals
//   Remote/           calls and spawns in both directions (SPAWN_REQUEST, erpc)
//   Global/           names and locks of the whole cluster
//   Groups/           process groups
//   Services/         the registered processes net_kernel, rex and logger_proxy
//   IO/               the I/O protocol: the group leader `user`, and what asks group leaders
//   Table/, Functions the function table and what stands in it
//
// A visible node takes part in `global` (Global/); a hidden one does not, and a monitor of its `global_name_server` is
// answered `noproc`.

internal import Distribution
internal import EPMD
internal import Logging
internal import NIOCore
internal import NIOPosix
public import Processes
public import Support
public import Tables
public import Terms

/// A node: alone as `nonode@nohost`, or alive as a member of a cluster.
public final class Node: Sendable {
    public let configuration: NodeConfiguration
    public let processes: ProcessTable
    public let tables: TableRegistry
    public let functions = FunctionTable()
    public let children = ChildNodes()
    let global = GlobalServer()
    let scopes = GroupScopes()
    let timers = MessageTimers()
    let statistics = Statistics()
    let logs = Locked(LogSettings())
    let applications = Locked(Applications())
    let incarnation: NodeIncarnation
    let clock: any TimeSource
    let startedAt: Int64
    let state = Locked(State())
    let remoteCalls = RemoteCalls()
    private let ioDevice: Locked<any IODevice>

    struct State {
        var endpoint: DistributionEndpoint?
        var registration: EPMDRegistration?
        /// `net_ticktime`, in seconds.
        var tickTime = 60
        var eventLoops: MultiThreadedEventLoopGroup?
        var connections: [Atom: DistributionConnection] = [:]
        var connectionDelegate: ConnectionDelegate?
        /// Signals for nodes that are being connected to, in order.
        var queued: [Atom: [Signal]] = [:]
        var cookie: Atom?
        var cookies: [Atom: Atom] = [:]
        var lastFailures: [Atom: ConnectError] = [:]
        /// Who wants `nodeup` and `nodedown`, and how.
        var nodeMonitors: [Pid: Set<NodeMonitorOptions>] = [:]
        /// Who called `monitor_node/2`, and how often.
        var watchers: [Atom: [Pid: Int]] = [:]
    }

    public init(
        configuration: NodeConfiguration = NodeConfiguration(), clock: any TimeSource = SystemTimeSource(),
        timers: any TimerService = ThreadTimerService()
    ) {
        self.configuration = configuration
        self.clock = clock
        startedAt = clock.monotonicNanoseconds()
        incarnation = .makeLocal()
        processes = ProcessTable(incarnation: incarnation, timers: timers)
        tables = TableRegistry(clock: clock)
        ioDevice = Locked(OutputDevice(output: configuration.output))
        state.withLock { $0.tickTime = configuration.tickTime }
        functions.add(Self.standardFunctions)
    }

    /// Starts the processes every node has. Called once, before anything else.
    public func boot() {
        processes.attach(router: self) { [weak self] process, _ in self?.processEnded(process) }
        let services: [(Atom, @Sendable (Process, Node) async throws -> Void)] = [
            ("user", UserServer.run), (.net_kernel, NetKernel.run), (.rex, Rex.run),
            ("logger_proxy", LoggerProxy.run),
        ]
        for (name, body) in services {
            processes.spawn(
                name, "init", 1, groupLeader: processes.whereis("user")?.pid,
                prepare: { _ = processes.register(name, $0) }, { [self] process in try await body(process, self) })
        }
        // Names are registered and locks taken on a node that is alone too.
        global.start(on: self)
    }

    /// The node's name, `nonode@nohost` when it is not alive.
    public var name: Atom { incarnation.node }

    /// 32 bit number that tells this life of the node from earlier ones of the same name; 0 when it is not alive.
    public var creation: UInt32 { incarnation.creation }

    /// Whether the node can be connected with others.
    public var isAlive: Bool { name != .nonode }

    /// How long calls to other nodes may take when the caller does not say, in nanoseconds.
    public var defaultTimeout: Int64 { configuration.timeout }

    /// Where the group leader `user` prints and reads; the shell's editor takes it over when it starts.
    public var device: any IODevice {
        get { ioDevice.withLock { $0 } }
        set { ioDevice.withLock { $0 = newValue } }
    }

    /// Prints text that arrived for the group leader `user`.
    func output(_ text: String) { device.print(text) }

    /// The pid of the process `user`, the group leader of what starts here.
    public var userPid: Pid? { processes.whereis("user")?.pid }

    private func processEnded(_ process: Process) {
        for transfer in tables.ownerExited(process.pid, isAlive: { [processes] in processes.process($0) != nil }) {
            let message: Term = .tuple([
                .atom("ETS-TRANSFER"), transfer.table.identifier, .pid(transfer.formerOwner), transfer.data,
            ])
            processes.process(transfer.heir)?.deliver(message)
        }
        state.withLock { state in
            state.nodeMonitors[process.pid] = nil
            for node in state.watchers.keys { state.watchers[node]?[process.pid] = nil }
        }
    }

    /// Runs a function for another node, if the policy lets it.
    ///
    /// - Throws: ``ErlangException``: what the function throws, `undef`, or an exit `{not_allowed, {M, F, A}}`.
    func serve(_ module: Atom, _ function: Atom, _ arguments: [Term], by process: Process) async throws -> Term {
        if let entry = functions.find(module, function, arguments.count),
            configuration.allow == .none || (configuration.allow == .safe && !entry.isSafe)
        {
            let call: Term = .tuple([.atom(module), .atom(function), .integer(arguments.count)])
            throw ErlangException(.exit, .tuple([.atom("not_allowed"), call]))
        }
        return try await functions.call(module, function, arguments, on: self, by: process)
    }
}
