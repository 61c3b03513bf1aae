import Testing

import Support

@Suite struct ReadWriteLockedTests {
    @Test func writersLoseNothingAndReadersSeeWholeValues() async {
        final class Pair: Sendable { let value = ReadWriteLocked((0, 0)) }
        let pair = Pair()
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    for _ in 0..<1_000 {
                        if worker % 2 == 0 {
                            pair.value.withWriteLock { $0 = ($0.0 + 1, $0.1 + 1) }
                        } else {
                            let (one, two) = pair.value.withReadLock { $0 }
                            if one != two { Issue.record("half a write: \(one), \(two)") }
                        }
                    }
                }
            }
        }
        #expect(pair.value.withReadLock { $0 } == (4_000, 4_000))
    }
}
