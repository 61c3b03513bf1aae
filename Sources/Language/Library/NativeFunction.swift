public import Processes
public import Terms

/// A function of the library that is written in Swift: it never waits, and calls no fun.
///
/// Functions that call back (`lists:map/2`, `Enum.map/2`) are bundled source instead, so that a `receive` inside their
/// funs works and Ctrl-C ends them.
public struct NativeFunction: Sendable {
    /// - Throws: `ErlangException`.
    public typealias Body = @Sendable (borrowing NativeCall) throws -> Term

    public let module: Atom
    public let name: Atom
    /// The names of the parameters; there are as many as the arity.
    public let parameters: [String]
    /// What it does, in one line.
    public let summary: String
    public let body: Body

    public init(
        _ module: Atom, _ name: Atom, _ parameters: [String], _ summary: String, body: @escaping Body
    ) {
        self.module = module
        self.name = name
        self.parameters = parameters
        self.summary = summary
        self.body = body
    }

    public var arity: Int { parameters.count }

    /// The same function under another name, as `Kernel.hd/1` is `erlang:hd/1`.
    public func alias(_ module: Atom, _ name: Atom) -> NativeFunction {
        NativeFunction(module, name, parameters, summary, body: body)
    }
}

/// The arguments of a native function, in place: good only until it returns.
public struct NativeCall: ~Copyable {
    public let arguments: UnsafeBufferPointer<Term>
    // Not counted: whoever calls keeps them.
    /// The process that calls.
    public let caller: Unmanaged<Process>
    /// What `MachineHost.keeper` gave when the code that calls began.
    public let keeper: Unmanaged<AnyObject>?
    /// Whether the arguments are the callee's to change.
    private let ownsArguments: Bool

    public init(arguments: UnsafeBufferPointer<Term>, process: Process) {
        self.arguments = arguments
        caller = .passUnretained(process)
        keeper = nil
        ownsArguments = false
    }

    /// Arguments in registers that are emptied afterwards.
    @inline(__always)
    init(registers: UnsafeBufferPointer<Term>, caller: Unmanaged<Process>, keeper: Unmanaged<AnyObject>?) {
        arguments = registers
        self.caller = caller
        self.keeper = keeper
        ownsArguments = true
    }

    public var process: Process { caller.takeUnretainedValue() }

    public subscript(position: Int) -> Term { arguments[position] }

    /// Takes an argument out: 0 stays behind. Only when nothing can fail any more.
    public func take(_ position: Int) -> Term {
        guard ownsArguments, arguments.indices.contains(position), let first = arguments.baseAddress else {
            return arguments[position]
        }
        return Registers.take(UnsafeMutablePointer(mutating: first + position))
    }

    /// `error:badarg`; whoever called adds the stack.
    public func badarg() -> ErlangException { ErlangException(.error, .atom(.badarg)) }

    /// `error:function_clause`.
    public func functionClause() -> ErlangException { ErlangException(.error, .atom(.function_clause)) }

    // The arguments by type; each throws `badarg` when the argument is another.

    public func atom(_ position: Int) throws -> Atom {
        guard let atom = arguments[position].asAtom else { throw badarg() }
        return atom
    }

    public func integer(_ position: Int) throws -> Int {
        guard let value = arguments[position].asInteger else { throw badarg() }
        return value
    }

    public func binary(_ position: Int) throws -> Binary {
        guard let value = arguments[position].asBinary else { throw badarg() }
        return value
    }

    public func map(_ position: Int) throws -> Map {
        guard let value = arguments[position].asMap else { throw badarg() }
        return value
    }

    public func tuple(_ position: Int) throws -> Tuple {
        guard let value = arguments[position].asTuple else { throw badarg() }
        return value
    }

    /// The elements of a proper list.
    public func list(_ position: Int) throws -> [Term] {
        guard let list = arguments[position].properList else { throw badarg() }
        return list
    }
}
