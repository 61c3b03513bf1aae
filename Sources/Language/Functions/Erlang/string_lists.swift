internal import Processes
internal import Terms

extension LanguageLibrary {
    private static let string = NativeModule("string")

    /// The older functions of `string`, on flat lists of characters.
    static let stringListFunctions: [NativeFunction] = [
        string("len", "String", "How many characters a list has.") { .integer(try $0.list(0).count) },
        string("concat", "A B", "Both strings as one.") { try appended($0[0], $0[1]) },
        string("chr", "String Character", "Where a character stands first, from 1; or 0.") { call in
            .integer((try call.elements(0).firstIndex(of: call[1]) ?? -1) + 1)
        },
        string("rchr", "String Character", "Where a character stands last, from 1; or 0.") { call in
            .integer((try call.elements(0).lastIndex(of: call[1]) ?? -1) + 1)
        },
        string("str", "String Part", "Where a part stands first, from 1; or 0.") { call in
            .integer(try place(call, last: false))
        },
        string("rstr", "String Part", "Where a part stands last, from 1; or 0.") { call in
            .integer(try place(call, last: true))
        },
        string("substr", "String Start", "From a position on that counts from 1.") { call in
            let elements = try call.elements(0)
            return .makeList(elements.dropFirst(try call.count(1, from: 1) - 1))
        },
        string("substr", "String Start Length", "As many characters as Length, from a position that counts from 1.") {
            call in
            let elements = try call.elements(0)
            return .makeList(elements.dropFirst(try call.count(1, from: 1) - 1).prefix(try call.count(2)))
        },
        string("tokens", "String Separators", "The parts between separators, none of them empty.") { call in
            let separators = Set(try call.elements(1))
            return .makeList(try call.elements(0).split { separators.contains($0) }.map { .makeList($0) })
        },
        string("join", "Strings Separator", "The strings with a separator between each two.") { call in
            let (strings, separator) = (try call.elements(0), call[1])
            guard separator.isList else { throw call.functionClause() }
            var result = strings.last ?? .nil
            for string in strings.dropLast().reversed() {
                result = try appended(string, try appended(separator, result))
            }
            return result
        },
        string("chars", "Character Count", "The character as often as Count.") { call in
            .makeList(Array(repeating: call[0], count: try small(call, 1)))
        },
        string("chars", "Character Count Tail", "The character as often as Count, in front of Tail.") { call in
            .makeList(Array(repeating: call[0], count: try small(call, 1)), tail: call[2])
        },
        string("copies", "String Count", "The string as often as Count.") { call in
            let (elements, count) = (try call.elements(0), try small(call, 1))
            guard elements.count * count < 1 << 28 else { throw ErlangException.systemLimit }
            return .makeList(Array(repeatElement(elements, count: count).joined()))
        },
        string("sub_word", "String N", "The word at a position that counts from 1.") { call in
            try word(call, separator: 32)
        },
        string("sub_word", "String N Separator", "The word at a position that counts from 1.") { call in
            try word(call, separator: call[2])
        },
        string("words", "String", "How many words stand between blanks.") { call in
            .integer(max(1, try call.elements(0).split { $0 == 32 }.count))
        },
        string("words", "String Separator", "How many words stand between separators.") { call in
            let separator = call[1]
            return .integer(max(1, try call.elements(0).split { $0 == separator }.count))
        },
        string("span", "String Characters", "How many characters at the front are among some.") { call in
            let characters = Set(try call.elements(1))
            return .integer(try call.elements(0).prefix { characters.contains($0) }.count)
        },
        string("cspan", "String Characters", "How many characters at the front are not among some.") { call in
            let characters = Set(try call.elements(1))
            return .integer(try call.elements(0).prefix { !characters.contains($0) }.count)
        },
        string("strip", "String", "Without blanks at both ends.") { try stripped($0, .atom("both"), 32) },
        string("strip", "String Direction", "Without blanks: left, right or both.") { try stripped($0, $0[1], 32) },
        string("strip", "String Direction Character", "Without a character: left, right or both.") { call in
            try stripped(call, call[1], call[2])
        },
        string("left", "String Count", "Cut or filled up with blanks at its end.") { try aligned($0, 32, -1) },
        string("left", "String Count Character", "Cut or filled up at its end.") { try aligned($0, $0[2], -1) },
        string("right", "String Count", "Cut or filled up with blanks at its front.") { try aligned($0, 32, 1) },
        string("right", "String Count Character", "Cut or filled up at its front.") { try aligned($0, $0[2], 1) },
        string("centre", "String Count", "Cut or filled up with blanks at both ends.") { try aligned($0, 32, 0) },
        string("centre", "String Count Character", "Cut or filled up at both ends.") { try aligned($0, $0[2], 0) },
        string("sub_string", "String Start", "From a position on that counts from 1.") { call in
            let elements = try call.elements(0)
            return .makeList(elements.dropFirst(try call.count(1, from: 1) - 1))
        },
        string("sub_string", "String Start Stop", "From one position to another, which count from 1.") { call in
            let elements = try call.elements(0)
            let (start, stop) = (try call.count(1, from: 1), try call.count(2))
            return .makeList(elements.prefix(stop).dropFirst(start - 1))
        },
        string("to_upper", "StringOrCharacter", "In upper case; letters of Latin-1 only.") { call in
            try latin1(call) {
                (97...122).contains($0) || (224...246).contains($0) || (248...254).contains($0) ? $0 - 32 : $0
            }
        },
        string("to_lower", "StringOrCharacter", "In lower case; letters of Latin-1 only.") { call in
            try latin1(call) {
                (65...90).contains($0) || (192...214).contains($0) || (216...222).contains($0) ? $0 + 32 : $0
            }
        },
    ]

    private static func word(_ call: borrowing NativeCall, separator: Term) throws -> Term {
        let words = try call.elements(0).split { $0 == separator }
        let number = try call.count(1)
        return number >= 1 && number <= words.count ? .makeList(words[number - 1]) : .nil
    }

    private static func small(_ call: borrowing NativeCall, _ position: Int) throws -> Int {
        let count = try call.count(position)
        guard count < 1 << 28 else { throw ErlangException.systemLimit }
        return count
    }

    private static func place(_ call: borrowing NativeCall, last: Bool) throws -> Int {
        let (elements, part) = (try call.elements(0), try call.elements(1))
        guard !part.isEmpty, part.count <= elements.count else { return 0 }
        let starts = 0...(elements.count - part.count)
        func matches(_ start: Int) -> Bool { elements[start...].starts(with: part) }
        return ((last ? starts.last(where: matches) : starts.first(where: matches)) ?? -1) + 1
    }

    private static func stripped(_ call: borrowing NativeCall, _ direction: Term, _ character: Term) throws -> Term {
        var elements = try call.elements(0)[...]
        guard [.atom("left"), .atom("right"), .atom("both")].contains(direction) else { throw call.functionClause() }
        if direction != .atom("right") { elements = elements.drop { $0 == character } }
        if direction != .atom("left") { while elements.last == character { elements.removeLast() } }
        return .makeList(elements)
    }

    /// - Parameter side: where it is filled up: before 0 at its end, beyond 0 at its front, 0 at both.
    private static func aligned(_ call: borrowing NativeCall, _ character: Term, _ side: Int) throws -> Term {
        let (elements, width) = (try call.elements(0), try small(call, 1))
        guard character.isInteger else { throw call.functionClause() }
        let missing = width - elements.count
        func filled(_ count: Int) -> [Term] { Array(repeating: character, count: max(0, count)) }
        if side < 0 { return .makeList(elements.prefix(width) + filled(missing)) }
        if side > 0 { return .makeList(filled(missing) + elements.suffix(width)) }
        if missing < 0 { return .makeList(elements.dropFirst(-missing / 2).prefix(width)) }
        return .makeList(filled(missing / 2) + elements + filled(missing - missing / 2))
    }

    private static func latin1(_ call: borrowing NativeCall, _ convert: (Int) -> Int) throws -> Term {
        if case .integer(let value) = call[0] { return .integer(convert(value)) }
        return .makeList(
            try call.elements(0).map {
                guard case .integer(let value) = $0 else { return $0 }
                return .integer(convert(value))
            })
    }
}
