internal import BigInt
internal import Processes
internal import Terms

// The modules lists, maps, math, re, unicode and os.
extension ErrorRules {
    static let lists: [String: CallRule] = [
        "keyfind/3": .of(.any, .integer(from: 1), .list), "keymember/3": .of(.any, .integer(from: 1), .list),
        "keysearch/3": .of(.any, .integer(from: 1), .list),
        "member/2": .of(.any, ArgumentCheck { $0.isList ? "not a proper list" : "not a list" }),
        "reverse/2": .of(.list),
        "seq/3": .of(.integer, .integer, .integer).rest { call in
            guard let first = call.arguments[0].asBigInt, let last = call.arguments[1].asBigInt else {
                return ErrorDetails()
            }
            return .at(3, first > last ? "not a negative increment" : "not a positive increment")
        },
    ]

    private static let mapOrIterator = ArgumentCheck("not a map or an iterator") { term in
        if term.asMap != nil || term == .atom("none") { return true }
        if let triple = term.asTuple { return triple.count == 3 }
        guard case .list(let list) = term else { return false }
        return list.head.isInteger && list.tail.asMap != nil
    }

    static let maps: [String: CallRule] = [
        "find/2": .of(.any, .map), "get/3": .of(.any, .map, .any), "intersect/2": .of(.map, .map),
        "is_key/2": .of(.any, .map), "keys/1": .of(.map), "merge/2": .of(.map, .map), "put/3": .of(.any, .any, .map),
        "remove/2": .of(.any, .map), "size/1": .of(.map), "take/2": .of(.any, .map), "to_list/1": .of(.map),
        "values/1": .of(.map), "with/2": .of(.list, .map), "without/2": .of(.list, .map), "iterator/1": .of(.map),
        "from_keys/2": .of(.list), "from_list/1": .of(.list),
        "get/2": .of(.any, .map).rest(1, "not present in map"),
        // OTP 25 says this of the map for a key that is not there.
        "update/3": .of(.any, .any, .map).rest(3, "not a map"),
        "filter/2": .of(.fun(of: 2), mapOrIterator), "filtermap/2": .of(.fun(of: 2), mapOrIterator),
        "foreach/2": .of(.fun(of: 2), mapOrIterator), "map/2": .of(.fun(of: 2), mapOrIterator),
        "fold/3": .of(.fun(of: 3), .any, mapOrIterator),
        "merge_with/3": .of(.fun(of: 3), .map, .map), "intersect_with/3": .of(.fun(of: 3), .map, .map),
        "update_with/3": .of(.any, .fun(of: 1), .map), "update_with/4": .of(.any, .fun(of: 1), .any, .map),
        "groups_from_list/2": .of(.fun(of: 1), .list),
        "groups_from_list/3": .of(.fun(of: 1), .fun(of: 1), .list),
        "next/1": CallRule([]).rest(1, "not a valid iterator"),
    ]

    private static let domain = "is outside the domain for this function"

    /// A function of one number that has no value outside of some.
    private static func defined(where isInside: @escaping @Sendable (Double) -> Bool) -> CallRule {
        CallRule.of(.number).rest { call in
            guard call.isBadarith, let value = call.arguments[0].asDouble, !isInside(value) else {
                return ErrorDetails()
            }
            return .at(1, domain)
        }
    }

    static let math: [String: CallRule] = [
        "acos/1": defined { abs($0) <= 1 }, "asin/1": defined { abs($0) <= 1 }, "acosh/1": defined { $0 >= 1 },
        "atanh/1": defined { abs($0) < 1 }, "sqrt/1": defined { $0 >= 0 }, "log/1": defined { $0 > 0 },
        "log2/1": defined { $0 > 0 }, "log10/1": defined { $0 > 0 },
        "asinh/1": .of(.number), "atan/1": .of(.number), "ceil/1": .of(.number), "cos/1": .of(.number),
        "cosh/1": .of(.number), "erf/1": .of(.number), "erfc/1": .of(.number), "exp/1": .of(.number),
        "floor/1": .of(.number), "sin/1": .of(.number), "sinh/1": .of(.number), "tan/1": .of(.number),
        "tanh/1": .of(.number), "atan2/2": .of(.number, .number), "pow/2": .of(.number, .number),
        "fmod/2": .of(.number, .number).rest { call in
            call.isBadarith && call.arguments[1].asDouble == 0 ? .at(2, domain) : ErrorDetails()
        },
    ]

    static let unicode: [String: CallRule] = [
        "characters_to_binary/1": .of(.chardata), "characters_to_list/1": .of(.chardata),
        "characters_to_binary/2": .of(.chardata, .encoding), "characters_to_list/2": .of(.chardata, .encoding),
        "characters_to_binary/3": .of(.chardata, .encoding, .encoding),
        "characters_to_nfc_binary/1": .of(.chardata), "characters_to_nfc_list/1": .of(.chardata),
        "characters_to_nfd_binary/1": .of(.chardata), "characters_to_nfd_list/1": .of(.chardata),
    ]

    static let os: [String: CallRule] = [
        "getenv/1": .of(.characters), "getenv/2": .of(.characters, .any), "unsetenv/1": .of(.characters),
        "putenv/2": .of(.characters, .characters),
        "perf_counter/1": .of(.timeUnit), "system_time/1": .of(.timeUnit),
    ]

    /// A regular expression, as text or compiled.
    private static let pattern = ArgumentCheck { term in
        if let tuple = term.asTuple, tuple.count == 5, tuple[0] == .atom("re_pattern") { return nil }
        guard let bytes = try? Iodata.bytes(term) else {
            return "neither an iodata term nor a compiled regular expression"
        }
        return LanguageLibrary.regexProblem(bytes).map { "could not parse regular expression\n\($0)" }
    }
    private static let badOptions = "invalid options"

    /// The options, when nothing else is wrong.
    private static func options(_ position: Int) -> CallRule.Remainder {
        { call in
            // `split/3` and `replace/4` look at the kinds of all that are theirs, and know no others.
            let isOpen = call.function == "split" || call.function == "replace"
            return isOpen && call.arguments[position - 1].isProperList ? ErrorDetails() : .at(position, badOptions)
        }
    }

    static let re: [String: CallRule] = [
        "compile/1": .of(.iodata), "compile/2": .of(.iodata, .any).rest(options(2)),
        "run/2": .of(.iodata, pattern), "run/3": .of(.iodata, pattern, .any).rest(options(3)),
        "split/2": .of(.iodata, pattern), "split/3": .of(.iodata, pattern, .any).rest(options(3)),
        "replace/3": .of(.iodata, pattern, .iodata),
        "replace/4": .of(.iodata, pattern, .iodata, .any).rest(options(4)),
        "inspect/2": .of(
            ArgumentCheck("not a compiled regular expression") { _ in false },
            ArgumentCheck("not a valid item") { $0 == .atom("namelist") }),
    ]
}
