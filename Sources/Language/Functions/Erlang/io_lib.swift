internal import Processes
internal import Terms

extension LanguageLibrary {
    private static let io_lib = NativeModule("io_lib")

    /// The module `io_lib`. Texts are flat lists of characters.
    static let ioLibFunctions: [NativeFunction] = [
        io_lib("format", "Format Arguments", "Text by a format, as io:format/2 writes it.") { try format($0) },
        io_lib("format", "Format Arguments Options", "As format/2, with {chars_limit, N}.") { call in
            _ = try call.list(2)
            return try format(call)
        },
        io_lib("fwrite", "Format Arguments", "As format/2.") { try format($0) },
        io_lib("print", "Term", "The text of ~p.") { .charlist(ErlangPrinter(unicode: false).print($0[0])) },
        io_lib("write", "Term", "The text of ~w.") {
            .charlist(ErlangPrinter(width: nil, unicode: false).write($0[0]))
        },
        io_lib("write", "Term Depth", "The text of ~W.") { call in
            guard case .integer = call[1] else { throw call.functionClause() }
            return try text(.charlist("~W"), [call[0], call[1]])
        },
        io_lib("write_atom", "Atom", "The text of an atom.") { .charlist(ErlangPrinter.quoted(try atom($0))) },
        io_lib("write_string", "String", "The text of a string, in quotes.") { call in
            guard let scalars = Iodata.scalars(call[0]) else { throw call.functionClause() }
            return .charlist(quoted(scalars, "\""))
        },
        io_lib("write_char", "Character", "The text of a character: $a.") { call in
            guard case .integer(let value) = call[0], let scalar = UInt32(exactly: value).flatMap(Unicode.Scalar.init)
            else { throw call.functionClause() }
            let text = String(quoted(String.UnicodeScalarView([scalar]), "\"").dropFirst().dropLast())
            return .charlist("$" + (scalar == "\"" ? "\"" : scalar == " " ? "\\s" : text))
        },
        io_lib("nl", "", "A new line.") { _ in [10] },
        io_lib("char_list", "Term", "Whether it is a list of code points.") { .boolean(Iodata.scalars($0[0]) != nil) },
        io_lib("latin1_char_list", "Term", "Whether it is a list of characters below 256.") { call in
            .boolean(Iodata.scalars(call[0])?.allSatisfy { $0.value < 256 } ?? false)
        },
        io_lib("deep_char_list", "Term", "Whether it is a deep list of code points.") { call in
            .boolean(isDeep(call[0]) { (0..<0xd800).contains($0) || (0xe000..<0x110000).contains($0) })
        },
        io_lib("deep_latin1_char_list", "Term", "Whether it is a deep list of characters below 256.") { call in
            .boolean(isDeep(call[0]) { (0..<256).contains($0) })
        },
        io_lib("printable_list", "Term", "Whether it is a list of printable characters of Latin-1.") { call in
            .boolean(isPrintable(call[0], limit: 256))
        },
        io_lib("printable_latin1_list", "Term", "Whether it is a list of printable characters of Latin-1.") { call in
            .boolean(isPrintable(call[0], limit: 256))
        },
        io_lib("printable_unicode_list", "Term", "Whether it is a list of printable characters.") { call in
            .boolean(isPrintable(call[0], limit: 0x110000))
        },
    ]

    private static func format(_ call: borrowing NativeCall) throws -> Term {
        try text(call[0], call[1].properList ?? [call[1]])
    }

    private static func text(_ control: Term, _ arguments: [Term]) throws -> Term {
        do {
            return .charlist(try TermFormat.format(control, arguments))
        } catch {
            throw ErlangException.badarg()
        }
    }

    private static func atom(_ call: borrowing NativeCall) throws -> Atom {
        guard case .atom(let atom) = call[0] else { throw call.badarg() }
        return atom
    }

    /// The text between quotes, with what the printer writes for the characters that need it.
    private static func quoted(_ scalars: String.UnicodeScalarView, _ quote: Character) -> String {
        var result = String(quote)
        for scalar in scalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case "\u{b}": result += "\\v"
            case "\u{8}": result += "\\b"
            case "\u{c}": result += "\\f"
            case "\u{1b}": result += "\\e"
            case "\u{7f}": result += "\\d"
            default:
                if scalar.value < 32 || (128..<160).contains(scalar.value) {
                    let octal = String(scalar.value, radix: 8)
                    result += "\\" + String(repeating: "0", count: 3 - octal.count) + octal
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + String(quote)
    }

    private static func isDeep(_ term: Term, _ isCharacter: (Int) -> Bool) -> Bool {
        guard term.isList else { return false }
        do {
            try Iodata.walk(term) { element in
                guard case .integer(let value) = element, isCharacter(value) else { throw ErlangException.badarg() }
            }
            return true
        } catch {
            return false
        }
    }

    private static func isPrintable(_ term: Term, limit: UInt32) -> Bool {
        Iodata.scalars(term)?.allSatisfy { scalar in
            switch scalar.value {
            case 8...13, 27, 32...126, 160...255: true
            case 256..<limit:
                !(0xfffe...0xffff).contains(scalar.value) && scalar.properties.generalCategory != .unassigned
            default: false
            }
        } ?? false
    }
}
