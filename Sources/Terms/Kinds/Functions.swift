/// A fun: data here. What it needs to run is kept verbatim, so that it goes back as it came.
public enum Fun: Sendable, Hashable {
    /// `fun Module:Function/Arity`, EXPORT_EXT.
    case export(ExportFun)
    /// A closure or a local fun, NEW_FUN_EXT.
    case closure(ClosureFun)
}

/// `fun Module:Function/Arity`.
public final class ExportFun: Sendable, Hashable {
    public let module: Atom
    public let function: Atom
    /// 0 to 255.
    public let arity: Int

    public init(module: Atom, function: Atom, arity: Int) {
        self.module = module
        self.function = function
        self.arity = arity
    }

    public static func == (left: ExportFun, right: ExportFun) -> Bool {
        left.module == right.module && left.function == right.function && left.arity == right.arity
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(module)
        hasher.combine(function)
        hasher.combine(arity)
    }
}

/// The code of a closure that was made here.
public protocol FunCode: AnyObject, Sendable {
    /// What the machine runs; lives as long as the code.
    var entry: UnsafeMutableRawPointer { get }
    /// The closure as `erl_eval` of another node runs it: its free variables by name, and its clauses as abstract code.
    func portable(_ environment: Tuple) -> PortableFun
}

/// What a closure is made of, for a node that evaluates it.
public struct PortableFun: Sendable {
    /// `#{Name => Value}`.
    public let bindings: Term
    /// Abstract code.
    public let clauses: Term
    /// The name it calls itself by, of a named fun.
    public let name: Atom?

    public init(bindings: Term, clauses: Term, name: Atom? = nil) {
        self.bindings = bindings
        self.clauses = clauses
        self.name = name
    }
}

/// A closure with its environment. Two are equal if module, index, unique values and free variables are: the creating
/// pid is no part of a fun's identity (newer OTP releases replace it on the way).
public final class ClosureFun: Sendable, Hashable {
    public let module: Atom
    /// 0 to 255.
    public let arity: Int
    /// The MD5 of the module's code, 16 bytes.
    public let uniq: Binary
    public let index: UInt32
    public let oldIndex: Int
    public let oldUniq: Int
    /// The process that made it, as it came.
    public let creator: Pid
    /// The values of the free variables.
    public let environment: Tuple
    /// What runs it here, if it was made here; no part of its identity.
    public let code: (any FunCode)?
    /// The entry of the code, for the machine.
    public nonisolated(unsafe) let entry: UnsafeMutableRawPointer?

    public var freeVariables: [Term] { Array(environment) }

    public convenience init(
        module: Atom, arity: Int, uniq: Binary, index: UInt32, oldIndex: Int, oldUniq: Int, creator: Pid,
        freeVariables: [Term]
    ) {
        self.init(
            module: module, arity: arity, uniq: uniq, index: index, oldIndex: oldIndex, oldUniq: oldUniq,
            creator: creator, environment: Tuple(freeVariables))
    }

    public init(
        module: Atom, arity: Int, uniq: Binary, index: UInt32, oldIndex: Int, oldUniq: Int, creator: Pid,
        environment: Tuple, code: (any FunCode)? = nil
    ) {
        self.code = code
        entry = code?.entry
        self.module = module
        self.arity = arity
        self.uniq = uniq
        self.index = index
        self.oldIndex = oldIndex
        self.oldUniq = oldUniq
        self.creator = creator
        self.environment = environment
    }

    public static func == (left: ClosureFun, right: ClosureFun) -> Bool {
        Term.fun(.closure(left)) == .fun(.closure(right))
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(Term.fun(.closure(self))) }
}

/// A native record of OTP 29. Fields keep their order. Source: EEP 79; tag 67 of the external term format.
public final class NativeRecord: Sendable, Hashable {
    public let module: Atom
    public let name: Atom
    public let isExported: Bool
    /// As many as there are values.
    public let fieldNames: [Atom]
    public let values: Tuple

    public var fields: [Field] { zip(fieldNames, values).map { Field(name: $0, value: $1) } }

    public struct Field: Sendable, Hashable {
        public let name: Atom
        public let value: Term

        public init(name: Atom, value: Term) {
            self.name = name
            self.value = value
        }
    }

    public convenience init(module: Atom, name: Atom, isExported: Bool, fields: [Field]) {
        self.init(
            module: module, name: name, isExported: isExported, fieldNames: fields.map(\.name),
            values: Tuple(fields.map(\.value)))
    }

    /// A record whose storage of values may still be filled in.
    init(module: Atom, name: Atom, isExported: Bool, fieldNames: [Atom], values: Tuple) {
        self.module = module
        self.name = name
        self.isExported = isExported
        self.fieldNames = fieldNames
        self.values = values
    }

    public static func == (left: NativeRecord, right: NativeRecord) -> Bool { Term.record(left) == .record(right) }
    public func hash(into hasher: inout Hasher) { hasher.combine(Term.record(self)) }
}

/// LOCAL_EXT: everything after its tag, opaque.
public final class LocalTerm: Sendable, Hashable {
    public let payload: Binary

    public init(payload: Binary) { self.payload = payload }

    public static func == (left: LocalTerm, right: LocalTerm) -> Bool { left.payload == right.payload }
    public func hash(into hasher: inout Hasher) { hasher.combine(payload) }
}
