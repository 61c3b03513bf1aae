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
    public let freeVariables: [Term]

    public init(
        module: Atom, arity: Int, uniq: Binary, index: UInt32, oldIndex: Int, oldUniq: Int, creator: Pid,
        freeVariables: [Term]
    ) {
        self.module = module
        self.arity = arity
        self.uniq = uniq
        self.index = index
        self.oldIndex = oldIndex
        self.oldUniq = oldUniq
        self.creator = creator
        self.freeVariables = freeVariables
    }

    public static func == (left: ClosureFun, right: ClosureFun) -> Bool {
        left.module == right.module && left.index == right.index && left.uniq == right.uniq
            && left.oldUniq == right.oldUniq && left.arity == right.arity
            && left.freeVariables == right.freeVariables
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(module)
        hasher.combine(index)
        hasher.combine(uniq)
        hasher.combine(freeVariables)
    }
}

/// A native record of OTP 29. Fields keep their order. Source: EEP 79; tag 67 of the external term format.
public final class NativeRecord: Sendable, Hashable {
    public let module: Atom
    public let name: Atom
    public let isExported: Bool
    public let fields: [Field]

    public struct Field: Sendable, Hashable {
        public let name: Atom
        public let value: Term

        public init(name: Atom, value: Term) {
            self.name = name
            self.value = value
        }
    }

    public init(module: Atom, name: Atom, isExported: Bool, fields: [Field]) {
        self.module = module
        self.name = name
        self.isExported = isExported
        self.fields = fields
    }

    public static func == (left: NativeRecord, right: NativeRecord) -> Bool {
        left.module == right.module && left.name == right.name && left.isExported == right.isExported
            && left.fields == right.fields
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(module)
        hasher.combine(name)
        hasher.combine(fields)
    }
}

/// LOCAL_EXT: everything after its tag, opaque.
public final class LocalTerm: Sendable, Hashable {
    public let payload: Binary

    public init(payload: Binary) { self.payload = payload }

    public static func == (left: LocalTerm, right: LocalTerm) -> Bool { left.payload == right.payload }
    public func hash(into hasher: inout Hasher) { hasher.combine(payload) }
}
