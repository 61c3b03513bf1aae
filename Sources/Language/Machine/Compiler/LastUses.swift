/// Where the value of a register is used for the last time: a move from there copies nothing, and a map that is updated
/// there may be changed in place.
///
/// Goes backwards over the code of one function until nothing changes. What it does not know it takes for a use; a function
/// with handlers of exceptions, and one that is very long, stay as they are.
struct LastUses {
    private let instructions: [Instruction]
    private let isBranch: [Bool]
    private let segments: [BitSegment]
    private let layouts: [BitLayout]
    private let arity: Int
    private let registers: Int
    private let words: Int
    /// The registers in use before each instruction, as bits; and behind the last one.
    private var live: [UInt64]

    /// Bits, over all instructions, that are worth the time.
    private static let limit = 1 << 18

    /// The code with `move` made `take` where it may be, without those that are not needed, and its lines.
    ///
    /// - Parameters:
    ///   - branches: the instructions whose `d` is where they may go.
    ///   - fun: the register of the fun that runs, which keeps its code.
    static func mark(
        _ instructions: [Instruction], lines: [Int32], branches: [Int], frameSize: Int, arity: Int, fun: Int32?,
        segments: [BitSegment], layouts: [BitLayout]
    ) -> (instructions: [Instruction], lines: [Int32]) {
        let words = (frameSize + 63) / 64
        guard instructions.count * words <= limit, !instructions.contains(where: { $0.operation == .push }) else {
            return (instructions, lines)
        }
        var isBranch = [Bool](repeating: false, count: instructions.count)
        for position in branches { isBranch[position] = true }
        var uses = LastUses(
            instructions: instructions, isBranch: isBranch, segments: segments, layouts: layouts, arity: arity,
            registers: frameSize, words: words, live: Array(repeating: 0, count: (instructions.count + 1) * words))
        guard uses.settle() else { return (instructions, lines) }
        var result = instructions
        for (position, instruction) in instructions.enumerated()
        where instruction.b >= 0 && instruction.b != fun && instruction.b < frameSize {
            switch instruction.operation {
            case .move where instruction.a != instruction.b && !uses.isLive(instruction.b, position + 1):
                result[position].operation = .take
            case .uncons where !uses.isLive(instruction.b, position + 1):
                // If it fails the list stays.
                result[position].n = 1
            case .mapPut
            where instruction.b != instruction.c && instruction.b != instruction.d
                && (instruction.a == instruction.b || !uses.isLive(instruction.b, position + 1)):
                result[position].n |= 2
            case .mapUpdate where instruction.a == instruction.b || !uses.isLive(instruction.b, position + 1):
                result[position].n |= 2
            default: break
            }
        }
        return uses.joined(result, lines)
    }

    /// `a := …` and then `t := a`, which nobody uses any more, as one instruction.
    private func joined(_ code: [Instruction], _ lines: [Int32]) -> (instructions: [Instruction], lines: [Int32]) {
        var isTarget = [Bool](repeating: false, count: code.count + 1)
        for (position, instruction) in code.enumerated() where isBranch[position] && instruction.d >= 0 {
            isTarget[Int(instruction.d)] = true
        }
        var code = code
        var isKept = [Bool](repeating: true, count: code.count)
        for position in code.indices.dropLast() where isKept[position] && !isTarget[position + 1] {
            guard let joined = joined(code[position], code[position + 1]) else { continue }
            code[position] = joined
            isKept[position + 1] = false
        }
        guard isKept.contains(false) else { return (code, lines) }
        // Where each instruction stands now.
        var places: [Int32] = [0]
        for keeps in isKept { places.append(places[places.count - 1] + (keeps ? 1 : 0)) }
        for position in code.indices where isBranch[position] && code[position].d >= 0 {
            code[position].d = places[Int(code[position].d)]
        }
        return (zip(code, isKept).filter(\.1).map(\.0), zip(lines, isKept).filter(\.1).map(\.0))
    }

    private func joined(_ first: Instruction, _ take: Instruction) -> Instruction? {
        guard take.operation == .take, first.operation != .take, first.setsA else { return nil }
        let target = take.a
        var isFree = true
        forEachUse(first) { if $0 == target { isFree = false } }
        // What is called has its registers from the arguments on, and empties them when its value is in place.
        if first.isCall, target >= first.c { isFree = false }
        guard isFree else { return nil }
        var result = first
        if first.a == take.b {
            if first.operation == .uncons, first.c == target { return nil }
            result.a = target
        } else if first.operation == .uncons, first.c == take.b, first.a != target {
            result.c = target
        } else {
            return nil
        }
        return result
    }

    private func isLive(_ register: Int32, _ position: Int) -> Bool {
        live[position * words + Int(register) / 64] & (1 << UInt64(register & 63)) != 0
    }

    /// False if it takes too long.
    private mutating func settle() -> Bool {
        var set = [UInt64](repeating: 0, count: words)
        for _ in 0..<16 {
            var isSettled = true
            for position in instructions.indices.reversed() {
                let instruction = instructions[position]
                for word in 0..<words { set[word] = instruction.goesOn ? live[(position + 1) * words + word] : 0 }
                if instruction.setsA, (0..<registers).contains(Int(instruction.a)) {
                    set[Int(instruction.a) / 64] &= ~(1 << UInt64(instruction.a & 63))
                }
                if instruction.operation == .uncons {
                    set[Int(instruction.c) / 64] &= ~(1 << UInt64(instruction.c & 63))
                }
                if isBranch[position], instruction.d >= 0 {
                    let target = Int(instruction.d) * words
                    for word in 0..<words { set[word] |= live[target + word] }
                }
                forEachUse(instruction) { register in
                    if (0..<registers).contains(Int(register)) { set[Int(register) / 64] |= 1 << UInt64(register & 63) }
                }
                for word in 0..<words where live[position * words + word] != set[word] {
                    live[position * words + word] = set[word]
                    isSettled = false
                }
            }
            if isSettled { return true }
        }
        return false
    }

    /// Calls `use` with what an instruction reads; literals are negative.
    private func forEachUse(_ i: Instruction, _ use: (Int32) -> Void) {
        func uses(_ first: Int32, _ count: Int) {
            for position in 0..<count { use(first + Int32(position)) }
        }
        switch i.operation {
        case .jump, .localFun, .tick, .pop, .push, .receiveStart, .receiveNext, .receiveTake, .receiveWait,
            .builderStart,
            .builderFinish:
            break
        case .move, .take, .capture, .operateUnary, .testTuple, .testCons, .uncons, .testTrue, .element, .head, .tail,
            .bitsStart,
            .return, .receiveTimeout, .mapPairs, .builderAdd, .filter:
            use(i.b)
        case .cons, .add, .subtract, .multiply, .operate, .compare, .test, .testSame, .testLess, .testNotLess, .mapGet,
            .bitsEnd, .send:
            use(i.b)
            use(i.c)
        case .tuple, .function: uses(i.b, Int(i.c))
        case .list:
            uses(i.b, Int(i.d))
            use(i.c)
        case .map: uses(i.b, 2 * Int(i.c))
        case .mapPut:
            use(i.b)
            use(i.c)
            use(i.d)
        case .mapUpdate:
            use(i.b)
            uses(i.c, 2 * Int(i.d))
        case .closure: uses(i.b, Int(i.n))
        case .externalFun:
            use(i.b)
            use(i.c)
            use(i.d)
        case .binary:
            let layout = layouts[Int(i.c)]
            uses(i.b, layout.segments.count)
            for segment in layout.segments { if let size = segment.size { use(size) } }
        case .testKind:
            use(i.b)
            if i.n == KindTest.functionOfArity.rawValue { use(i.c) }
        case .bitsGet:
            use(i.b)
            use(i.c)
            if let size = segments[Int(i.n)].size { use(size) }
        case .call, .tailCall, .callExport, .tailCallExport: uses(i.c, Int(i.n))
        case .repeatCall:
            for position in 0..<arity where i.a & 1 << Int32(position) == 0 { use(Int32(position)) }
            uses(i.c, Int(i.n))
        case .callFun, .tailCallFun:
            use(i.b)
            uses(i.c, Int(i.n))
        case .apply, .tailApply:
            use(i.b)
            use(i.d)
            uses(i.c, Int(i.n))
        case .reraise: uses(i.a, 3)
        case .caught: uses(i.b, 3)
        case .fail:
            switch FailureKind(rawValue: i.n) {
            case .functionClause: uses(0, arity)
            case .ifClause: break
            default: use(i.b)
            }
        case .listNext: use(i.c)
        }
    }
}

extension Instruction {
    fileprivate var isCall: Bool {
        switch operation {
        case .call, .callExport, .callFun, .apply: true
        default: false
        }
    }

    /// Whether the next one may follow.
    fileprivate var goesOn: Bool {
        switch operation {
        case .jump, .return, .tailCall, .tailCallExport, .tailCallFun, .tailApply, .repeatCall, .fail, .reraise:
            false
        default: true
        }
    }

    /// Whether what was in `a` before is of no use behind it.
    fileprivate var setsA: Bool {
        switch operation {
        case .move, .take, .tuple, .cons, .list, .map, .mapUpdate, .mapPut, .closure, .localFun, .externalFun, .capture,
            .binary,
            .uncons, .add, .subtract, .multiply, .operate, .operateUnary, .function, .compare, .element, .head, .tail,
            .mapGet,
            .bitsStart, .bitsGet, .call, .callExport, .callFun, .apply, .caught, .receiveNext, .send, .listNext,
            .mapPairs,
            .builderFinish:
            true
        default: false
        }
    }
}
