internal import Processes
internal import Terms

extension LanguageLibrary {
    private static let maps = NativeModule("maps")

    /// The module `maps`: what takes no fun.
    static let mapsFunctions: [NativeFunction] = [
        maps("new", "", "The empty map.") { _ in .map(Map()) },
        maps("get", "Key Map", "The value of a key, which must be there.") { call in
            let map = try map(call, 1)
            guard let value = map[call[0]] else { throw ErlangException.error(.tuple(.atom("badkey"), call[0])) }
            return value
        },
        maps("get", "Key Map Default", "The value of a key, or Default.") { try map($0, 1)[$0[0]] ?? $0[2] },
        maps("find", "Key Map", "{ok, Value} of a key, or error.") { call in
            try map(call, 1)[call[0]].map { .tuple(.atom(.ok), $0) } ?? .atom(.error)
        },
        maps("is_key", "Key Map", "Whether the map has the key.") { .boolean(try map($0, 1)[$0[0]] != nil) },
        maps("put", "Key Value Map", "The map with the key bound to the value.") { call in
            _ = try map(call, 2)
            guard case .map(var map) = call.take(2) else { throw call.badarg() }
            map.update(call[0], to: call[1])
            return .map(map)
        },
        maps("update", "Key Value Map", "As put/3; the key must be there.") { call in
            let map = try map(call, 2)
            guard map[call[0]] != nil else { throw ErlangException.error(.tuple(.atom("badkey"), call[0])) }
            return .map(map.updating(call[0], to: call[1]))
        },
        maps("remove", "Key Map", "The map without the key.") { .map(try map($0, 1).removing($0[0])) },
        maps("take", "Key Map", "{Value, Rest} of a key, or error.") { call in
            let map = try map(call, 1)
            guard let value = map[call[0]] else { return .atom(.error) }
            return .tuple(value, .map(map.removing(call[0])))
        },
        maps("merge", "Map1 Map2", "Both maps as one; the values of Map2 win.") { call in
            let (one, two) = (try map(call, 0), try map(call, 1))
            if one.isEmpty { return call[1] }
            if two.isEmpty { return call[0] }
            if two.count * 4 < one.count {
                var result = one
                two.forEach { result = result.updating($0, to: $1) }
                return .map(result)
            }
            return .map(Map(pairs(one) + pairs(two)))
        },
        maps("keys", "Map", "The keys.") { call in
            var keys: [Term] = []
            try map(call, 0).forEach { key, _ in keys.append(key) }
            return .makeList(keys)
        },
        maps("values", "Map", "The values.") { call in
            var values: [Term] = []
            try map(call, 0).forEach { _, value in values.append(value) }
            return .makeList(values)
        },
        maps("to_list", "Map", "The {Key, Value} pairs.") { call in
            var pairs: [Term] = []
            try map(call, 0).forEach { pairs.append(.tuple($0, $1)) }
            return .makeList(pairs)
        },
        maps("from_list", "Pairs", "A map of {Key, Value} pairs; of equal keys the last one counts.") { call in
            .map(
                Map(
                    try call.list(0).map { pair in
                        guard case .tuple(let tuple) = pair, tuple.count == 2 else { throw ErlangException.badarg() }
                        return (key: tuple[0], value: tuple[1])
                    }))
        },
        maps("from_keys", "Keys Value", "A map of keys with the same value.") { call in
            let value = call[1]
            return .map(Map(try call.list(0).map { (key: $0, value: value) }))
        },
        maps("size", "Map", "How many pairs it has.") { .integer(try map($0, 0).count) },
        maps("with", "Keys Map", "The pairs of these keys.") { call in
            guard let keys = call[0].properList else { throw badKeys(call) }
            let map = try map(call, 1)
            return .map(Map(keys.compactMap { key in map[key].map { (key: key, value: $0) } }))
        },
        maps("without", "Keys Map", "The map without these keys.") { call in
            guard let keys = call[0].properList else { throw badKeys(call) }
            return .map(keys.reduce(try map(call, 1)) { $0.removing($1) })
        },
        maps("intersect", "Map1 Map2", "The pairs of Map2 whose keys Map1 has.") { call in
            let (one, two) = (try map(call, 0), try map(call, 1))
            return .map(Map(pairs(two).filter { one[$0.key] != nil }))
        },
    ]

    private static func pairs(_ map: Map) -> [(key: Term, value: Term)] {
        var pairs: [(key: Term, value: Term)] = []
        pairs.reserveCapacity(map.count)
        map.forEach { pairs.append((key: $0, value: $1)) }
        return pairs
    }

    private static func map(_ call: borrowing NativeCall, _ position: Int) throws -> Map {
        guard case .map(let map) = call[position] else {
            throw ErlangException.error(.tuple(.atom("badmap"), call[position]))
        }
        return map
    }

    private static func badKeys(_ call: borrowing NativeCall) -> ErlangException {
        if case .map = call[1] { return call.badarg() }
        return .error(.tuple(.atom("badmap"), call[1]))
    }
}
