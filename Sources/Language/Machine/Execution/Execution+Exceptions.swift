internal import Processes
internal import Terms

extension ErlangException {
    /// With the function that raised it on top of the stack, if it has no stack yet.
    func called(_ module: Atom, _ function: Atom, _ arguments: [Term]) -> ErlangException {
        guard case .nil = stack else { return self }
        return ErlangException(
            kind, reason,
            stack: [
                kind == .error
                    ? ErrorInfo.entry(module, function, arguments, reason)
                    : .tuple([.atom(module), .atom(function), .makeList(arguments), .nil])
            ], detail: detail)
    }

    func called(_ entry: ExportEntry, _ arguments: UnsafeBufferPointer<Term>) -> ErlangException {
        called(entry.module, entry.name, Array(arguments))
    }

    func called(_ entry: ExportEntry, _ arguments: [Term]) -> ErlangException {
        called(entry.module, entry.name, arguments)
    }
}

extension Execution {
    /// As `erlang:system_flag(backtrace_depth)`.
    static let traceDepth = 8

    /// The exception that an error is, with the stack trace of what runs.
    func traced(_ error: any Error, _ instruction: UnsafePointer<Instruction>) -> ErlangException {
        let failure = error as? BitStringFailure
        guard let exception = error as? ErlangException ?? failure.map({ ErlangException(.error, .atom($0.reason)) })
        else {
            return ErlangException(.error, .tuple([.atom("swift_error"), .string("\(error)")]))
        }
        // Raised again, or raised by a function that gave its own stack in whole.
        if exception.hasWholeStack { return exception }
        var entries = exception.stack.properList ?? []
        let clauseError = entries.isEmpty && exception.reason == .atom(.function_clause)
        var place = instruction
        if next - 1 == ReturnStub.instruction { place = code.pointee.instructions }
        if entries.count < Self.traceDepth, !clauseError || entries.isEmpty {
            entries.append(Self.entry(code, place, failure))
        }
        var position = frameCount - 1
        while position >= 0, entries.count < Self.traceDepth {
            let frame = frames[position]
            entries.append(Self.entry(frame.code, frame.next - 1))
            position -= 1
        }
        return ErlangException(
            exception.kind, exception.reason, stack: .makeList(entries), detail: exception.detail, hasWholeStack: true)
    }

    private static func entry(
        _ code: UnsafeMutablePointer<CodeHeader>, _ instruction: UnsafePointer<Instruction>,
        _ failure: BitStringFailure? = nil
    ) -> Term {
        let owner = code.pointee.owner.takeUnretainedValue()
        let line = owner.line(of: instruction)
        var location: [Term] = []
        if line > 0 {
            location = [
                .tuple([.atom("file"), .charlist(owner.file)]), .tuple([.atom("line"), .integer(line)]),
            ]
        }
        return .tuple([
            .atom(owner.module), .atom(owner.name), .integer(owner.arity),
            failure?.location(location) ?? .makeList(location),
        ])
    }

    /// Goes back to the innermost handler; false if there is none, and then all registers are empty.
    func unwind(_ exception: ErlangException) -> Bool {
        deadline?.cancel()
        deadline = nil
        if let message = taken {
            process.putBackFirstMessage(message)
            taken = nil
        }
        scanned = 0
        let handler = handlers.popLast()
        let depth = handler?.frameCount ?? 0
        while frameCount > depth {
            Registers.clear(stack + base, code.pointee.frameSize)
            frameCount -= 1
            let frame = frames[frameCount]
            code = frame.code
            base = frame.base
        }
        while builders.count > handler?.builderCount ?? 0 { builders.removeLast().release() }
        guard let handler else {
            Registers.clear(stack + base, code.pointee.frameSize)
            return false
        }
        next = handler.target
        let place = stack + base + Int(handler.register)
        Registers.put(place, .atom(exception.kind.name))
        Registers.put(place + 1, exception.reason)
        Registers.put(place + 2, exception.stack)
        return true
    }

    /// What class, reason and trace in registers say.
    static func exception(_ kind: Term, _ reason: Term, _ stack: Term) -> ErlangException {
        ErlangException(
            kind == .atom(.throw) ? .throw : kind == .atom(.exit) ? .exit : .error, reason, stack: stack,
            hasWholeStack: true)
    }

    /// The value of `catch`.
    static func caught(_ kind: Term, _ reason: Term, _ stack: Term) -> Term {
        switch kind {
        case .atom(.throw): reason
        case .atom(.exit): .tuple([.atom(.EXIT), reason])
        default: .tuple([.atom(.EXIT), .tuple([reason, stack])])
        }
    }

    /// What an instruction `fail` raises.
    func failure(
        _ number: UInt16, _ value: UnsafeMutablePointer<Term>, _ base: UnsafeMutablePointer<Term>,
        _ code: UnsafeMutablePointer<CodeHeader>
    ) -> ErlangException {
        func error(_ name: Atom) -> ErlangException {
            ErlangException(.error, .tuple([.atom(name), value.pointee]))
        }
        switch FailureKind(rawValue: number) {
        case .caseClause: return error("case_clause")
        case .ifClause: return ErlangException(.error, .atom("if_clause"))
        case .tryClause: return error("try_clause")
        case .elseClause: return error("else_clause")
        case .badrecord: return error("badrecord")
        case .badgenerator: return error("bad_generator")
        case .functionClause:
            let owner = code.pointee.owner.takeUnretainedValue()
            let arguments = (0..<owner.arity).map { base[$0] }
            let line = owner.line(of: code.pointee.instructions)
            let location: Term =
                line > 0
                ? [.tuple([.atom("file"), .charlist(owner.file)]), .tuple([.atom("line"), .integer(line)])] : .nil
            return ErlangException(
                .error, .atom(.function_clause),
                stack: .makeList(
                    [.tuple([.atom(owner.module), .atom(owner.name), .makeList(arguments), location])]
                        + callers()), hasWholeStack: true)
        case .badmatch, nil: return error("badmatch")
        }
    }

    /// The activations that wait, innermost first.
    private func callers() -> [Term] {
        var entries: [Term] = []
        var position = frameCount - 1
        while position >= 0, entries.count < Self.traceDepth - 1 {
            entries.append(Self.entry(frames[position].code, frames[position].next - 1))
            position -= 1
        }
        return entries
    }

    func undefined(
        _ entry: ExportEntry, _ arguments: UnsafeMutablePointer<Term>, _ count: Int
    ) -> ErlangException {
        ErlangException.undef(
            entry.module, entry.name, Array(UnsafeBufferPointer(start: arguments, count: count)))
    }

    static func badArity(
        _ fun: UnsafeMutablePointer<Term>, _ arguments: UnsafeMutablePointer<Term>, _ count: Int
    ) -> ErlangException {
        let list = Term.makeList(Array(UnsafeBufferPointer(start: arguments, count: count)))
        return ErlangException(.error, .tuple([.atom("badarity"), .tuple([fun.pointee, list])]))
    }
}

extension ErlangException.Kind {
    var name: Atom {
        switch self {
        case .error: .error
        case .exit: .exit
        case .throw: .throw
        }
    }
}
