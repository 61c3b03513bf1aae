internal import Terms

extension FunctionCompiler {
    /// A call; without a target its value is what the function returns.
    mutating func call(
        _ function: Abstract.Expression, _ arguments: [Abstract.Expression], into target: Int32?,
        _ location: Abstract.Location
    ) throws(CompileError) {
        guard arguments.count <= 255 else { throw CompileError("too many arguments", location) }
        let saved = top
        defer { top = saved }
        let arity = UInt16(arguments.count)
        switch function {
        case .remote(_, .atom(_, let module), .atom(_, let name)):
            try remoteCall(module, name, arguments, into: target, location)
        case .remote(_, let module, let name):
            let (module, name) = (try operand(module), try operand(name))
            let first = try consecutive(arguments)
            at(location)
            emit(
                Instruction(target == nil ? .tailApply : .apply, n: arity, a: target ?? 0, b: module, c: first, d: name)
            )
        case .atom(_, let name):
            if target == nil, try repeatsItself(name, arguments, location) {
                break
            } else if let position = unit.positions[NameAndArity(name: name, arity: arguments.count)] {
                let first = try consecutive(arguments)
                at(location)
                emit(
                    Instruction(
                        target == nil ? .tailCall : .call, n: arity, a: target ?? 0, b: Int32(position), c: first))
            } else if let module = autoImport(name, arguments.count) {
                try remoteCall(module, name, arguments, into: target, location)
            } else {
                guard !unit.isModule else {
                    throw CompileError("function \(name.name)/\(arguments.count) undefined", location)
                }
                // At the prompt it fails when it is called.
                try remoteCall("shell_default", name, arguments, into: target, location)
            }
        default:
            let fun = try operand(function)
            let first = try consecutive(arguments)
            at(location)
            emit(
                Instruction(target == nil ? .tailCallFun : .callFun, n: arity, a: target ?? 0, b: fun, c: first))
        }
    }

    /// A function that calls itself last: what changes of its arguments takes the place of the old ones.
    private mutating func repeatsItself(
        _ name: Atom, _ arguments: [Abstract.Expression], _ location: Abstract.Location
    ) throws(CompileError) -> Bool {
        guard ownName == NameAndArity(name: name, arity: arguments.count), arguments.count < 32 else { return false }
        var changed: [Abstract.Expression] = []
        var mask: Int32 = 0
        for (position, argument) in arguments.enumerated() {
            if case .variable(_, let name) = argument, bound[name] == Int32(position) { continue }
            mask |= 1 << Int32(position)
            changed.append(argument)
        }
        let first = try consecutive(changed)
        at(location)
        emit(Instruction(.repeatCall, n: UInt16(changed.count), a: mask, c: first))
        return true
    }

    /// The module of a function that is called without one and is not the unit's.
    func autoImport(_ name: Atom, _ arity: Int) -> Atom? {
        resolveLocal(name, arity) ?? (ErlangBuiltIns.isAutoImported(name, arity) ? .erlang : nil)
    }

    private mutating func remoteCall(
        _ module: Atom, _ name: Atom, _ arguments: [Abstract.Expression], into target: Int32?,
        _ location: Abstract.Location
    ) throws(CompileError) {
        if module == "maps", name == "put", arguments.count == 3 {
            let (key, value) = (try operand(arguments[0]), try operand(arguments[1]))
            let map = try operand(arguments[2])
            let register = target ?? newTemporary()
            at(location)
            emit(Instruction(.mapPut, n: 4, a: register, b: map, c: key, d: value))
            if target == nil { emit(Instruction(.return, b: register)) }
            return
        }
        if module == .erlang, let target, try inlined(name, arguments, into: target, location) { return }
        if module == .erlang, target == nil {
            // A function the machine has an instruction for is no call.
            let register = newTemporary()
            if try inlined(name, arguments, into: register, location) {
                return emit(Instruction(.return, b: register))
            }
        }
        let first = try consecutive(arguments)
        at(location)
        let entry = export(module, name, arguments.count)
        emit(
            Instruction(
                target == nil ? .tailCallExport : .callExport, n: UInt16(arguments.count), a: target ?? 0, b: entry,
                c: first))
    }

    /// Functions of `erlang` that are instructions.
    private mutating func inlined(
        _ name: Atom, _ arguments: [Abstract.Expression], into target: Int32, _ location: Abstract.Location
    ) throws(CompileError) -> Bool {
        switch arguments.count {
        case 1:
            if let kind = Self.kindTests[name], name.name.hasPrefix("is_") {
                let value = try operand(arguments[0])
                let (fail, end) = (newLabel(), newLabel())
                emit(Instruction(.testKind, n: kind.rawValue, b: value), to: fail)
                emit(Instruction(.move, a: target, b: literal(.atom(.true))))
                emit(Instruction(.jump), to: end)
                place(fail)
                emit(Instruction(.move, a: target, b: literal(.atom(.false))))
                place(end)
                return true
            }
            if Operators.Prefix.named[name] != nil {
                try unary(name, try operand(arguments[0]), into: target, fail: nil, location)
                return true
            }
        case 2:
            if name == "!" || name == "send" {
                let (to, message) = (try operand(arguments[0]), try operand(arguments[1]))
                at(location)
                emit(Instruction(.send, a: target, b: to, c: message))
                return true
            }
            if Self.comparisons[name] != nil || Operators.Infix.named[name] != nil {
                let (left, right) = (try operand(arguments[0]), try operand(arguments[1]))
                at(location)
                try binaryOperator(location, name, left, right, into: target, fail: nil)
                return true
            }
        default: break
        }
        if let function = GuardFunction.find(name, arguments.count), function != .isRecord2 {
            let first = try consecutive(arguments)
            at(location)
            emit(
                Instruction(
                    .function, n: function.rawValue, a: target, b: first, c: Int32(arguments.count), d: -1))
            return true
        }
        return false
    }

    // MARK: Operators

    mutating func operation(
        _ location: Abstract.Location, _ name: Atom, _ left: Abstract.Expression, _ right: Abstract.Expression,
        into target: Int32
    ) throws(CompileError) {
        switch name {
        case "andalso", "orelse":
            let (end, other) = (newLabel(), newLabel())
            try into(target, left)
            let goesOn = literal(.boolean(name == "andalso"))
            emit(Instruction(.testSame, b: target, c: goesOn), to: other)
            try scoped { compiler throws(CompileError) in try compiler.into(target, right) }
            emit(Instruction(.jump), to: end)
            place(other)
            at(location)
            emit(Instruction(.filter, n: 1, b: target))
            place(end)
        case "!":
            let (to, message) = (try operand(left), try operand(right))
            at(location)
            emit(Instruction(.send, a: target, b: to, c: message))
        default:
            let (left, right) = (try operand(left), try operand(right))
            at(location)
            try binaryOperator(location, name, left, right, into: target, fail: nil)
        }
    }

    mutating func binaryOperator(
        _ location: Abstract.Location, _ name: Atom, _ left: Int32, _ right: Int32, into target: Int32, fail: Int32?
    ) throws(CompileError) {
        var instruction: Instruction
        if let comparison = Self.comparisons[name] {
            return emit(Instruction(.compare, n: comparison.rawValue, a: target, b: left, c: right))
        }
        switch name {
        case "+": instruction = Instruction(.add, n: Operators.Infix.add.rawValue, a: target, b: left, c: right)
        case "-":
            instruction = Instruction(.subtract, n: Operators.Infix.subtract.rawValue, a: target, b: left, c: right)
        case "*":
            instruction = Instruction(.multiply, n: Operators.Infix.multiply.rawValue, a: target, b: left, c: right)
        default:
            guard let operation = Operators.Infix.named[name] else {
                throw CompileError("unknown operator \(name.name)", location)
            }
            instruction = Instruction(.operate, n: operation.rawValue, a: target, b: left, c: right)
        }
        instruction.d = -1
        if let fail { emit(instruction, to: fail) } else { emit(instruction) }
    }

    mutating func unary(
        _ name: Atom, _ value: Int32, into target: Int32, fail: Int32?, _ location: Abstract.Location
    ) throws(CompileError) {
        guard let operation = Operators.Prefix.named[name] else {
            throw CompileError("unknown operator \(name.name)", location)
        }
        let instruction = Instruction(.operateUnary, n: operation.rawValue, a: target, b: value, d: -1)
        if let fail { emit(instruction, to: fail) } else { emit(instruction) }
    }
}
