internal import Terms

/// The code of one function or fun, as the machine runs it. Never changed once it is finished.
///
/// `@unchecked Sendable`: written by one compiler before anybody else sees it.
final class FunctionCode: FunCode, @unchecked Sendable {
    let module: Atom
    let name: Atom
    let arity: Int
    let file: String
    /// By instruction.
    let lines: [Int32]
    let segments: [BitSegment]
    let layouts: [BitLayout]
    /// The funs inside, in the order of their closures.
    let nested: [FunctionCode]
    /// What a fun was written as; nothing for a function of a module.
    let source: FunSource?
    /// What the machine reads.
    let header: UnsafeMutablePointer<CodeHeader>
    private let instructionCount: Int
    private let literalCount: Int
    /// Keeps the functions it calls by name within its module.
    let unit: CompiledUnit

    /// How a fun travels: its variables and its clauses.
    struct FunSource {
        let name: Atom?
        let captured: [Atom]
        let clauses: [Abstract.Clause]
        /// Tells funs apart.
        let index: UInt32
    }

    init(
        unit: CompiledUnit, name: Atom, arity: Int, instructions: [Instruction], lines: [Int32], literals: [Term],
        segments: [BitSegment], layouts: [BitLayout], exports: [ExportEntry], nested: [FunctionCode], frameSize: Int,
        source: FunSource?
    ) {
        self.unit = unit
        module = unit.module
        file = unit.file
        self.name = name
        self.arity = arity
        self.lines = lines
        self.segments = segments
        self.layouts = layouts
        self.nested = nested
        self.source = source
        instructionCount = instructions.count
        literalCount = literals.count
        let code = UnsafeMutablePointer<Instruction>.allocate(capacity: max(1, instructions.count))
        code.initialize(from: instructions, count: instructions.count)
        let pool = UnsafeMutablePointer<Term>.allocate(capacity: max(1, literals.count))
        pool.initialize(from: literals, count: literals.count)
        let entries = UnsafeMutablePointer<Unmanaged<ExportEntry>>.allocate(capacity: max(1, exports.count))
        for (position, entry) in exports.enumerated() {
            // Entries live as long as the program.
            (entries + position).initialize(to: .passUnretained(entry))
        }
        header = .allocate(capacity: 1)
        header.initialize(
            to: CodeHeader(
                instructions: UnsafePointer(code), literals: pool, exports: UnsafePointer(entries),
                functions: unit.table, frameSize: frameSize, arity: arity,
                usesItself: source.map { !$0.captured.isEmpty || $0.name != nil } ?? true,
                owner: .passUnretained(self)))
    }

    deinit {
        UnsafeMutablePointer(mutating: header.pointee.instructions).deallocate()
        header.pointee.literals.deinitialize(count: literalCount)
        header.pointee.literals.deallocate()
        UnsafeMutablePointer(mutating: header.pointee.exports).deallocate()
        header.deallocate()
    }

    /// The line of an instruction; 0 if nobody knows.
    func line(of instruction: UnsafePointer<Instruction>) -> Int {
        let position = instruction - header.pointee.instructions
        return lines.indices.contains(position) ? Int(lines[position]) : 0
    }

    var entry: UnsafeMutableRawPointer { UnsafeMutableRawPointer(header) }

    func portable(_ environment: Tuple) -> PortableFun {
        guard let source else {
            // `fun f/1` of a module: a fun that calls it.
            let parameters = (0..<arity).map { Abstract.Expression.variable(.none, Atom("A\($0)")) }
            let call = Abstract.Expression.call(
                .none, .remote(.none, .atom(.none, module), .atom(.none, name)), parameters)
            let clause = Abstract.Clause(.none, parameters, [], [call])
            return PortableFun(bindings: .map(Map()), clauses: [clause.term])
        }
        let bindings = zip(source.captured, environment).map { (key: Term.atom($0), value: $1) }
        let unit = unit
        let clauses = source.clauses.map { clause in unit.isModule ? clause.qualifyingCalls(in: unit) : clause }
        return PortableFun(
            bindings: .map(Map(bindings)), clauses: .makeList(clauses.map { $0.term }), name: source.name)
    }
}

/// The part of a function's code that the machine reads while it runs, without reference counting.
struct CodeHeader {
    let instructions: UnsafePointer<Instruction>
    let literals: UnsafeMutablePointer<Term>
    /// Functions called by module and name.
    let exports: UnsafePointer<Unmanaged<ExportEntry>>
    /// The functions of the unit.
    let functions: UnsafeMutablePointer<UnsafeMutablePointer<CodeHeader>?>
    /// Registers of one activation.
    let frameSize: Int
    let arity: Int
    /// Whether a fun reads its own register: for captured values, or to call itself.
    let usesItself: Bool
    let owner: Unmanaged<FunctionCode>
}

/// Functions that were compiled together and call one another by name: a module, or one line of the prompt.
final class CompiledUnit: @unchecked Sendable {
    // `@unchecked Sendable`: filled in by one compiler before anybody else sees it.
    let module: Atom
    let file: String
    /// False for a line of the prompt.
    let isModule: Bool
    /// Position in `functions` by name and arity.
    private(set) var positions: [NameAndArity: Int] = [:]
    /// What `call` calls. Filled in as functions are compiled.
    let table: UnsafeMutablePointer<UnsafeMutablePointer<CodeHeader>?>
    private(set) var functions: [Unmanaged<FunctionCode>?]
    let exported: Set<NameAndArity>
    let attributes: [(name: Atom, value: Term)]
    /// Its forms, for `nl`.
    let forms: [Abstract.Form]

    init(
        module: Atom, file: String, isModule: Bool, functions names: [NameAndArity], exported: Set<NameAndArity> = [],
        attributes: [(name: Atom, value: Term)] = [], forms: [Abstract.Form] = []
    ) {
        self.module = module
        self.file = file
        self.isModule = isModule
        self.exported = exported
        self.attributes = attributes
        self.forms = forms
        table = .allocate(capacity: max(1, names.count))
        table.initialize(repeating: nil, count: max(1, names.count))
        functions = Array(repeating: nil, count: names.count)
        for (position, name) in names.enumerated() { positions[name] = position }
    }

    /// The unit keeps its functions, and they keep the unit: code of a module lives as long as the program, as no frame
    /// counts references to it.
    func define(_ code: FunctionCode, at position: Int) {
        functions[position] = .passRetained(code)
        table[position] = code.header
    }

    func function(_ name: NameAndArity) -> FunctionCode? {
        positions[name].flatMap { functions[$0]?.takeUnretainedValue() }
    }
}

/// `F/A`.
struct NameAndArity: Hashable, Sendable {
    let name: Atom
    let arity: Int
}
