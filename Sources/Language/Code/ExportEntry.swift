public import Processes
internal import Synchronization
public import Terms

/// `M:F/A`: what calls of other modules go through. There is one for each name that was ever called, and none goes away.
final class ExportEntry: Sendable {
    let module: Atom
    let name: Atom
    let arity: Int
    /// An unmanaged ``Target``; nothing while nobody looked for it.
    private let target = Atomic<UInt>(0)

    init(module: Atom, name: Atom, arity: Int) {
        self.module = module
        self.name = name
        self.arity = arity
    }

    /// What it stands for now. Targets live as long as the program: somebody may be about to call an old one.
    @inline(__always)
    var current: Unmanaged<Target>? {
        UnsafeRawPointer(bitPattern: target.load(ordering: .acquiring)).map { Unmanaged.fromOpaque($0) }
    }

    func set(_ new: Target?) {
        target.store(new.map { UInt(bitPattern: Unmanaged.passRetained($0).toOpaque()) } ?? 0, ordering: .releasing)
    }

    /// What a call does.
    final class Target: @unchecked Sendable {
        // `@unchecked Sendable`: the code behind `header` is never changed.
        enum Kind {
            case code(FunctionCode)
            case native(NativeFunction.Body)
            /// A function of the node that may wait.
            case host(HostFunction)
            /// What only the machine can do.
            case machine(MachineFunction)
        }

        let kind: Kind
        /// The code, for those who only run it.
        let header: UnsafeMutablePointer<CodeHeader>?
        /// What is called in the loop: a native, or a function of the node that never waits.
        let native: NativeFunction.Body?

        init(_ kind: Kind) {
            self.kind = kind
            if case .code(let function) = kind { header = function.header } else { header = nil }
            switch kind {
            case .native(let body): native = body
            case .host(let function): native = function.immediate
            case .code, .machine: native = nil
            }
        }
    }
}

/// A function the node offers beside those of the language.
public struct HostFunction: Sendable {
    public typealias Body = @Sendable (_ process: Process, _ arguments: [Term]) async throws -> Term

    public let body: Body
    /// The same for a caller that does not wait; nothing for a function that may have to.
    public let immediate: NativeFunction.Body?

    public init(body: @escaping Body, immediate: NativeFunction.Body? = nil) {
        self.body = body
        self.immediate = immediate
    }
}

/// What the machine needs from the node it runs on.
public protocol MachineHost: AnyObject, Sendable {
    /// A function of the node's table.
    func function(_ module: Atom, _ name: Atom, _ arity: Int) -> HostFunction?
    /// Whether the table has functions of a module.
    func hasModule(_ module: Atom) -> Bool
    /// Sends to a pid, a name, `{Name, Node}`, an alias or a port.
    ///
    /// - Returns: what to wait for before going on: a connection that has too much to write.
    /// - Throws: `ErlangException` `badarg` for what is no destination.
    func send(_ message: Term, to destination: Term, from process: Process) throws -> (@Sendable () async -> Void)?
    /// The name of the node.
    var node: Term { get }
    /// What has to live as long as code runs that calls functions of the host.
    var keeper: AnyObject? { get }
}

/// Functions that work on the machine itself.
enum MachineFunction: Sendable, Equatable {
    case apply2, apply3
    case error, exit, `throw`, raise
    case `self`, makeReference
    case put, get, getAll, erase, eraseAll
    case send
    case functionExported
    case funInfo, funInfo2
    case evaluate(EvaluateForm)
    case moduleInfo
    /// `defmodule`.
    case define
}

/// The functions of `erl_eval`.
enum EvaluateForm: Sendable, Equatable {
    case exprs, expr
}
