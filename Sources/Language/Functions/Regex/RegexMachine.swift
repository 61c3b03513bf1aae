/// Runs a program on a subject.
struct RegexMachine {
    enum Outcome {
        /// Pairs of start and end of each group in bytes; -1 where a group has no part in the match.
        case match([Int])
        case noMatch
        /// Too many steps.
        case limit
    }

    /// A worker is held no longer than about a second.
    static let maximumSteps = 5_000_000
    private static let maximumChoices = 5_000_000

    private enum Choice {
        case place(Int, Int)
        case slot(Int, Int)
        case mark(Int, Int)
    }

    private let program: RegexProgram
    private let bytes: UnsafeBufferPointer<UInt8>
    private let isUnicode: Bool
    private let notEmptyAtStart: Bool
    private let notBeginning: Bool
    private let notEnd: Bool
    private var slots: [Int]
    private var marks: [Int]
    private var choices: [Choice] = []
    private var steps = 0
    private let limit: Int
    private var first = 0

    init(
        _ program: RegexProgram, _ bytes: UnsafeBufferPointer<UInt8>, notEmptyAtStart: Bool = false,
        notBeginning: Bool = false, notEnd: Bool = false, limit: Int = RegexMachine.maximumSteps
    ) {
        self.limit = limit
        self.program = program
        self.bytes = bytes
        self.notEmptyAtStart = notEmptyAtStart
        self.notBeginning = notBeginning
        self.notEnd = notEnd
        isUnicode = program.options.unicode
        slots = Array(repeating: -1, count: 2 * (program.groupCount + 1))
        marks = Array(repeating: -1, count: program.markCount)
    }

    /// The first match at or behind an offset.
    mutating func run(from offset: Int, isAnchored: Bool) -> Outcome {
        first = offset
        var start = offset
        while start <= bytes.count {
            for place in slots.indices { slots[place] = -1 }
            choices.removeAll(keepingCapacity: true)
            switch run(at: start, from: 0) {
            case .match(let end) where !(notEmptyAtStart && end == offset && start == offset): return .match(slots)
            case .limit: return .limit
            default: break
            }
            guard !isAnchored, !program.options.anchored else { return .noMatch }
            start = start < bytes.count ? start + width(start) : start + 1
        }
        return .noMatch
    }

    private enum Result {
        case match(Int)
        case noMatch
        case limit
    }

    private func width(_ place: Int) -> Int {
        guard isUnicode else { return 1 }
        let byte = bytes[place]
        return min(byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4, bytes.count - place)
    }

    private func code(_ place: Int) -> (UInt32, Int)? {
        guard place < bytes.count else { return nil }
        let byte = bytes[place]
        guard isUnicode, byte >= 0x80 else { return (UInt32(byte), 1) }
        let width = width(place)
        var value = UInt32(byte) & (0xff >> UInt32(width + 1))
        for offset in 1..<max(1, width) { value = value << 6 | UInt32(bytes[place + offset] & 0x3f) }
        return (value, width)
    }

    private func previous(_ place: Int) -> Int {
        var place = place - 1
        while isUnicode, place > 0, bytes[place] & 0xc0 == 0x80 { place -= 1 }
        return place
    }

    /// Runs from an instruction on until `accept`. The choices that were there before stay.
    private mutating func run(at start: Int, from entry: Int) -> Result {
        let base = choices.count
        var (pc, place) = (entry, start)
        while true {
            steps += 1
            guard steps < limit, choices.count < Self.maximumChoices else { return .limit }
            var isOk = true
            switch program.instructions[pc] {
            case .character(let wanted):
                if let (code, width) = code(place), code == wanted {
                    (pc, place) = (pc + 1, place + width)
                } else {
                    isOk = false
                }
            case .caseless(let wanted, let others):
                if let (code, width) = code(place), code == wanted || others.contains(code) {
                    (pc, place) = (pc + 1, place + width)
                } else {
                    isOk = false
                }
            case .any:
                if let (_, width) = code(place) { (pc, place) = (pc + 1, place + width) } else { isOk = false }
            case .anyButNewline:
                if let (code, width) = code(place), code != 10 {
                    (pc, place) = (pc + 1, place + width)
                } else {
                    isOk = false
                }
            case .set(let set):
                if let (code, width) = code(place), set.contains(code) {
                    (pc, place) = (pc + 1, place + width)
                } else {
                    isOk = false
                }
            case .save(let slot):
                choices.append(.slot(slot, slots[slot]))
                slots[slot] = place
                pc += 1
            case .keep:
                choices.append(.slot(0, slots[0]))
                slots[0] = place
                pc += 1
            case .jump(let target): pc = target
            case .split(let one, let two):
                choices.append(.place(two, place))
                pc = one
            case .mark(let mark):
                choices.append(.mark(mark, marks[mark]))
                marks[mark] = place
                pc += 1
            case .leaveIfEmpty(let mark, let exit): pc = marks[mark] == place ? exit : pc + 1
            case .assertion(let assertion): if holds(assertion, place) { pc += 1 } else { isOk = false }
            case .backReference(let index, let caseless):
                if let length = repeated(index, place, caseless) {
                    (pc, place) = (pc + 1, place + length)
                } else {
                    isOk = false
                }
            case .look(let isNegated, let next):
                let (kept, saved) = (choices.count, (slots, marks))
                switch run(at: place, from: pc + 1) {
                case .limit: return .limit
                case .match:
                    drop(to: kept)
                    if isNegated { (slots, marks, isOk) = (saved.0, saved.1, false) } else { restoreLater(saved.0) }
                case .noMatch: isOk = isNegated
                }
                pc = next
            case .atomic(let next):
                let (kept, saved) = (choices.count, slots)
                switch run(at: place, from: pc + 1) {
                case .limit: return .limit
                case .match(let end):
                    drop(to: kept)
                    restoreLater(saved)
                    (pc, place) = (next, end)
                case .noMatch: isOk = false
                }
            case .back(let count):
                for _ in 0..<count where isOk { if place > 0 { place = previous(place) } else { isOk = false } }
                pc += 1
            case .accept:
                // A match of nothing may be unwanted: then the other choices are tried.
                if entry == 0, notEmptyAtStart, place == first, slots[0] == first {
                    isOk = false
                } else {
                    return .match(place)
                }
            }
            if isOk { continue }
            guard let choice = nextChoice(above: base) else { return .noMatch }
            (pc, place) = choice
        }
    }

    private mutating func drop(to count: Int) { choices.removeLast(choices.count - count) }

    /// The groups that something matched alone has set are set back with the choices made before it.
    private mutating func restoreLater(_ saved: [Int]) {
        for (slot, value) in saved.enumerated() where slots[slot] != value { choices.append(.slot(slot, value)) }
    }

    private mutating func nextChoice(above base: Int) -> (Int, Int)? {
        while choices.count > base, let choice = choices.popLast() {
            switch choice {
            case .place(let pc, let place): return (pc, place)
            case .slot(let slot, let value): slots[slot] = value
            case .mark(let mark, let value): marks[mark] = value
            }
        }
        return nil
    }

    private func holds(_ assertion: RegexNode.Assertion, _ place: Int) -> Bool {
        switch assertion {
        case .start: return place == 0 && !notBeginning
        case .firstPosition: return place == first
        case .end: return place == bytes.count && !notEnd
        case .endOrLastNewline:
            return !notEnd && (place == bytes.count || place == bytes.count - 1 && bytes[place] == 10)
        case .lineStart: return place == 0 ? !notBeginning : place < bytes.count && bytes[place - 1] == 10
        case .lineEnd: return place == bytes.count ? !notEnd : bytes[place] == 10
        case .wordBoundary: return isWord(before: place) != isWord(at: place)
        case .notWordBoundary: return isWord(before: place) == isWord(at: place)
        }
    }

    private func isWord(at place: Int) -> Bool { place < bytes.count && RegexSet.isWord(UInt32(bytes[place])) }
    private func isWord(before place: Int) -> Bool { place > 0 && RegexSet.isWord(UInt32(bytes[place - 1])) }

    /// The length of what a group matched, if it stands here again.
    private func repeated(_ index: Int, _ place: Int, _ caseless: Bool) -> Int? {
        guard 2 * index + 1 < slots.count, slots[2 * index] >= 0, slots[2 * index + 1] >= slots[2 * index] else {
            return nil
        }
        let range = slots[2 * index]..<slots[2 * index + 1]
        guard place + range.count <= bytes.count else { return nil }
        for offset in 0..<range.count {
            let (one, two) = (bytes[range.lowerBound + offset], bytes[place + offset])
            guard one == two || caseless && RegexSet.otherCases(UInt32(one)).contains(UInt32(two)) else { return nil }
        }
        return range.count
    }
}
