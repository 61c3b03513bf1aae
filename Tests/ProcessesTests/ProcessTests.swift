import Processes
import Support
import Terms
import Testing

/// Timers that go off when the test says so.
final class ManualTimers: TimerService {
    private struct State {
        var now: Int64 = 0
        var number: UInt64 = 0
        var actions: [TimerToken: (deadline: Int64, action: @Sendable () -> Void)] = [:]
    }

    private let state = Locked(State())

    func schedule(after nanoseconds: Int64, _ action: @escaping @Sendable () -> Void) -> TimerToken {
        state.withLock { state in
            state.number += 1
            let token = TimerToken(deadline: state.now + nanoseconds, number: state.number)
            state.actions[token] = (state.now + nanoseconds, action)
            return token
        }
    }

    func cancel(_ token: TimerToken) -> Bool { state.withLock { $0.actions.removeValue(forKey: token) != nil } }

    var scheduled: Int { state.withLock { $0.actions.count } }

    func advance(by nanoseconds: Int64) {
        let due: [@Sendable () -> Void] = state.withLock { state in
            state.now += nanoseconds
            let now = state.now
            let due = state.actions.filter { $0.value.deadline <= now }
            for token in due.keys { state.actions[token] = nil }
            return due.values.map(\.action)
        }
        for action in due { action() }
    }
}

func makeTable(timers: any TimerService = ManualTimers()) -> ProcessTable {
    ProcessTable(incarnation: NodeIncarnation(node: "test@local", creation: 7), timers: timers)
}

/// Runs `body` as a process and waits for what it returns.
func inProcess<Result: Sendable>(
    of table: ProcessTable, trapsExit: Bool = false,
    _ body: @escaping @Sendable (Process) async throws -> Result
) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        table.spawn("test", "body", trapsExit: trapsExit) { process in
            do { continuation.resume(returning: try await body(process)) } catch {
                continuation.resume(throwing: error)
            }
        }
    }
}

@Suite struct ProcessTests {
    @Test func messagesThatDoNotMatchStayInOrder() async throws {
        let seen = try await inProcess(of: makeTable()) { me in
            for number in 1...4 { me.send(.integer(number), to: me.pid) }
            let third = try await me.receive { $0 == 3 ? $0 : nil }
            return [third] + me.flush()
        }
        #expect(seen == [3, 1, 2, 4])
    }

    @Test func receiveAfterGivesUpWhenTheTimeIsOver() async throws {
        let timers = ManualTimers()
        let table = makeTable(timers: timers)
        async let result = inProcess(of: table) { me in try await me.receive(timeout: 1_000) { $0 } }
        while timers.scheduled == 0 { await Task.yield() }
        timers.advance(by: 1_000)
        #expect(try await result == nil)
    }

    @Test func aZeroTimeoutLooksOnce() async throws {
        let result = try await inProcess(of: makeTable()) { me in
            me.send(.atom("there"), to: me.pid)
            let first = try await me.receive(timeout: 0) { $0 }
            let second = try await me.receive(timeout: 0) { $0 }
            return [first, second]
        }
        #expect(result == [.atom("there"), nil])
    }

    @Test func aLinkBringsTheExitReasonToATrappingProcess() async throws {
        let table = makeTable()
        let message = try await inProcess(of: table, trapsExit: true) { me in
            let child = me.table.spawn("test", "child") { child in
                _ = try await child.receiveAny()
                throw ErlangException(.exit, .atom("gone"))
            }
            me.link(to: child.pid)
            me.send(.atom("go"), to: child.pid)
            return (try await me.receiveAny(), child.pid)
        }
        #expect(message.0 == .tuple([.atom(.EXIT), .pid(message.1), .atom("gone")]))
    }

    @Test func aLinkEndsAProcessThatDoesNotTrap() async throws {
        let table = makeTable()
        let reason = try await inProcess(of: table) { me in
            let victim = me.table.spawn("test", "victim") { _ = try await $0.receiveAny() }
            let reference = me.monitor(.pid(victim.pid))
            me.table.spawn("test", "culprit", prepare: { $0.link(to: victim.pid) }) { _ in
                throw ErlangException(.exit, .atom("crash"))
            }
            return try await me.receive { message in
                message.asTuple.flatMap { $0[1] == .reference(reference) ? $0[4] : nil }
            }
        }
        #expect(reason == .atom("crash"))
    }

    @Test func linkingWithTheDeadBringsNoproc() async throws {
        let table = makeTable()
        let message = try await inProcess(of: table, trapsExit: true) { me in
            let dead = Pid(incarnation: me.table.incarnation, id: 999_999, serial: 0)
            me.link(to: dead)
            return try await me.receiveAny()
        }
        #expect(message.asTuple?[2] == .atom(.noproc))
    }

    @Test func killCannotBeTrappedAndIsSeenAsKilled() async throws {
        let table = makeTable()
        let reason = try await inProcess(of: table) { me in
            let victim = me.table.spawn("test", "victim", trapsExit: true) { _ = try await $0.receiveAny() }
            _ = me.monitor(.pid(victim.pid))
            me.exit(victim.pid, reason: .atom(.kill))
            return try await me.receiveAny().asTuple?[4]
        }
        #expect(reason == .atom(.killed))
    }

    @Test func normalIsNoReasonToDieForOthers() async throws {
        let table = makeTable()
        let isAlive = try await inProcess(of: table) { me in
            let other = me.table.spawn("test", "other") { _ = try await $0.receiveAny() }
            me.exit(other.pid, reason: .atom(.normal))
            return other.isAlive
        }
        #expect(isAlive)
    }

    @Test func aMonitorByNameReportsTheName() async throws {
        let table = makeTable()
        let message = try await inProcess(of: table) { me in
            let server = me.table.spawn("test", "server") { _ = try await $0.receiveAny() }
            _ = me.table.register("server", server)
            _ = me.monitor(.name("server", node: "test@local"))
            me.send(.atom("stop"), to: .name("server", node: "test@local"))
            return try await me.receiveAny()
        }
        #expect(message.asTuple?[3] == .tuple([.atom("server"), .atom("test@local")]))
        #expect(message.asTuple?[4] == .atom(.normal))
        #expect(table.whereis("server") == nil)
    }

    @Test func noDownArrivesAfterDemonitorWithFlush() async throws {
        let left = try await inProcess(of: makeTable()) { me in
            let reference = me.monitor(.name("nobody", node: "test@local"))
            me.demonitor(reference, flush: true)
            return me.flush()
        }
        #expect(left == [])
    }

    @Test func aliasesReachTheProcessUntilTheyAreTakenBack() async throws {
        let left = try await inProcess(of: makeTable()) { me in
            let alias = me.alias()
            me.send(1, to: .alias(alias))
            me.unalias(alias)
            me.send(2, to: .alias(alias))
            return me.flush()
        }
        #expect(left == [1])
    }

    @Test func aNodeThatIsAwayBreaksLinksAndMonitors() async throws {
        let messages = try await inProcess(of: makeTable(), trapsExit: true) { me in
            let far = Pid(node: "far@away", id: 1, serial: 0, creation: 1)
            me.link(to: far)
            _ = me.monitor(.pid(far))
            return me.flush().map { $0.asTuple.map { Array($0).last } }
        }
        #expect(messages == [.atom(.noconnection), .atom(.noconnection)])
    }

    @Test func genCallRepliesThroughTheTagAndFailsWithTheServer() async throws {
        let table = makeTable()
        let reply = try await inProcess(of: table) { me in
            let server = me.table.spawn("test", "server") { server in
                while let call = GenCall(try await server.receiveAny()) {
                    guard call.request != .atom("crash") else { throw ErlangException(.exit, .atom("crashed")) }
                    call.reply(.tuple([.atom(.ok), call.request]), from: server)
                }
            }
            let reply = try await me.genCall(.pid(server.pid), 42)
            let failure = await #expect(throws: ErlangException.self) {
                _ = try await me.genCall(.pid(server.pid), .atom("crash"))
            }
            return [reply, failure?.reason.asTuple?[0]]
        }
        #expect(reply == [.tuple([.atom(.ok), 42]), .atom("crashed")])
    }

    @Test func aHundredThousandProcessesAnswer() async throws {
        let table = makeTable()
        let sum = try await inProcess(of: table) { me in
            for number in 0..<100_000 {
                let child = me.table.spawn("test", "echo") { child in
                    let tuple = try await child.receiveAny().asTuple
                    if case .pid(let back)? = tuple?[0], let value = tuple?[1] { child.send(value, to: back) }
                }
                child.deliver(.tuple([.pid(me.pid), .integer(number)]))
            }
            var sum = 0
            for _ in 0..<100_000 { sum += try await me.receiveAny().asInteger ?? 0 }
            return sum
        }
        #expect(sum == 100_000 * 99_999 / 2)
    }
}
