// What this room does: run the code of functions. An execution is the state of one activity: registers, activations,
// handlers. It runs in slices of reductions, and says why it stopped: that is all there is to interrupting it, to fairness
// among processes, and to waiting. What it does not: wait. Whoever drives it (`Execution+Driving`) does.

internal import Processes
internal import Support
internal import Terms

/// One run of evaluated code: a process, or a line of the prompt.
///
/// Not for several threads at once; it may move from one to another between slices.
final class Execution {
    let process: Process
    let server: CodeServer
    /// The host, for functions that are called in the loop.
    let keeper: AnyObject?

    /// In memory of its own: each access to a variable of a class may cost a check that nobody else is at it.
    let state: UnsafeMutablePointer<State>

    struct State {
        /// Registers of all activations, one after the other. All of them hold a term always: 0 where none was put.
        var stack: UnsafeMutablePointer<Term>
        var stackCapacity: Int
        /// The activations that wait for a call to return.
        var frames: UnsafeMutablePointer<Frame>
        var frameCapacity = 32
        var frameCount = 0
        var handlers: [Handler] = []
        var builders: [Builder] = []

        // Where it goes on.
        var code: UnsafeMutablePointer<CodeHeader>
        var next: UnsafePointer<Instruction>
        var base = 0

        /// The position in the mailbox that `receive` looks at.
        var scanned = 0
        var deadline: ReceiveDeadline?
        /// The first message, taken before it is known whether it matches: it most often does.
        var taken: Term?
        /// Who was sent to last: most often it is sent to again.
        var receiver: Process?

        var thrown: ErlangException?
        /// When the slice began, if the clock was looked at, and how many natives it has called.
        var sliceStart: Int64 = 0
        var wasYielded = true
        var nativeCount = 0
    }

    /// What `code` belongs to at the start.
    private let main: FunctionCode

    /// A call that was left to the driver: where its value goes.
    var pending: (target: Int32, isTail: Bool)?
    /// The function it called, for the stack trace.
    var calledHost: (entry: ExportEntry, arguments: [Term])?
    /// Code that was made on the way, and that nobody else keeps.
    var made: [FunctionCode] = []
    /// What the memory limit knows of it.
    var memory = MemoryLimit.Share()
    /// Code of funs that came from other nodes, by identity.
    var imported: [ObjectIdentifier: (fun: ClosureFun, made: ClosureFun)] = [:]

    /// An activation that waits.
    struct Frame {
        var code: UnsafeMutablePointer<CodeHeader>
        var next: UnsafePointer<Instruction>
        var base: Int
        /// The register for the value.
        var target: Int32
    }

    /// A `try` or `catch` that is under way.
    struct Handler {
        var frameCount: Int
        var builderCount: Int
        var target: UnsafePointer<Instruction>
        var register: Int32
    }

    /// Why a slice ended.
    enum Outcome {
        case finished(Term)
        case raised(ErlangException)
        /// The reductions are used up.
        case yielded
        /// For a message beyond those that were looked at, or the end of the time.
        case waiting
        /// A function that may wait is called.
        case host(HostFunction.Body, [Term])
        /// The receiver's connection has too much to write.
        case paused(@Sendable () async -> Void)
    }

    /// Registers of one execution, in terms: what is beyond is `system_limit`.
    static let stackLimit = min(1 << 26, MemoryLimit.shared.bytes / 4 / MemoryLayout<Term>.stride)

    init(_ function: FunctionCode, _ arguments: [Term], process: Process, server: CodeServer) {
        self.process = process
        self.server = server
        keeper = server.host?.keeper
        main = function
        let capacity = max(256, function.header.pointee.frameSize + arguments.count + 1)
        state = .allocate(capacity: 1)
        state.initialize(
            to: State(
                stack: Self.allocate(capacity), stackCapacity: capacity, frames: .allocate(capacity: 32),
                code: function.header, next: function.header.pointee.instructions))
        for (position, argument) in arguments.enumerated() { (stack + position).initialize(to: argument) }
    }

    deinit {
        stack.deinitialize(count: stackCapacity)
        stack.deallocate()
        frames.deallocate()
        for builder in builders { builder.release() }
        MemoryLimit.shared.forget(memory)
        deadline?.cancel()
        state.deinitialize(count: 1)
        state.deallocate()
    }

    /// Room for terms, all of them 0.
    static func allocate(_ count: Int) -> UnsafeMutablePointer<Term> {
        let room = UnsafeMutablePointer<Term>.allocate(capacity: count)
        UnsafeMutableRawPointer(room).initializeMemory(
            as: UInt8.self, repeating: 0, count: count * MemoryLayout<Term>.stride)
        return room
    }

    /// Makes room for `count` registers from `base` on.
    func growStack(for count: Int) throws {
        guard count <= Self.stackLimit else { throw ErlangException(.error, .atom("system_limit")) }
        let capacity = max(count, min(stackCapacity * 2, Self.stackLimit))
        let larger = Self.allocate(capacity)
        UnsafeMutableRawPointer(larger).copyMemory(
            from: stack, byteCount: stackCapacity * MemoryLayout<Term>.stride)
        stack.deallocate()
        stack = larger
        stackCapacity = capacity
    }

    func growFrames() throws {
        guard frameCapacity < Self.stackLimit / 2 else { throw ErlangException(.error, .atom("system_limit")) }
        let larger = UnsafeMutablePointer<Frame>.allocate(capacity: frameCapacity * 2)
        larger.moveInitialize(from: frames, count: frameCount)
        frames.deallocate()
        frames = larger
        frameCapacity *= 2
    }

    /// The clock is not looked at if the last slice ended with waiting: such slices are short.
    func sliceBegins() {
        state.pointee.sliceStart = state.pointee.wasYielded ? SystemTimeSource().monotonicNanoseconds() : 0
        state.pointee.wasYielded = false
        state.pointee.nativeCount = 0
        MemoryLimit.shared.begins(&memory)
    }

    /// Says that the slice used up its reductions, so the next one is measured.
    ///
    /// - Returns: nanoseconds since it began; nothing if nobody looked at the clock then.
    func sliceEnds() -> Int64? {
        state.pointee.wasYielded = true
        let start = state.pointee.sliceStart
        return start == 0 ? nil : SystemTimeSource().monotonicNanoseconds() &- start
    }

    /// Whether natives have taken so long that others should run; asked after each of them.
    @inline(__always)
    func isSliceOver() -> Bool {
        state.pointee.nativeCount &+= 1
        return state.pointee.nativeCount & 7 == 0 && isSliceLong()
    }

    @inline(never)
    private func isSliceLong() -> Bool {
        let now = SystemTimeSource().monotonicNanoseconds()
        if state.pointee.sliceStart == 0 { state.pointee.sliceStart = now }
        return now &- state.pointee.sliceStart > Self.longestSlice
    }

    /// Ends the execution with `system_limit` if it is the one that uses up the memory.
    func checkMemory() {
        guard MemoryLimit.shared.isExceeded(by: &memory) else { return }
        resume(throwing: ErlangException(.error, .atom("system_limit"), detail: MemoryLimit.shared.message))
    }

    /// Nanoseconds after which a slice of slow natives ends.
    private static let longestSlice: Int64 = 5_000_000

    /// The value of the call that was left to the driver.
    func resume(with value: Term) {
        guard let pending else { return }
        self.pending = nil
        if pending.isTail {
            Registers.put(stack + base, value)
            next = ReturnStub.instruction
        } else {
            Registers.put(stack + base + Int(pending.target), value)
        }
    }

    func resume(throwing exception: ErlangException) {
        pending = nil
        thrown = exception
    }
}

// The state by its names.
extension Execution {
    var stack: UnsafeMutablePointer<Term> {
        @inline(__always) get { state.pointee.stack }
        @inline(__always) set { state.pointee.stack = newValue }
    }
    var stackCapacity: Int {
        @inline(__always) get { state.pointee.stackCapacity }
        @inline(__always) set { state.pointee.stackCapacity = newValue }
    }
    var frames: UnsafeMutablePointer<Frame> {
        @inline(__always) get { state.pointee.frames }
        @inline(__always) set { state.pointee.frames = newValue }
    }
    var frameCapacity: Int {
        @inline(__always) get { state.pointee.frameCapacity }
        @inline(__always) set { state.pointee.frameCapacity = newValue }
    }
    var frameCount: Int {
        @inline(__always) get { state.pointee.frameCount }
        @inline(__always) set { state.pointee.frameCount = newValue }
    }
    var handlers: [Handler] {
        @inline(__always) get { state.pointee.handlers }
        @inline(__always) _modify { yield &state.pointee.handlers }
    }
    var builders: [Builder] {
        @inline(__always) get { state.pointee.builders }
        @inline(__always) _modify { yield &state.pointee.builders }
    }
    var code: UnsafeMutablePointer<CodeHeader> {
        @inline(__always) get { state.pointee.code }
        @inline(__always) set { state.pointee.code = newValue }
    }
    var next: UnsafePointer<Instruction> {
        @inline(__always) get { state.pointee.next }
        @inline(__always) set { state.pointee.next = newValue }
    }
    var base: Int {
        @inline(__always) get { state.pointee.base }
        @inline(__always) set { state.pointee.base = newValue }
    }
    var scanned: Int {
        @inline(__always) get { state.pointee.scanned }
        @inline(__always) set { state.pointee.scanned = newValue }
    }
    var deadline: ReceiveDeadline? {
        @inline(__always) get { state.pointee.deadline }
        @inline(__always) set { state.pointee.deadline = newValue }
    }
    var taken: Term? {
        @inline(__always) get { state.pointee.taken }
        @inline(__always) set { state.pointee.taken = newValue }
    }
    var receiver: Process? {
        @inline(__always) get { state.pointee.receiver }
        @inline(__always) set { state.pointee.receiver = newValue }
    }
    var thrown: ErlangException? {
        @inline(__always) get { state.pointee.thrown }
        @inline(__always) set { state.pointee.thrown = newValue }
    }
}

/// Code that returns register 0: what goes on after a tail call that the driver made.
enum ReturnStub {
    nonisolated(unsafe) static let instruction: UnsafePointer<Instruction> = {
        let room = UnsafeMutablePointer<Instruction>.allocate(capacity: 1)
        room.initialize(to: Instruction(.return, b: 0))
        return UnsafePointer(room)
    }()
}

/// Terms that are collected: the value of a comprehension while it grows.
struct Builder {
    var elements = UnsafeMutablePointer<Term>.allocate(capacity: 16)
    var count = 0
    var capacity = 16

    mutating func append(_ term: Term) {
        if count == capacity {
            let larger = UnsafeMutablePointer<Term>.allocate(capacity: capacity * 2)
            larger.moveInitialize(from: elements, count: count)
            elements.deallocate()
            elements = larger
            capacity *= 2
        }
        (elements + count).initialize(to: term)
        count += 1
    }

    /// The list, and the builder is gone.
    func finishList() -> Term {
        defer { elements.deallocate() }
        guard count > 0 else { return .nil }
        return .list(List(uninitializedCount: count) { $0.moveInitialize(from: elements, count: count) })
    }

    func release() {
        elements.deinitialize(count: count)
        elements.deallocate()
    }
}
