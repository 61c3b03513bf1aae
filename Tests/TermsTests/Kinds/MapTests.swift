import Terms
import Testing

@Suite struct MapTests {
    @Test func aMapBehavesAsADictionaryThroughAllItsForms() {
        var random = SeededRandom(seed: 7)
        for limit in [8, 31, 33, 200] {
            var model: [Int: Int] = [:]
            var map = Map()
            for _ in 0..<2_000 {
                let key = Int.random(in: 0..<limit, using: &random)
                if Bool.random(using: &random) {
                    let value = Int.random(in: 0..<100, using: &random)
                    model[key] = value
                    map = map.updating(.integer(key), to: .integer(value))
                } else {
                    model[key] = nil
                    map = map.removing(.integer(key))
                }
                #expect(map.count == model.count)
                let probe = Int.random(in: 0..<limit, using: &random)
                #expect(map[.integer(probe)] == model[probe].map { .integer($0) })
            }
            let expected = model.sorted { $0.key < $1.key }
            #expect(
                map.sortedPairs.map { [$0.key, $0.value] } == expected.map { [.integer($0.key), .integer($0.value)] })
            let rebuilt = Map(model.map { (key: .integer($0.key), value: .integer($0.value)) })
            #expect(rebuilt == map)
            #expect(Term.map(rebuilt).fastHash == Term.map(map).fastHash)
            #expect(Term.compare(.map(rebuilt), .map(map)) == .equal)
        }
    }

    @Test func anUpdateInPlaceLeavesCopiesAlone() {
        var random = SeededRandom(seed: 11)
        for limit in [3, 31, 33, 300] {
            var model: [Int: Int] = [:]
            var map = Map()
            var kept: [(map: Map, model: [Int: Int])] = []
            for round in 0..<2_000 {
                let key = Int.random(in: 0..<limit, using: &random)
                model[key] = round
                map.update(.integer(key), to: .integer(round))
                if round % 97 == 0 { kept.append((map, model)) }
                if round % 500 == 499 {
                    model[key] = nil
                    map = map.removing(.integer(key))
                }
                #expect(map.count == model.count)
            }
            kept.append((map, model))
            for (map, model) in kept {
                #expect(map == Map(model.map { (key: .integer($0.key), value: .integer($0.value)) }))
                for (key, value) in model { #expect(map[.integer(key)] == .integer(value)) }
            }
        }
    }

    @Test func updatesOfALargeMapThatOthersHaveStartFromIt() {
        var base = Map((0..<100).map { (key: .integer($0), value: 0) })
        for round in 1..<4 {
            let copies = (0..<50).map { base.updating(.integer($0), to: .integer(round)) }
            for (number, copy) in copies.enumerated() {
                #expect(copy.count == base.count && copy[.integer(number)] == .integer(round))
                #expect(copy[.integer(99)] == base[.integer(99)])
            }
            // In place: what was kept for the copies counts no more.
            base.update(99, to: .integer(-round))
            base.update(.integer(200 + round), to: 1)
        }
        #expect(base.count == 103 && base[99] == -3)
    }

    @Test func ofPairsWithTheSameKeyTheLastOneCounts() {
        #expect(Map([(key: 1, value: 2), (key: 3, value: 4), (key: 1, value: 5)]) == [1: 5, 3: 4])
        let many = (0..<100).map { (key: Term.integer($0 % 50), value: Term.integer($0)) }
        let map = Map(many)
        #expect(map.count == 50 && map[7] == 57)
    }

    @Test func smallMapsAreInKeyOrder() {
        let map: Map = [.atom("zz"): 1, 2.0: 2, 3: 3, .atom("a"): 4, .string("k"): 5, 2: 6, .tuple([]): 7]
        var keys: [Term] = []
        map.forEach { key, _ in keys.append(key) }
        #expect(keys == [2, 3, 2.0, .atom("a"), .atom("zz"), .tuple([]), .string("k")])
    }

    @Test func integersAndFloatsAreDifferentKeys() {
        let map: Map = [1: .atom("integer"), 1.0: .atom("float")]
        #expect(map.count == 2 && map[1] == .atom("integer") && map[1.0] == .atom("float"))
        #expect(map[0] == nil && map[-0.0] == nil)
    }

    @Test func aLargeMapWithAKeyTwiceIsRefused() {
        var bytes: [UInt8] = [131, 116, 0, 0, 0, 40]
        for number in 0..<40 { bytes += [97, UInt8(number % 39), 106] }
        let error = #expect(throws: ETFError.self) { try Term(etf: bytes) }
        #expect(error?.code == .badValue && error?.offset == 1)
    }
}
