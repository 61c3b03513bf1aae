// What this room does: abstract code in, code of the register machine out. What it does not: expand records (the readers
// do), check for mistakes beyond what it stumbles on (the linter does), or run anything.
//
// Registers of an activation: the arguments; for a fun the fun itself; its captured values; the variables of a clause;
// and above them temporaries, taken and given back like a stack. Arguments of a call are the topmost temporaries, and
// become the first registers of the activation that is called.

internal import Terms

/// Compiles one function or fun.
struct FunctionCompiler {
    let unit: CompiledUnit
    let code: CodeServer
    /// The module of a call without one, for names that are neither of the unit nor of `erlang`.
    let resolveLocal: (Atom, Int) -> Atom?

    private(set) var instructions: [Instruction] = []
    private var lines: [Int32] = []
    private var line: Int32 = 0
    private var literals: [Term] = []
    private var literalPositions: [Term: Int32] = [:]
    private var exports: [ExportEntry] = []
    private var exportPositions: [NameOfFunction: Int32] = [:]
    var segments: [BitSegment] = []
    var layouts: [BitLayout] = []
    private var nested: [FunctionCode] = []
    /// Where labels stand, once they do.
    private var labels: [Int32] = []
    /// Instructions whose `d` is a label yet.
    private var unresolved: [Int] = []

    /// Bound variables, and where they are.
    var bound: [Atom: Int32] = [:]
    /// Registers given to variables of this clause, bound or not yet.
    var slots: [Atom: Int32] = [:]
    var nextSlot: Int32 = 0
    /// The first free temporary.
    var top: Int32 = 0
    private var frameSize: Int32 = 0
    /// Where a failing `?=` of the `maybe` around goes, and with which register.
    var maybe: (label: Int32, value: Int32)?
    var depth = 0
    /// The name of the function, to know when it calls itself; nothing for a fun.
    var ownName: NameAndArity?

    private struct NameOfFunction: Hashable {
        let module: Atom
        let name: Atom
        let arity: Int
    }

    init(unit: CompiledUnit, code: CodeServer, resolveLocal: @escaping (Atom, Int) -> Atom?) {
        self.unit = unit
        self.code = code
        self.resolveLocal = resolveLocal
    }

    // MARK: Whole functions

    /// A function or a fun.
    ///
    /// - Parameters:
    ///   - name: what stack traces call it.
    ///   - captured: variables of outside that a fun keeps; nothing for a function.
    ///   - selfName: the name a named fun calls itself by.
    static func compile(
        _ clauses: [Abstract.Clause], name: Atom, arity: Int, captured: [Atom]?, selfName: Atom? = nil,
        like parent: borrowing FunctionCompiler
    ) throws(CompileError) -> FunctionCode {
        var compiler = FunctionCompiler(unit: parent.unit, code: parent.code, resolveLocal: parent.resolveLocal)
        compiler.depth = parent.depth + 1
        return try compiler.function(clauses, name: name, arity: arity, captured: captured, selfName: selfName)
    }

    mutating func function(
        _ clauses: [Abstract.Clause], name: Atom, arity: Int, captured: [Atom]?, selfName: Atom? = nil
    ) throws(CompileError) -> FunctionCode {
        guard depth < 200 else { throw CompileError("funs nested too deep", clauses.first?.location ?? .none) }
        if captured == nil { ownName = NameAndArity(name: name, arity: arity) }
        var outer: [Atom: Int32] = [:]
        var first = Int32(arity)
        if let captured {
            let fun = first
            first += 1
            for (position, name) in captured.enumerated() {
                emit(Instruction(.capture, a: first, b: fun, c: Int32(position)))
                outer[name] = first
                first += 1
            }
            if let selfName { outer[selfName] = fun }
        }
        for clause in clauses {
            guard clause.patterns.count == arity else { throw CompileError("head mismatch", clause.location) }
            line = Int32(clampingLine: clause.location.line)
            slots = [:]
            nextSlot = first
            top = first + Int32(clause.variableCount)
            noteFrame()
            bound = outer
            let fail = newLabel()
            // Variables of a head are new ones, whatever outside is called.
            var own: [Atom: Int32] = [:]
            for (position, pattern) in clause.patterns.enumerated() {
                // A variable is the argument itself, whose register nothing else is put into.
                if case .variable(_, let name) = pattern, name != "_", own[name] == nil {
                    own[name] = Int32(position)
                    continue
                }
                try match(pattern, Int32(position), fail, &own)
            }
            bound.merge(own) { $1 }
            try guards(clause.guards, fail)
            try bodyInTail(clause.body)
            place(fail)
        }
        line = Int32(clampingLine: clauses.first?.location.line ?? 0)
        emit(Instruction(.fail, n: FailureKind.functionClause.rawValue))
        return finish(
            name: name, arity: arity,
            source: captured.map {
                FunctionCode.FunSource(
                    name: selfName, captured: $0, clauses: clauses, index: FunIndex.next())
            })
    }

    mutating func finish(name: Atom, arity: Int, source: FunctionCode.FunSource?) -> FunctionCode {
        for position in unresolved { instructions[position].d = labels[Int(instructions[position].d)] }
        (instructions, lines) = LastUses.mark(
            instructions, lines: lines, branches: unresolved, frameSize: Int(frameSize), arity: arity,
            fun: source == nil ? nil : Int32(arity), segments: segments, layouts: layouts)
        return FunctionCode(
            unit: unit, name: name, arity: arity, instructions: instructions, lines: lines, literals: literals,
            segments: segments, layouts: layouts, exports: exports, nested: nested, frameSize: Int(frameSize),
            source: source)
    }

    // MARK: Emitting

    mutating func emit(_ instruction: Instruction) {
        instructions.append(instruction)
        lines.append(line)
    }

    /// Emits an instruction whose `d` is a label.
    mutating func emit(_ instruction: Instruction, to label: Int32) {
        unresolved.append(instructions.count)
        var instruction = instruction
        instruction.d = label
        emit(instruction)
    }

    mutating func at(_ location: Abstract.Location) {
        if location.line > 0 { line = Int32(clampingLine: location.line) }
    }

    mutating func newLabel() -> Int32 {
        labels.append(-1)
        return Int32(labels.count - 1)
    }

    /// Puts another instruction in the place of the last ones, which stand at no label; it may fail where the first did.
    mutating func replace(last count: Int, with instruction: Instruction) {
        var instruction = instruction
        instruction.d = instructions[instructions.count - count].d
        instructions.removeLast(count - 1)
        lines.removeLast(count - 1)
        instructions[instructions.count - 1] = instruction
    }

    mutating func place(_ label: Int32) { labels[Int(label)] = Int32(instructions.count) }

    mutating func newTemporary(_ count: Int32 = 1) -> Int32 {
        let register = top
        top += count
        noteFrame()
        return register
    }

    private mutating func noteFrame() { frameSize = max(frameSize, top + 1) }

    mutating func literal(_ term: Term) -> Int32 {
        if let known = literalPositions[term] { return ~known }
        let position = Int32(literals.count)
        literals.append(term)
        literalPositions[term] = position
        return ~position
    }

    mutating func export(_ module: Atom, _ name: Atom, _ arity: Int) -> Int32 {
        let key = NameOfFunction(module: module, name: name, arity: arity)
        if let known = exportPositions[key] { return known }
        let position = Int32(exports.count)
        exports.append(code.entry(module, name, arity))
        exportPositions[key] = position
        return position
    }

    mutating func addNested(_ function: FunctionCode) -> Int32 {
        nested.append(function)
        return Int32(nested.count - 1)
    }

    /// The register of a variable that is bound now for the first time.
    mutating func slot(_ name: Atom) -> Int32 {
        if let known = slots[name] { return known }
        let register = nextSlot
        nextSlot += 1
        slots[name] = register
        return register
    }
}

extension Int32 {
    init(clampingLine line: Int) { self = Int32(clamping: line) }
}
