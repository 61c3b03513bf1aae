internal import Processes
internal import Terms

/// Which functions work on the machine itself.
enum MachineFunctions {
    static func find(_ module: Atom, _ name: Atom, _ arity: Int) -> MachineFunction? {
        if module == .erlang { return erlang[NameAndArity(name: name, arity: arity)] }
        if module == "beamsh_elixir", name == "define", arity == 2 { return .define }
        if module == "erl_eval" {
            switch (name.name, arity) {
            case ("exprs", 2...5): return .evaluate(.exprs)
            case ("expr", 2...5): return .evaluate(.expr)
            default: return nil
            }
        }
        return nil
    }

    private static let erlang: [NameAndArity: MachineFunction] = [
        NameAndArity(name: "apply", arity: 2): .apply2,
        NameAndArity(name: "apply", arity: 3): .apply3,
        NameAndArity(name: "error", arity: 1): .error,
        NameAndArity(name: "error", arity: 2): .error,
        NameAndArity(name: "error", arity: 3): .error,
        NameAndArity(name: "exit", arity: 1): .exit,
        NameAndArity(name: "throw", arity: 1): .throw,
        NameAndArity(name: "raise", arity: 3): .raise,
        NameAndArity(name: "self", arity: 0): .self,
        NameAndArity(name: "make_ref", arity: 0): .makeReference,
        NameAndArity(name: "put", arity: 2): .put,
        NameAndArity(name: "get", arity: 1): .get,
        NameAndArity(name: "get", arity: 0): .getAll,
        NameAndArity(name: "erase", arity: 1): .erase,
        NameAndArity(name: "erase", arity: 0): .eraseAll,
        NameAndArity(name: "!", arity: 2): .send,
        NameAndArity(name: "send", arity: 2): .send,
        NameAndArity(name: "function_exported", arity: 3): .functionExported,
        NameAndArity(name: "fun_info", arity: 1): .funInfo,
        NameAndArity(name: "fun_info", arity: 2): .funInfo2,
    ]
}

/// What the loop does after a function of the machine.
enum MachineStep {
    case value(Term)
    /// Calls the fun that stands behind so many arguments.
    case callFun(Int)
    case callExport(ExportEntry, Int)
    /// Runs code with so many arguments.
    case enter(FunctionCode, Int)
    case paused(@Sendable () async -> Void, Term)
}

extension Execution {
    /// Does what a function of the machine does. `window` is where its arguments stand, counted from the registers of the
    /// activation that calls.
    func machine(
        _ function: MachineFunction, _ entry: ExportEntry, _ arguments: UnsafeMutablePointer<Term>, _ count: Int,
        window: Int
    ) throws -> MachineStep {
        switch function {
        case .apply2:
            let (fun, list) = (arguments[0], arguments[1])
            guard list.properList != nil else {
                throw ErlangException(.error, .atom(.badarg)).called(
                    entry, Array(UnsafeBufferPointer(start: arguments, count: count)))
            }
            let values = try spread(list, window: window)
            let first = stack + base + window
            Registers.put(first + values, fun)
            return .callFun(values)
        case .apply3:
            guard case .atom(let module) = arguments[0], case .atom(let name) = arguments[1] else {
                throw ErlangException(.error, .atom(.badarg)).called(
                    entry, Array(UnsafeBufferPointer(start: arguments, count: count)))
            }
            guard arguments[2].properList != nil else {
                throw ErlangException(.error, .atom(.badarg)).called(
                    entry, Array(UnsafeBufferPointer(start: arguments, count: count)))
            }
            let values = try spread(arguments[2], window: window)
            return .callExport(server.entry(module, name, values), values)
        case .error:
            let reason = arguments[0]
            guard count > 1, let list = arguments[1].properList else { throw ErlangException(.error, reason) }
            let owner = code.pointee.owner.takeUnretainedValue()
            var location = Term.nil
            // `{error_info, Map}` goes into the entry as it is.
            if count > 2, let options = arguments[2].properList {
                location = .makeList(options.filter { $0.asTuple?.first == .atom("error_info") })
            }
            throw ErlangException(
                .error, reason,
                stack: [.tuple([.atom(owner.module), .atom(owner.name), .makeList(list), location])])
        case .exit: throw ErlangException(.exit, arguments[0])
        case .throw: throw ErlangException(.throw, arguments[0])
        case .raise:
            guard case .atom(let kind) = arguments[0], kind == .error || kind == .exit || kind == .throw else {
                return .value(.atom(.badarg))
            }
            throw Self.exception(arguments[0], arguments[1], arguments[2])
        case .self: return .value(.pid(process.pid))
        case .makeReference: return .value(.reference(process.table.makeReference()))
        case .put: return .value(process.put(arguments[0], arguments[1]) ?? .atom(.undefined))
        case .get: return .value(process.dictionary[arguments[0]] ?? .atom(.undefined))
        case .getAll: return .value(dictionary())
        case .erase: return .value(process.put(arguments[0], nil) ?? .atom(.undefined))
        case .eraseAll:
            let all = dictionary()
            for key in process.dictionary.keys { process.put(key, nil) }
            return .value(all)
        case .send:
            let message = arguments[1]
            if let wait = try server.host?.send(message, to: arguments[0], from: process) {
                return .paused(wait, message)
            }
            return .value(message)
        case .functionExported:
            guard case .atom(let module) = arguments[0], case .atom(let name) = arguments[1],
                case .integer(let arity) = arguments[2], (0...255).contains(arity)
            else {
                throw ErlangException(.error, .atom(.badarg)).called(
                    entry, Array(UnsafeBufferPointer(start: arguments, count: count)))
            }
            return .value(.boolean(server.resolve(server.entry(module, name, arity)) != nil))
        case .funInfo, .funInfo2:
            guard case .fun(let fun) = arguments[0] else {
                throw ErlangException(.error, .atom(.badarg)).called(
                    entry, Array(UnsafeBufferPointer(start: arguments, count: count)))
            }
            let info = FunInfo.of(fun)
            guard function == .funInfo2 else {
                return .value(.makeList(info.map { .tuple([.atom($0.0), $0.1]) }))
            }
            guard let item = info.first(where: { .atom($0.0) == arguments[1] }) else {
                throw ErlangException(.error, .atom(.badarg)).called(
                    entry, Array(UnsafeBufferPointer(start: arguments, count: count)))
            }
            return .value(.tuple([.atom(item.0), item.1]))
        case .evaluate(let form):
            let code = try Evaluation.compile(
                form, Array(UnsafeBufferPointer(start: arguments, count: count)), server: server)
            made.append(code.function)
            let values = code.values
            try makeRoom(window: window, values.count)
            let first = stack + base + window
            for (position, value) in values.enumerated() { Registers.put(first + position, value) }
            return .enter(code.function, values.count)
        case .define:
            guard let number = arguments[0].asInteger, let unit = server.prepared(number) else {
                throw ErlangException(.error, .atom(.badarg))
            }
            server.load(unit, source: unit.file)
            return .value(
                .tuple([.atom("module"), .atom(unit.module), .binary(Binary(unit.module.name)), arguments[1]]))
        case .moduleInfo:
            let unit = server.unit(entry.module)
            if count == 0 { return .value(ModuleInfo.all(entry.module, unit, server)) }
            guard let item = arguments[0].asAtom, let value = ModuleInfo.item(item, entry.module, unit, server) else {
                throw ErlangException(.error, .atom(.badarg)).called(entry, [arguments[0]])
            }
            return .value(value)
        }
    }

    private func dictionary() -> Term {
        .makeList(process.dictionary.map { .tuple([$0.key, $0.value]) })
    }

    private func makeRoom(window: Int, _ count: Int) throws {
        let needed = base + window + count + 1
        if needed > stackCapacity { try growStack(for: needed) }
    }

    /// Puts the elements of a list where arguments stand; returns how many.
    private func spread(_ list: Term, window: Int) throws -> Int {
        guard let values = list.properList, values.count <= 255 else {
            throw ErlangException(.error, .atom(.badarg))
        }
        try makeRoom(window: window, values.count + 1)
        let first = stack + base + window
        for (position, value) in values.enumerated() { Registers.put(first + position, value) }
        return values.count
    }
}

/// What `erlang:fun_info/1` tells.
enum FunInfo {
    static func of(_ fun: Fun) -> [(Atom, Term)] {
        switch fun {
        case .export(let function):
            return [
                ("module", .atom(function.module)), ("name", .atom(function.function)),
                ("arity", .integer(function.arity)), ("env", .nil), ("type", .atom("external")),
            ]
        case .closure(let closure):
            return [
                ("pid", .pid(closure.creator)), ("module", .atom(closure.module)),
                ("new_index", .integer(Int(closure.index))), ("new_uniq", .binary(closure.uniq)),
                ("index", .integer(closure.oldIndex)), ("uniq", .integer(closure.oldUniq)),
                ("name", .atom(Atom("-expr/\(closure.arity)-fun-\(closure.index)-"))),
                ("arity", .integer(closure.arity)),
                ("env", .makeList(Array(closure.environment))), ("type", .atom("local")),
            ]
        }
    }
}
