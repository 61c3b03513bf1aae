internal import BigInt
public import Terms

extension ControlMessage {
    /// The control message that `term` is.
    public init(_ term: Term) throws(ControlMessageError) {
        guard let tuple = term.asTuple, case .integer(let operation)? = tuple.first else {
            throw ControlMessageError(description: "a control message that is no tuple with an operation")
        }
        guard let message = Self.parse(operation, tuple) else {
            throw ControlMessageError(
                description: "control message \(operation) of \(tuple.count) elements is malformed")
        }
        self = message
    }

    private static func parse(_ operation: Int, _ tuple: Tuple) -> ControlMessage? {
        let count = tuple.count
        func pid(_ position: Int) -> Pid? { position < count ? tuple[position].asPid : nil }
        func reference(_ position: Int) -> Reference? { position < count ? tuple[position].asReference : nil }
        func atom(_ position: Int) -> Atom? { position < count ? tuple[position].asAtom : nil }
        func name(_ position: Int) -> ProcessName? { position < count ? ProcessName(tuple[position]) : nil }
        /// The token at the end of the `_TT` form.
        func token(_ isTraced: Bool) -> Term? { isTraced ? tuple[count - 1] : nil }
        func hasCount(_ plain: Int, _ isTraced: Bool) -> Bool { count == plain + (isTraced ? 1 : 0) }

        switch operation {
        case 1:
            guard count == 3, let from = pid(1), let to = pid(2) else { return nil }
            return .link(from: from, to: to)
        case 2, 12:
            guard hasCount(3, operation == 12), let to = pid(2) else { return nil }
            return .send(to: to, token: token(operation == 12))
        case 3:
            guard count == 4, let from = pid(1), let to = pid(2) else { return nil }
            return .exit(from: from, to: to, reason: tuple[3], token: nil)
        case 13:
            guard count == 5, let from = pid(1), let to = pid(2) else { return nil }
            return .exit(from: from, to: to, reason: tuple[4], token: tuple[3])
        case 4:
            guard count == 3, let from = pid(1), let to = pid(2) else { return nil }
            return .unlink(from: from, to: to)
        case 5: return count == 1 ? .nodeLink : nil
        case 6, 16:
            guard hasCount(4, operation == 16), let from = pid(1), let to = atom(3) else { return nil }
            return .regSend(from: from, to: to, token: token(operation == 16))
        case 7:
            guard count == 3, let leader = pid(1), let to = pid(2) else { return nil }
            return .groupLeader(leader: leader, to: to)
        case 8:
            guard count == 4, let from = pid(1), let to = pid(2) else { return nil }
            return .exit2(from: from, to: to, reason: tuple[3], token: nil)
        case 18:
            guard count == 5, let from = pid(1), let to = pid(2) else { return nil }
            return .exit2(from: from, to: to, reason: tuple[4], token: tuple[3])
        case 19, 20:
            guard count == 4, let from = pid(1), let to = name(2), let reference = reference(3) else { return nil }
            return operation == 19
                ? .monitor(from: from, to: to, reference: reference)
                : .demonitor(from: from, to: to, reference: reference)
        case 21, 28:
            guard count == (operation == 21 ? 5 : 4), let from = name(1), let to = pid(2), let reference = reference(3)
            else { return nil }
            return .monitorExit(from: from, to: to, reference: reference, reason: operation == 21 ? tuple[4] : nil)
        case 22, 23:
            guard hasCount(3, operation == 23), let from = pid(1), let to = pid(2) else { return nil }
            return .sendSender(from: from, to: to, token: token(operation == 23))
        case 24, 25:
            guard hasCount(3, operation == 25), let from = pid(1), let to = pid(2) else { return nil }
            return .exit(from: from, to: to, reason: nil, token: token(operation == 25))
        case 26, 27:
            guard hasCount(3, operation == 27), let from = pid(1), let to = pid(2) else { return nil }
            return .exit2(from: from, to: to, reason: nil, token: token(operation == 27))
        case 29, 30:
            guard hasCount(6, operation == 30), let request = reference(1), let from = pid(2), let leader = pid(3),
                let call = tuple[4].asTuple, call.count == 3, let module = call[0].asAtom,
                let function = call[1].asAtom,
                let arity = call[2].asInteger, arity >= 0, arity <= 255
            else { return nil }
            return .spawnRequest(
                requestID: request, from: from, groupLeader: leader, module: module, function: function, arity: arity,
                options: tuple[5], token: token(operation == 30))
        case 31, 32:
            guard hasCount(5, operation == 32), let request = reference(1), let to = pid(2),
                let flags = tuple[3].asInteger
            else { return nil }
            return .spawnReply(
                requestID: request, to: to, flags: flags, result: tuple[4], token: token(operation == 32))
        case 33, 34:
            guard hasCount(3, operation == 34), let from = pid(1), let to = reference(2) else { return nil }
            return .aliasSend(from: from, to: to, token: token(operation == 34))
        case 35, 36:
            guard count == 4, let id = tuple[1].asBigInt, let id = UInt64(exactly: id), id > 0, let from = pid(2),
                let to = pid(3)
            else { return nil }
            return operation == 35
                ? .unlinkID(id: id, from: from, to: to) : .unlinkIDAcknowledged(id: id, from: from, to: to)
        case 37:
            // More elements may come with later releases.
            guard count >= 4, let flags = tuple[1].asInteger, let from = pid(2) else { return nil }
            guard flags & 2 == 0 || count >= 5 else { return nil }
            return .altactSend(flags: flags, from: from, to: tuple[3], token: flags & 2 != 0 ? tuple[4] : nil)
        default: return nil
        }
    }

    /// The control message as a term.
    public var term: Term {
        switch self {
        case .link(let from, let to): make([1, .pid(from), .pid(to)])
        case .send(let to, let token):
            make([.integer(token == nil ? 2 : 12), .atom(.empty), .pid(to)], token)
        case .sendSender(let from, let to, let token):
            make([.integer(token == nil ? 22 : 23), .pid(from), .pid(to)], token)
        case .exit(let from, let to, let reason?, let token):
            make([.integer(token == nil ? 3 : 13), .pid(from), .pid(to)], token, reason)
        case .exit(let from, let to, nil, let token):
            make([.integer(token == nil ? 24 : 25), .pid(from), .pid(to)], token)
        case .unlink(let from, let to): make([4, .pid(from), .pid(to)])
        case .nodeLink: make([5])
        case .regSend(let from, let to, let token):
            make([.integer(token == nil ? 6 : 16), .pid(from), .atom(.empty), .atom(to)], token)
        case .groupLeader(let leader, let to): make([7, .pid(leader), .pid(to)])
        case .exit2(let from, let to, let reason?, let token):
            make([.integer(token == nil ? 8 : 18), .pid(from), .pid(to)], token, reason)
        case .exit2(let from, let to, nil, let token):
            make([.integer(token == nil ? 26 : 27), .pid(from), .pid(to)], token)
        case .monitor(let from, let to, let reference):
            make([19, .pid(from), to.term, .reference(reference)])
        case .demonitor(let from, let to, let reference):
            make([20, .pid(from), to.term, .reference(reference)])
        case .monitorExit(let from, let to, let reference, let reason):
            make([.integer(reason == nil ? 28 : 21), from.term, .pid(to), .reference(reference)], reason)
        case .spawnRequest(
            let request, let from, let leader, let module, let function, let arity, let options, let token):
            make(
                [
                    .integer(token == nil ? 29 : 30), .reference(request), .pid(from), .pid(leader),
                    .tuple([.atom(module), .atom(function), .integer(arity)]), options,
                ], token)
        case .spawnReply(let request, let to, let flags, let result, let token):
            make([.integer(token == nil ? 31 : 32), .reference(request), .pid(to), .integer(flags), result], token)
        case .aliasSend(let from, let to, let token):
            make([.integer(token == nil ? 33 : 34), .pid(from), .reference(to)], token)
        case .unlinkID(let id, let from, let to): make([35, .integer(BigInt(id)), .pid(from), .pid(to)])
        case .unlinkIDAcknowledged(let id, let from, let to): make([36, .integer(BigInt(id)), .pid(from), .pid(to)])
        case .altactSend(let flags, let from, let to, let token):
            make([37, .integer(flags), .pid(from), to], token)
        }
    }
}

/// The elements, then a token and a reason if they are there.
private func make(_ elements: [Term], _ token: Term? = nil, _ reason: Term? = nil) -> Term {
    .tuple(Tuple(elements + [token, reason].compactMap { $0 }))
}
