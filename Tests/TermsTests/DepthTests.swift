import Glibc
import Terms
import Testing

/// Terms nested 100,000 deep, and one nested a million deep, on a thread with a stack of 512 KiB, as those of the runtime have.
@Suite struct DepthTests {
    /// One level around a term, by the name of the container.
    static let containers: [(String, @Sendable (Term) -> Term)] = [
        ("tuple", { .tuple([1, $0]) }),
        ("list", { [1, $0] }),
        ("tail", { .makeList([1], tail: $0) }),
        ("improper tail", { .makeList([1], tail: .tuple([$0])) }),
        ("value of a map", { .map([1: $0, 2: .nil]) }),
        ("key of a map", { .map([1: 2, $0: .nil]) }),
        (
            "environment of a fun",
            {
                .fun(
                    .closure(
                        ClosureFun(
                            module: "m", arity: 0, uniq: Binary([UInt8](repeating: 0, count: 16)), index: 0,
                            oldIndex: 0, oldUniq: 0, creator: Pid(node: "a@b", id: 1, serial: 0, creation: 1),
                            freeVariables: [1, $0])))
            }
        ),
        (
            "value of a record",
            {
                .record(
                    NativeRecord(
                        module: "m", name: "n", isExported: true,
                        fields: [.init(name: "x", value: 1), .init(name: "y", value: $0)]))
            }
        ),
    ]

    @Test(arguments: containers.map(\.0))
    func everyLevelIsWrittenReadComparedHashedAndReleased(container: String) throws {
        let wrap = try #require(Self.containers.first { $0.0 == container }).1
        onSmallStack {
            func nested(_ innermost: Term) -> Term {
                var term = innermost
                for _ in 0..<(container == "tuple" ? 1_000_000 : 100_000) { term = wrap(term) }
                return term
            }
            let one = nested(.string("end"))
            let bytes = one.etf()
            // A list in the tail of a list is the same list: it is written flat.
            let two = try? Term(etf: bytes, limits: .trusted)
            #expect(two == one)
            #expect(two?.etf() == bytes)
            #expect(two?.fastHash == one.fastHash)
            let other = nested(.string("other"))
            #expect(one != other)
            #expect(Term.compare(one, other) == .less && Term.compare(other, one) == .greater)
            #expect(Term.compareExact(one, other) == .less)
        }
    }

    @Test(arguments: containers.map(\.0))
    func everyLevelIsPrinted(container: String) throws {
        let wrap = try #require(Self.containers.first { $0.0 == container }).1
        onSmallStack {
            var term = Term.atom("innermost")
            for _ in 0..<20_000 { term = wrap(term) }
            // What a fun holds is not shown.
            let shows = container != "environment of a fun"
            #expect(ErlangPrinter().write(term).contains("innermost") == shows)
            #expect(ErlangPrinter(width: nil).print(term).contains("innermost") == shows)
            #expect(ErlangPrinter().print(term).contains("innermost") == shows)
            #expect(!ElixirPrinter().inspect(term).isEmpty)
        }
    }

    @Test func largeMapsInValuesAreLimitedByDepthOnly() {
        onSmallStack {
            let large = Map((0..<33).map { (key: .integer($0), value: .nil) })
            func nested(_ innermost: Term) -> Term {
                var term = innermost
                for _ in 0..<10_000 { term = .map(large.updating(0, to: term)) }
                return term
            }
            let (one, other) = (nested(1), nested(2))
            let two = try? Term(etf: one.etf(), limits: .trusted)
            #expect(one == two && one.fastHash == two?.fastHash && one != other)
            #expect(Term.compare(one, other) == .less)
        }
    }

    @Test func largeMapsInKeysOfLargeMapsAreLimited() throws {
        func nested(_ depth: Int) -> [UInt8] {
            var bytes: [UInt8] = [131]
            for _ in 0...depth {
                bytes += [116, 0, 0, 0, 33]
                for number in 0..<32 { bytes += [97, UInt8(number), 106] }
            }
            bytes.append(106)
            return bytes + [UInt8](repeating: 106, count: depth + 1)
        }
        let deep = try Term(etf: nested(128))
        let same = try Term(etf: nested(128))
        let boxed = Box((deep, same))
        onSmallStack {
            #expect(boxed.value.0 == boxed.value.1)
            #expect(Term.compare(boxed.value.0, boxed.value.1) == .equal)
            #expect(boxed.value.0.fastHash == boxed.value.1.fastHash)
        }
        #expect(throws: ETFError.self) { try Term(etf: nested(129)) }
    }

    /// A difference that is found behind something too deep to be compared at once waits for that.
    @Test func theFirstDifferenceDecidesHoweverDeepItIs() {
        func nested(_ innermost: Term, _ depth: Int, _ last: Term) -> Term {
            var term = innermost
            for _ in 0..<depth { term = .tuple([term, last]) }
            return term
        }
        for depth in [1, 60, 63, 64, 65, 66, 130, 500] {
            // Deep inside the left is less; on the way up everything is greater.
            let left = nested(1, depth, 9)
            let right = nested(2, depth, 3)
            #expect(Term.compare(left, right) == .less, "\(depth)")
            #expect(Term.compare(right, left) == .greater, "\(depth)")
            // Deep inside equal: the innermost level that differs decides.
            #expect(Term.compare(nested(1, depth, 9), nested(1.0, depth, 3)) == .greater, "\(depth)")
        }
    }

    private final class Box<Value>: @unchecked Sendable {
        // `@unchecked Sendable`: the thread that reads it is joined.
        let value: Value
        init(_ value: Value) { self.value = value }
    }

    private func onSmallStack(_ body: @escaping () -> Void) {
        let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
        defer { attributes.deallocate() }
        pthread_attr_init(attributes)
        pthread_attr_setstacksize(attributes, 512 * 1024)
        var thread: pthread_t = 0
        let argument = Unmanaged.passRetained(Box(body)).toOpaque()
        let status = pthread_create(
            &thread, attributes,
            { raw in
                guard let raw else { return nil }
                let body = Unmanaged<Box<() -> Void>>.fromOpaque(raw).takeRetainedValue()
                body.value()
                return nil
            }, argument)
        #expect(status == 0)
        pthread_join(thread, nil)
    }
}
