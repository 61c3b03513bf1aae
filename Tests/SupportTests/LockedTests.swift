import Testing

import Support

@Suite struct LockedTests {
    @Test func countsFromManyTasksWithoutLosingOne() async {
        final class Counter: Sendable { let value = Locked(0) }
        let counter = Counter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<1_000 { counter.value.withLock { $0 += 1 } } }
            }
        }
        #expect(counter.value.withLock { $0 } == 8_000)
    }
}
