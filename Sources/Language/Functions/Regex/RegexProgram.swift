internal import Terms

/// A compiled pattern.
final class RegexProgram: Sendable {
    enum Instruction {
        case character(UInt32)
        case caseless(UInt32, [UInt32])
        case any
        case anyButNewline
        case set(RegexSet)
        case save(Int)
        case jump(Int)
        /// Goes on at the first place; the second one is the other choice.
        case split(Int, Int)
        /// Remembers where a round of a loop begins, and leaves a loop whose round matched nothing.
        case mark(Int)
        case leaveIfEmpty(Int, exit: Int)
        case assertion(RegexNode.Assertion)
        case backReference(Int, caseless: Bool)
        /// Runs what follows up to `accept` on its own; goes on at `next`.
        case look(isNegated: Bool, next: Int)
        case atomic(next: Int)
        /// Goes back by a number of characters, or fails.
        case back(Int)
        case keep
        case accept
    }

    let instructions: [Instruction]
    let groupCount: Int
    let names: [String: Int]
    let options: RegexOptions
    let markCount: Int

    private static let maximumSize = 50_000

    init(_ codes: [UInt32], _ options: RegexOptions) throws(RegexError) {
        var parser = RegexParser(codes, options)
        let tree = try parser.parse()
        var builder = Builder()
        try builder.add(.group(tree, index: 0))
        builder.instructions.append(.accept)
        instructions = builder.instructions
        groupCount = parser.groupCount
        names = parser.names
        self.options = options
        markCount = builder.markCount
    }

    private struct Builder {
        var instructions: [Instruction] = []
        var markCount = 0

        mutating func add(_ node: RegexNode) throws(RegexError) {
            guard instructions.count < RegexProgram.maximumSize else {
                throw RegexError(message: "regular expression is too large", offset: 0)
            }
            switch node {
            case .empty: break
            case .character(let code, let caseless):
                let others = caseless ? RegexSet.otherCases(code) : []
                instructions.append(others.isEmpty ? .character(code) : .caseless(code, others))
            case .any(let dotall): instructions.append(dotall ? .any : .anyButNewline)
            case .set(let set): instructions.append(.set(set))
            case .sequence(let nodes): for node in nodes { try add(node) }
            case .alternatives(let branches): try add(branches)
            case .group(let node, let index):
                instructions.append(.save(2 * index))
                try add(node)
                instructions.append(.save(2 * index + 1))
            case .atomic(let node): try addAlone(node) { .atomic(next: $0) }
            case .look(let node, let isNegated): try addAlone(node) { .look(isNegated: isNegated, next: $0) }
            case .lookBehind(let node, let isNegated):
                guard let width = Self.width(node) else {
                    throw RegexError(message: "lookbehind assertion is not fixed length", offset: 0)
                }
                try addAlone(.sequence([node]), first: .back(width)) { .look(isNegated: isNegated, next: $0) }
            case .repeated(let node, let least, let most, let kind):
                if kind == .possessive {
                    try addAlone(.repeated(node, least: least, most: most, kind: .greedy)) { .atomic(next: $0) }
                } else {
                    try addRepeat(node, least, most, isLazy: kind == .lazy)
                }
            case .backReference(let index, let caseless): instructions.append(.backReference(index, caseless: caseless))
            case .assertion(let assertion): instructions.append(.assertion(assertion))
            case .keep: instructions.append(.keep)
            }
        }

        private mutating func add(_ branches: [RegexNode]) throws(RegexError) {
            var jumps: [Int] = []
            for (place, branch) in branches.enumerated() {
                guard place < branches.count - 1 else {
                    try add(branch)
                    break
                }
                let split = instructions.count
                instructions.append(.jump(0))
                try add(branch)
                jumps.append(instructions.count)
                instructions.append(.jump(0))
                instructions[split] = .split(split + 1, instructions.count)
            }
            for jump in jumps { instructions[jump] = .jump(instructions.count) }
        }

        private mutating func addAlone(
            _ node: RegexNode, first: Instruction? = nil, _ make: (Int) -> Instruction
        ) throws(RegexError) {
            let start = instructions.count
            instructions.append(.jump(0))
            if let first { instructions.append(first) }
            try add(node)
            instructions.append(.accept)
            instructions[start] = make(instructions.count)
        }

        private mutating func addRepeat(
            _ node: RegexNode, _ least: Int, _ most: Int?, isLazy: Bool
        ) throws(RegexError) {
            for _ in 0..<least { try add(node) }
            func choice(_ inside: Int, _ outside: Int) -> Instruction {
                isLazy ? .split(outside, inside) : .split(inside, outside)
            }
            guard let most else {
                let mark = markCount
                markCount += 1
                let split = instructions.count
                instructions += [.jump(0), .mark(mark)]
                try add(node)
                let end = instructions.count
                instructions += [.leaveIfEmpty(mark, exit: end + 2), .jump(split)]
                instructions[split] = choice(split + 1, end + 2)
                return
            }
            var splits: [Int] = []
            for _ in least..<max(least, most) {
                splits.append(instructions.count)
                instructions.append(.jump(0))
                try add(node)
            }
            for split in splits { instructions[split] = choice(split + 1, instructions.count) }
        }

        /// How many characters a node matches, if always as many.
        private static func width(_ node: RegexNode) -> Int? {
            switch node {
            case .empty, .look, .lookBehind, .assertion, .keep: return 0
            case .character, .any, .set: return 1
            case .sequence(let nodes):
                var sum = 0
                for node in nodes {
                    guard let width = width(node) else { return nil }
                    sum += width
                }
                return sum
            case .alternatives(let nodes):
                let widths = nodes.map { width($0) }
                guard let first = widths.first, widths.allSatisfy({ $0 == first }) else { return nil }
                return first
            case .group(let node, _), .atomic(let node): return width(node)
            case .repeated(let node, let least, let most, _):
                guard least == most, let width = width(node) else { return nil }
                return width * least
            case .backReference: return nil
            }
        }
    }
}
