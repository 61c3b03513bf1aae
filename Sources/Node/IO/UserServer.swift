internal import Processes
internal import Terms

/// The process `user`: the group leader of everything that starts here. It prints and reads at the node's device, which is
/// the shell's terminal or its pipes.
enum UserServer {
    static func run(_ process: Process, on node: Node) async throws {
        var server = IOServer(NodeDevice(node: node), on: node)
        try await server.run(process)
    }

    /// The device the node has at the time.
    private struct NodeDevice: IODevice {
        let node: Node

        func print(_ text: String) { node.device.print(text) }
        func readLine(prompt: String, isHidden: Bool) async -> IOInput {
            await node.device.readLine(prompt: prompt, isHidden: isHidden)
        }
        var size: (columns: Int, rows: Int)? { node.device.size }
    }
}
