internal import Processes
internal import Terms

/// Funs as the machine makes and calls them.
enum Closures {
    /// What stands for the MD5 of the code of funs made here. Nodes that run them are given the number of their own.
    static let uniq = Binary([UInt8](repeating: 0, count: 16))

    static func make(_ function: FunctionCode, _ environment: Tuple, _ process: Process) -> ClosureFun {
        ClosureFun(
            module: function.unit.isModule ? function.module : "erl_eval", arity: function.arity, uniq: uniq,
            index: function.source?.index ?? 0, oldIndex: Int(function.source?.index ?? 0),
            oldUniq: Int(function.name.index) & 0x7FF_FFFF, creator: process.pid, environment: environment,
            code: function)
    }

    static func external(_ module: Term, _ name: Term, _ arity: Term) throws -> Term {
        guard case .atom(let module) = module, case .atom(let name) = name, case .integer(let arity) = arity,
            (0...255).contains(arity)
        else { throw ErlangException(.error, .atom(.badarg)) }
        return .fun(.export(ExportFun(module: module, function: name, arity: arity)))
    }

    /// A captured value of the closure in a register.
    @inline(__always)
    static func captured(_ place: UnsafePointer<Term>, _ position: Int) -> Term {
        guard let closure = place.closure else { return .nil }
        return closure._withUnsafeGuaranteedRef {
            position < $0.environment.count ? $0.environment[position] : .nil
        }
    }

    /// The code of a closure that has one.
    @inline(__always)
    static func header(of closure: ClosureFun) -> UnsafeMutablePointer<CodeHeader> {
        closure.entry.unsafelyUnwrapped.assumingMemoryBound(to: CodeHeader.self)
    }

    /// The code of the closure in a register, if it takes so many arguments and runs here.
    @inline(__always)
    static func header(at place: UnsafePointer<Term>, arity: Int) -> UnsafeMutablePointer<CodeHeader>? {
        guard let closure = place.closure else { return nil }
        return closure._withUnsafeGuaranteedRef {
            $0.arity == arity ? $0.entry?.assumingMemoryBound(to: CodeHeader.self) : nil
        }
    }
}

extension Execution {
    /// The closure with code that runs here: itself, or what is made of one that came from another node.
    @inline(__always)
    func runnable(_ closure: ClosureFun) throws -> ClosureFun {
        closure.code != nil ? closure : try foreign(closure)
    }

    private func foreign(_ closure: ClosureFun) throws -> ClosureFun {
        if let known = imported[ObjectIdentifier(closure)] { return known.made }
        guard let made = try ForeignFun.compile(closure, server: server, process: process) else {
            throw ErlangException(.error, .tuple([.atom("badfun"), .fun(.closure(closure))]))
        }
        if imported.count > 64 { imported.removeAll() }
        imported[ObjectIdentifier(closure)] = (closure, made)
        return made
    }
}
