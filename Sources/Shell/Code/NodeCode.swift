internal import Language
internal import Node
internal import Processes
internal import Support
internal import Terms

/// The joint of the language and the node: evaluated code calls the functions of the node's table, and the table finds
/// modules, library and funs in the language.
final class NodeCode: MachineHost, EvaluatedCode {
    let server = CodeServer()
    private let owner: Locked<WeakNode>

    private struct WeakNode {
        weak var node: Node?
    }

    private init(_ node: Node) { owner = Locked(WeakNode(node: node)) }

    /// The code of a node; made when it is asked for first.
    static func of(_ node: Node) -> NodeCode {
        if let code = node.functions.code as? NodeCode { return code }
        let code = NodeCode(node)
        code.server.host = code
        node.functions.code = code
        node.functions.add(functions)
        return code
    }

    private var theNode: Node? { owner.withLock { $0.node } }

    // MARK: What evaluated code needs of the node

    var node: Term { .atom(theNode?.name ?? .nonode) }
    var keeper: AnyObject? { theNode }

    func function(_ module: Atom, _ name: Atom, _ arity: Int) -> HostFunction? {
        guard let node = theNode, let entry = node.functions.own(module, name, arity) else { return nil }
        let body: HostFunction.Body = { [weak node] process, arguments in
            guard let node else { throw ProcessEnded() }
            return try await entry.call(
                FunctionCall(node: node, process: process, module: module, function: name, arguments: arguments))
        }
        guard let immediate = entry.immediate else { return HostFunction(body: body) }
        return HostFunction(body: body) { call in
            guard let keeper = call.keeper else { throw ProcessEnded() }
            // What `keeper` gives is a node.
            let node = Unmanaged<Node>.fromOpaque(keeper.toOpaque())
            return try immediate(
                ImmediateCall(
                    node: node, process: call.caller, module: module, function: name, arguments: call.arguments))
        }
    }

    func hasModule(_ module: Atom) -> Bool { theNode?.functions.hasOwn(module) ?? false }

    func send(
        _ message: Term, to destination: Term, from process: Process
    ) throws -> (@Sendable () async -> Void)? {
        guard let node = theNode else { return nil }
        return try node.send(message, to: destination, from: process)
    }

    // MARK: What the function table finds here

    var modules: [Atom] { server.moduleNames }

    func find(_ module: Atom, _ name: Atom, _ arity: Int) -> FunctionEntry? {
        server.describe(module, name, arity).map { entry(of: $0) }
    }

    func functions(of module: Atom) -> [FunctionEntry] {
        server.functions(of: module).map { entry(of: $0) }
    }

    func call(
        _ module: Atom, _ function: Atom, _ arguments: [Term], by process: Process
    ) async throws -> Term {
        try await server.call(module, function, arguments, by: process)
    }

    func apply(_ fun: Term, _ arguments: [Term], by process: Process) async throws -> Term {
        try await server.apply(fun, arguments, by: process)
    }

    func guardValue(_ name: Atom, _ arguments: [Term], by process: Process) -> Term? {
        server.guardValue(name, arguments, by: process)
    }

    private func entry(of function: FunctionDescription) -> FunctionEntry {
        FunctionEntry(
            function.module, function.name, function.parameters, function.summary, safe: function.isPure
        ) { [server] call in
            try await server.call(call.module, call.function, call.arguments, by: call.process)
        }
    }
}
