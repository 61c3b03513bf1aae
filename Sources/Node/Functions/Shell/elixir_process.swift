internal import Processes
internal import Support
internal import Terms

extension Node {
    /// What Elixir's `Process` and `Node` have that Erlang says otherwise, or not at all.
    static let elixirProcessFunctions: [FunctionEntry] =
        [
            FunctionEntry("Elixir.Process", "unregister", ["Name"], "Takes a registered name back.") { call in
                try await call.call("erlang", "unregister", call.arguments)
            },
            FunctionEntry("Elixir.Process", "get", ["Key", "Default"], "The value of a key in the process dictionary.")
            {
                call in
                call.process.dictionary[call[0]] ?? call[1]
            },
            FunctionEntry("Elixir.Process", "get_keys", [], "The keys of the process dictionary.", safe: true) { call in
                .makeList(Array(call.process.dictionary.keys))
            },
            FunctionEntry("Elixir.Process", "get_keys", ["Value"], "The keys with a value.", safe: true) { call in
                .makeList(call.process.dictionary.filter { $0.value == call[0] }.map(\.key))
            },
            FunctionEntry("Elixir.Process", "send", ["To", "Message", "Options"], "Sends a message.") { call in
                try await call.call("erlang", "send", call.arguments)
            },
            FunctionEntry(
                "Elixir.Process", "send_after", ["To", "Message", "Time", "Options"],
                "Sends a message after milliseconds."
            ) { call in
                try await call.call("erlang", "send_after", [call[2], call[0], call[1]])
            },
            FunctionEntry("Elixir.Process", "cancel_timer", ["Timer", "Options"], "Stops a timer.") { call in
                try await call.call("erlang", "cancel_timer", [call[0]])
            },
            FunctionEntry("erlang", "cancel_timer", ["Timer", "Options"], "Stops a timer.") { call in
                try await call.call("erlang", "cancel_timer", [call[0]])
            },
            FunctionEntry(
                "Elixir.Process", "demonitor", ["Reference", "Options"], "Takes a monitor down: :flush, :info."
            ) { call in
                try await call.call("erlang", "demonitor", call.arguments)
            },
            FunctionEntry("Elixir.Process", "monitor", ["Process", "Options"], "Monitors a process: alias:.") { call in
                try await call.call("erlang", "monitor", [.atom(.process), call[0], call[1]])
            },
            FunctionEntry("Elixir.Node", "monitor", ["Node", "Flag", "Options"], "Asks for one {:nodedown, node}.") {
                call in
                try await call.call("erlang", "monitor_node", [call[0], call[1]])
            },
        ]
}
