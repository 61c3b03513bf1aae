internal import Processes
internal import Support
internal import Terms

extension LanguageLibrary {
    private static let re = NativeModule("re")

    /// The module `re`. The engine is ours: see RegexPattern.swift for what it understands.
    static let reFunctions: [NativeFunction] = [
        re("compile", "Pattern", "{ok, Compiled}, or {error, {Message, Offset}}.") { try compile($0[0], .nil) },
        re(
            "compile", "Pattern Options",
            "{ok, Compiled}: caseless, multiline, dotall, extended, unicode, anchored, ..."
        ) {
            try compile($0[0], $0[1])
        },
        re("version", "", "The version of the pattern language that is followed.") { _ in .string("8.44 2020-02-12") },
        re("inspect", "Pattern Item", "{namelist, Names} of a compiled pattern.") { call in
            guard call[1] == .atom("namelist"), case .tuple = call[0] else { throw ErlangException.badarg() }
            var settings = try Settings(.nil)
            let names = try program(call[0], &settings).names.keys.sorted()
            return .tuple(.atom("namelist"), .makeList(names.map { .string($0) }))
        },
        re("run", "Subject Pattern", "{match, Captured}, or nomatch.") { try run($0[0], $0[1], .nil) },
        re("run", "Subject Pattern Options", "{match, Captured}, match or nomatch: global, {capture, Which, Type}, ...")
        {
            try run($0[0], $0[1], $0[2])
        },
        re("split", "Subject Pattern", "The parts between matches.") { try split($0[0], $0[1], .nil) },
        re(
            "split", "Subject Pattern Options",
            "The parts between matches: {return, Type}, {parts, N}, group, trim, ..."
        ) {
            try split($0[0], $0[1], $0[2])
        },
        re("replace", "Subject Pattern Replacement", "With the first match replaced; & and \\1 stand for what matched.")
        {
            try replace($0[0], $0[1], $0[2], .nil)
        },
        re("replace", "Subject Pattern Replacement Options", "With matches replaced: global, {return, Type}, ...") {
            try replace($0[0], $0[1], $0[2], $0[3])
        },
    ]

    // MARK: Options

    private enum Kind { case index, list, binary, iodata }
    private enum Which { case all, first, allButFirst, none, some([Term]) }

    private struct Settings {
        var regex = RegexOptions()
        var isGlobal = false
        var offset = 0
        var which = Which.all
        var kind = Kind.index
        var result = Kind.iodata
        var parts: Int?
        var groups = false
        var trims = false
        var notEmpty = false
        var notBeginning = false
        var notEnd = false
        var reportsErrors = false
        var limit = RegexMachine.maximumSteps

        init(_ options: Term) throws {
            guard let options = options.properList else { throw ErlangException.badarg() }
            for option in options {
                switch option {
                case .atom(let atom): try set(atom)
                case .tuple(let tuple): try set(Array(tuple))
                default: throw ErlangException.badarg()
                }
            }
        }

        private mutating func set(_ option: Atom) throws {
            switch option.name {
            case "caseless": regex.caseless = true
            case "multiline": regex.multiline = true
            case "dotall": regex.dotall = true
            case "extended": regex.extended = true
            case "unicode": regex.unicode = true
            case "anchored": regex.anchored = true
            case "ungreedy": regex.ungreedy = true
            case "dollar_endonly": regex.dollarEndOnly = true
            case "no_auto_capture": regex.noAutoCapture = true
            case "global": isGlobal = true
            case "group": groups = true
            case "trim": trims = true
            case "notempty", "notempty_atstart": notEmpty = true
            case "notbol": notBeginning = true
            case "noteol": notEnd = true
            case "report_errors": reportsErrors = true
            case "firstline", "dupnames", "ucp", "never_utf", "no_start_optimize", "bsr_anycrlf", "bsr_unicode": break
            default: throw ErlangException.badarg()
            }
        }

        private mutating func set(_ option: [Term]) throws {
            switch (option.first, option.count) {
            case (.atom("capture")?, 2), (.atom("capture")?, 3):
                switch option[1] {
                case .atom("all"): which = .all
                case .atom("first"): which = .first
                case .atom("all_but_first"): which = .allButFirst
                case .atom("none"): which = .none
                default:
                    guard let list = option[1].properList else { throw ErlangException.badarg() }
                    which = .some(list)
                }
                kind = option.count == 3 ? try Self.kind(option[2]) : .index
            case (.atom("offset")?, 2):
                guard case .integer(let value) = option[1], value >= 0 else { throw ErlangException.badarg() }
                offset = value
            case (.atom("return")?, 2):
                result = try Self.kind(option[1])
            case (.atom("parts")?, 2):
                if option[1] == .atom(.infinity) { break }
                guard case .integer(let value) = option[1], value >= 0 else { throw ErlangException.badarg() }
                parts = value
            case (.atom("match_limit")?, 2):
                guard case .integer(let value) = option[1], value >= 0 else { throw ErlangException.badarg() }
                limit = min(value, RegexMachine.maximumSteps)
            case (.atom("newline")?, 2), (.atom("match_limit_recursion")?, 2): break
            default: throw ErlangException.badarg()
            }
        }

        private static func kind(_ term: Term) throws -> Kind {
            switch term {
            case .atom("index"): return .index
            case .atom("list"): return .list
            case .atom("binary"): return .binary
            case .atom("iodata"): return .iodata
            default: throw ErlangException.badarg()
            }
        }
    }

    // MARK: Patterns

    private struct CacheKey: Hashable {
        let codes: [UInt32]
        let options: RegexOptions
    }

    private static let cache = Locked<[CacheKey: RegexProgram]>([:])

    private static func program(_ codes: [UInt32], _ options: RegexOptions) throws(RegexError) -> RegexProgram {
        let key = CacheKey(codes: codes, options: options)
        if let program = cache.withLock({ $0[key] }) { return program }
        let program = try RegexProgram(codes, options)
        cache.withLock {
            if $0.count >= 64 { $0.removeAll() }
            $0[key] = program
        }
        return program
    }

    private static func codes(_ pattern: Term, _ options: RegexOptions) throws -> [UInt32] {
        if options.unicode { return try text(pattern).string.unicodeScalars.map(\.value) }
        return try Iodata.bytes(pattern).map { UInt32($0) }
    }

    private static func text(_ term: Term) throws -> Text {
        do { return try Text(term, or: .badarg()) } catch { throw ErlangException.badarg() }
    }

    private static func failure(_ error: RegexError) -> Term {
        .tuple(.atom(.error), .tuple(.charlist(error.message), .integer(error.offset)))
    }

    /// What is wrong with the text of a pattern, if something is: the words, and where.
    static func regexProblem(_ bytes: [UInt8]) -> String? {
        do {
            _ = try program(bytes.map { UInt32($0) }, RegexOptions())
            return nil
        } catch {
            return "\(error.message) on character \(error.offset)"
        }
    }

    /// A compiled pattern is a tuple as in OTP; its binary holds the pattern and the options.
    private static func compile(_ pattern: Term, _ options: Term) throws -> Term {
        let settings = try Settings(options)
        let codes = try codes(pattern, settings.regex)
        let program: RegexProgram
        do { program = try Self.program(codes, settings.regex) } catch { return failure(error) }
        let source = Term.tuple(.makeList(codes.map { .integer(Int($0)) }), options).etf()
        return .tuple(
            .atom(.ok),
            .tuple([
                .atom("re_pattern"), .integer(program.groupCount), .integer(settings.regex.unicode ? 1 : 0), 0,
                .binary(Binary(source)),
            ]))
    }

    /// The program of a pattern, compiled or not; nothing in `program` where it is wrong.
    private static func program(_ pattern: Term, _ settings: inout Settings) throws -> RegexProgram {
        if case .tuple(let tuple) = pattern {
            guard tuple.count == 5, tuple[0] == .atom("re_pattern"), case .binary(let source) = tuple[4],
                let parts = try? Term(etf: source.bytes), let codes = parts.field(1)?.properList,
                let options = parts.field(2), let compiled = try? Settings(options)
            else { throw ErlangException.badarg() }
            settings.regex = compiled.regex
            let values = codes.compactMap { $0.asInteger.flatMap { UInt32(exactly: $0) } }
            do { return try program(values, compiled.regex) } catch { throw ErlangException.badarg() }
        }
        let codes = try codes(pattern, settings.regex)
        do { return try program(codes, settings.regex) } catch { throw ErlangException.badarg() }
    }

    private static func subject(_ term: Term, _ settings: Settings) throws -> [UInt8] {
        settings.regex.unicode ? try text(term).bytes : try Iodata.bytes(term)
    }

    // MARK: Matching

    /// All matches, or the first one; nothing when the limit is reached.
    private static func matches(
        _ program: RegexProgram, _ bytes: [UInt8], _ settings: Settings, all: Bool, most: Int = .max
    ) -> [[Int]]? {
        bytes.withUnsafeBufferPointer { buffer in
            var found: [[Int]] = []
            var place = settings.offset
            var wasEmpty = false
            while place <= buffer.count, found.count < most {
                var machine = RegexMachine(
                    program, buffer, notEmptyAtStart: wasEmpty || settings.notEmpty,
                    notBeginning: settings.notBeginning,
                    notEnd: settings.notEnd, limit: settings.limit)
                switch machine.run(from: place, isAnchored: wasEmpty) {
                case .limit: return nil
                case .match(let slots):
                    found.append(slots)
                    guard all else { return found }
                    // Behind a match of nothing one of something is tried at the same place.
                    wasEmpty = slots[1] == slots[0]
                    place = max(slots[1], slots[0])
                case .noMatch:
                    guard wasEmpty, place < buffer.count else { return found }
                    wasEmpty = false
                    place += 1
                    while settings.regex.unicode, place < buffer.count, buffer[place] & 0xc0 == 0x80 { place += 1 }
                }
            }
            return found
        }
    }

    private static func run(_ subject: Term, _ pattern: Term, _ options: Term) throws -> Term {
        var settings = try Settings(options)
        let program = try program(pattern, &settings)
        let bytes = try Self.subject(subject, settings)
        guard settings.offset <= bytes.count else { throw ErlangException.badarg() }
        guard let found = matches(program, bytes, settings, all: settings.isGlobal) else {
            return settings.reportsErrors ? .tuple(.atom(.error), .atom("match_limit")) : .atom("nomatch")
        }
        guard !found.isEmpty else { return .atom("nomatch") }
        if case .none = settings.which { return .atom("match") }
        let captured = found.map { Term.makeList(Self.captured($0, program, bytes, settings)) }
        let values: Term = settings.isGlobal ? .makeList(captured) : captured[0]
        if case .some(let names) = settings.which, names.isEmpty, !settings.isGlobal { return .atom("match") }
        return .tuple(.atom("match"), values)
    }

    private static func captured(
        _ slots: [Int], _ program: RegexProgram, _ bytes: [UInt8], _ settings: Settings
    ) -> [Term] {
        var last = program.groupCount
        while last > 0, slots[2 * last + 1] < 0 { last -= 1 }
        let groups: [Int]
        switch settings.which {
        case .all: groups = Array(0...last)
        case .first: groups = [0]
        case .allButFirst: groups = last >= 1 ? Array(1...last) : []
        case .none: groups = []
        case .some(let names):
            groups = names.map { name in
                switch name {
                case .integer(let index): return index
                case .atom(let atom): return program.names[atom.name] ?? -1
                default: return (try? text(name).string).flatMap { program.names[$0] } ?? -1
                }
            }
        }
        return groups.map { group in
            guard group >= 0, group <= program.groupCount, slots[2 * group + 1] >= 0 else {
                switch settings.kind {
                case .index: return .tuple(-1, 0)
                case .list: return .nil
                case .binary, .iodata: return .emptyBinary
                }
            }
            let range = slots[2 * group]..<max(slots[2 * group], slots[2 * group + 1])
            if case .index = settings.kind { return .tuple(.integer(range.lowerBound), .integer(range.count)) }
            return term(bytes[range], settings.kind, settings)
        }
    }

    private static func term(_ bytes: ArraySlice<UInt8>, _ kind: Kind, _ settings: Settings) -> Term {
        guard case .list = kind else { return .binary(Binary(bytes)) }
        return settings.regex.unicode
            ? .charlist(String(decoding: bytes, as: UTF8.self)) : .makeList(bytes.map { .integer(Int($0)) })
    }

    private static func split(_ subject: Term, _ pattern: Term, _ options: Term) throws -> Term {
        var settings = try Settings(options)
        if settings.isGlobal || settings.offset > 0 { throw ErlangException.badarg() }
        let program = try program(pattern, &settings)
        let bytes = try Self.subject(subject, settings)
        guard let found = matches(program, bytes, settings, all: true) else { throw ErlangException.badarg() }
        let most = settings.parts == 0 ? Int.max : settings.parts ?? .max
        if settings.parts == 0 { settings.trims = true }
        if bytes.isEmpty { return settings.groups ? [[emptyPart(settings)]] : [emptyPart(settings)] }
        var rows: [[ArraySlice<UInt8>]] = []
        var start = 0
        for slots in found where rows.count + 1 < most {
            // A match of nothing at the front splits nothing.
            guard slots[1] > slots[0] || slots[0] > start else { continue }
            var row = [bytes[start..<slots[0]]]
            var last = program.groupCount
            while last > 0, slots[2 * last + 1] < 0 { last -= 1 }
            for group in stride(from: 1, through: last, by: 1) {
                row.append(slots[2 * group + 1] < 0 ? [] : bytes[slots[2 * group]..<slots[2 * group + 1]])
            }
            rows.append(row)
            start = slots[1]
        }
        rows.append([bytes[start...]])
        if settings.trims {
            while let last = rows.last, last.allSatisfy(\.isEmpty) || last.count == 1 && last[0].isEmpty {
                rows.removeLast()
            }
        }
        let terms = rows.map { row in row.map { term($0, settings.result, settings) } }
        return settings.groups ? .makeList(terms.map { .makeList($0) }) : .makeList(Array(terms.joined()))
    }

    private static func emptyPart(_ settings: Settings) -> Term { term([], settings.result, settings) }

    private static func replace(_ subject: Term, _ pattern: Term, _ replacement: Term, _ options: Term) throws -> Term {
        var settings = try Settings(options)
        let program = try program(pattern, &settings)
        let bytes = try Self.subject(subject, settings)
        let template = settings.regex.unicode ? try text(replacement).bytes : try Iodata.bytes(replacement)
        guard settings.offset <= bytes.count else { throw ErlangException.badarg() }
        guard let found = matches(program, bytes, settings, all: settings.isGlobal) else {
            throw ErlangException.badarg()
        }
        var result: [UInt8] = []
        var start = 0
        for slots in found {
            result += bytes[start..<max(start, slots[0])]
            insert(template, slots, bytes, into: &result)
            start = slots[1]
        }
        result += bytes[start...]
        switch settings.result {
        case .iodata:
            return found.isEmpty ? subject : [.binary(Binary(result))]
        case .index: throw ErlangException.badarg()
        default: return term(result[...], settings.result, settings)
        }
    }

    /// `&` and `\0` stand for all that matched, `\1`, `\g1` and `\g{1}` for a group.
    private static func insert(_ template: [UInt8], _ slots: [Int], _ bytes: [UInt8], into result: inout [UInt8]) {
        func group(_ index: Int) -> ArraySlice<UInt8> {
            guard 2 * index + 1 < slots.count, slots[2 * index] >= 0, slots[2 * index + 1] >= slots[2 * index] else {
                return []
            }
            return bytes[slots[2 * index]..<slots[2 * index + 1]]
        }
        var place = 0
        func digits() -> Int? {
            var value: Int?
            while place < template.count, (48...57).contains(template[place]), (value ?? 0) < 1000 {
                value = (value ?? 0) * 10 + Int(template[place]) - 48
                place += 1
            }
            return value
        }
        while place < template.count {
            let byte = template[place]
            place += 1
            if byte == UInt8(ascii: "&") {
                result += group(0)
            } else if byte == UInt8(ascii: "\\"), place < template.count {
                let start = place
                if template[place] == UInt8(ascii: "g") {
                    place += 1
                    let isBraced = place < template.count && template[place] == UInt8(ascii: "{")
                    if isBraced { place += 1 }
                    if let index = digits() {
                        if isBraced { place += 1 }
                        result += group(index)
                        continue
                    }
                    place = start
                } else if let index = digits() {
                    result += group(index)
                    continue
                }
                result.append(template[place])
                place += 1
            } else {
                result.append(byte)
            }
        }
    }
}
