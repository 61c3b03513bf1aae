@testable import Node
import Processes
import Terms
import Testing

/// Meetings that do not go as they should, message by message; whole clusters stand in `Cluster`.
@Suite struct GlobalMachineTests {
    private let locker = Pid(node: "a@h", id: 5, serial: 0, creation: 1)

    /// The tag of the `init_connect` among the actions.
    private func tag(_ actions: [GlobalAction]) -> Term? {
        for case .cast(_, let message) in actions {
            if let tuple = message.asTuple, tuple[0] == .atom("init_connect") { return tuple[1].asTuple?[1] }
        }
        return nil
    }

    @Test func aMeetingThatIsCancelledStartsAnewWithAnotherTag() throws {
        var machine = GlobalMachine(node: "a@h", locker: locker, creation: 1)
        let first = try #require(tag(machine.nodeUp("b@h")))
        // Of another meeting: nothing.
        let none = machine.received(.tuple([.atom("cancel_connect"), .atom("b@h"), 12345]))
        #expect(none.isEmpty)
        let second = try #require(tag(machine.received(.tuple([.atom("cancel_connect"), .atom("b@h"), first]))))
        #expect(second != first)
        // The answer to the first one comes late, and is not taken for one to the second.
        let late = machine.received(.tuple([.atom("init_connect_ack"), .atom("b@h"), first, 7]))
        #expect(late.isEmpty)
    }

    @Test func anAcknowledgementOfAnotherMeetingIsAnsweredWithCancel() throws {
        var machine = GlobalMachine(node: "a@h", locker: locker, creation: 1)
        let own = try #require(tag(machine.nodeUp("b@h")))
        let his = Pid(node: "b@h", id: 9, serial: 0, creation: 1)
        let hello: Term = .tuple([
            .atom("init_connect"), .tuple([8, 70]), .atom("b@h"),
            .tuple([.atom("locker"), .atom("no_longer_a_pid"), .map(Map([])), .pid(his)]),
        ])
        _ = machine.received(hello)
        let actions = machine.received(.tuple([.atom("init_connect_ack"), .atom("b@h"), own, 71]))
        guard case .info("b@h", let message)? = actions.first else {
            Issue.record("no cancel_connect")
            return
        }
        #expect(message == .tuple([.atom("cancel_connect"), .atom("a@h"), 71]))
        #expect(tag(actions).map { $0 != own } == true)
    }

    @Test func nonsenseIsIgnored() {
        var machine = GlobalMachine(node: "a@h", locker: locker, creation: 1)
        for message: Term in [
            1, .atom("init_connect"), .tuple([.atom("init_connect"), 1, 2, 3]),
            .tuple([.atom("lock_set"), 1, 2, 3, 4]),
            .tuple([.atom("exchange"), 1, 2, 3, 4]), .tuple([.atom("resolved"), 1, 2, 3, 4, 5, 6]),
            .tuple([.atom("new_nodes"), 1, 2, 3, 4, 5]), .tuple([.atom("lost_connection"), 1, 2, 3, 4]), .tuple([]),
        ] {
            let actions = machine.received(message)
            #expect(actions.isEmpty, "\(message)")
        }
        #expect(machine.known.isEmpty && machine.names.isEmpty)
    }
}
