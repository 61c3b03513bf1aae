public import Processes
internal import Tables
public import Terms

/// A call of a function that never waits, with its arguments where they stand: good only until the function returns.
///
/// It counts no references: a table is looked up and written in less time than counting takes.
public struct ImmediateCall {
    private let unmanagedNode: Unmanaged<Node>
    private let unmanagedProcess: Unmanaged<Process>
    public let module: Atom
    public let function: Atom
    public let arguments: UnsafeBufferPointer<Term>

    public init(
        node: Unmanaged<Node>, process: Unmanaged<Process>, module: Atom, function: Atom,
        arguments: UnsafeBufferPointer<Term>
    ) {
        unmanagedNode = node
        unmanagedProcess = process
        self.module = module
        self.function = function
        self.arguments = arguments
    }

    var node: Node { unmanagedNode.takeUnretainedValue() }
    var tables: TableRegistry { unmanagedNode._withUnsafeGuaranteedRef { $0.tables } }
    /// The process that calls.
    var caller: Pid { unmanagedProcess._withUnsafeGuaranteedRef { $0.pid } }

    subscript(position: Int) -> Term { arguments[position] }

    /// The same call with arguments of its own, which may be kept.
    var kept: FunctionCall {
        FunctionCall(
            node: node, process: unmanagedProcess.takeUnretainedValue(), module: module, function: function,
            arguments: Array(arguments))
    }

    /// `error:badarg` with the stack that names this call.
    func badarg(_ detail: String? = nil) -> ErlangException { kept.badarg(detail) }

    func atom(_ position: Int) throws -> Atom { try arguments[position].asAtom ?? kept.atom(position) }

    func integer(_ position: Int) throws -> Int { try arguments[position].asInteger ?? kept.integer(position) }

    func pid(_ position: Int) throws -> Pid { try arguments[position].asPid ?? kept.pid(position) }
}
