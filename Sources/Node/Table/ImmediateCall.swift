public import Processes
public import Terms

/// A call of a function that never waits, with its arguments where they stand: good only until the function returns.
public struct ImmediateCall {
    public let node: Node
    public let process: Process
    public let module: Atom
    public let function: Atom
    public let arguments: UnsafeBufferPointer<Term>

    public init(
        node: Node, process: Process, module: Atom, function: Atom, arguments: UnsafeBufferPointer<Term>
    ) {
        self.node = node
        self.process = process
        self.module = module
        self.function = function
        self.arguments = arguments
    }

    public subscript(position: Int) -> Term { arguments[position] }

    /// The same call with arguments of its own, which may be kept.
    var kept: FunctionCall {
        FunctionCall(node: node, process: process, module: module, function: function, arguments: Array(arguments))
    }

    /// `error:badarg` with the stack that names this call.
    func badarg(_ detail: String? = nil) -> ErlangException { kept.badarg(detail) }

    func atom(_ position: Int) throws -> Atom { try arguments[position].asAtom ?? kept.atom(position) }

    func integer(_ position: Int) throws -> Int { try arguments[position].asInteger ?? kept.integer(position) }

    func pid(_ position: Int) throws -> Pid { try arguments[position].asPid ?? kept.pid(position) }
}
