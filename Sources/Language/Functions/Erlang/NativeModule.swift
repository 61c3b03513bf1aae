// The library of Erlang that is written in Swift: one file, or a few, for each module of OTP. Here is what they share.
//
// What they do: the functions that are pure and call no fun, with the results and the reasons of exceptions of OTP 25.
// What they do not: wait, send, or call back; such functions are bundled source (Sources/CLibrarySource/modules).
// Sources: the reference manuals of erts, stdlib and kernel.
internal import BigInt
internal import Processes
internal import Terms

/// Makes the entries of one module: `lists("nth", "N List", "The element at a position.") { call in … }`.
struct NativeModule {
    let module: Atom

    init(_ module: Atom) { self.module = module }

    /// - Parameter parameters: the names, with a blank between two.
    func callAsFunction(
        _ name: Atom, _ parameters: String, _ summary: String, body: @escaping NativeFunction.Body
    ) -> NativeFunction {
        NativeFunction(module, name, parameters.split(separator: " ").map(String.init), summary, body: body)
    }
}

extension ErlangException {
    static func error(_ reason: Term) -> ErlangException { ErlangException(.error, reason) }
    static var functionClause: ErlangException { ErlangException(.error, .atom(.function_clause)) }
    static var badarith: ErlangException { ErlangException(.error, .atom(.badarith)) }
    static var systemLimit: ErlangException { ErlangException(.error, .atom("system_limit")) }
}

extension NativeCall {
    /// The elements of a proper list; else `function_clause`, as a function in Erlang answers.
    func elements(_ position: Int) throws -> [Term] {
        guard let list = arguments[position].properList else { throw functionClause() }
        return list
    }

    /// A count or position; else `function_clause`.
    func count(_ position: Int, from least: Int = 0) throws -> Int {
        guard let value = arguments[position].asInteger, value >= least else { throw functionClause() }
        return value
    }

    func double(_ position: Int) throws -> Double {
        guard let value = arguments[position].asDouble, value.isFinite else { throw badarg() }
        return value
    }

    func bigInteger(_ position: Int) throws -> BigInt {
        guard let value = arguments[position].asBigInt else { throw badarg() }
        return value
    }
}

extension Term {
    static let emptyBinary = Term.binary(Binary([]))

    static func tuple(_ one: Term, _ two: Term) -> Term {
        .tuple(
            Tuple(uninitializedCount: 2) {
                $0.initialize(to: one)
                ($0 + 1).initialize(to: two)
            })
    }

    static func tuple(_ one: Term, _ two: Term, _ three: Term) -> Term {
        .tuple(
            Tuple(uninitializedCount: 3) {
                $0.initialize(to: one)
                ($0 + 1).initialize(to: two)
                ($0 + 2).initialize(to: three)
            })
    }

    /// `==` of Erlang.
    func equals(_ other: Term) -> Bool { Term.compare(self, other) == .equal }

    var isInteger: Bool {
        switch self {
        case .integer, .bigInteger: true
        default: false
        }
    }

    var isNumber: Bool {
        if case .float = self { true } else { isInteger }
    }

    var isList: Bool {
        switch self {
        case .nil, .list: true
        default: false
        }
    }

    /// The element of a tuple at a position that counts from 1, if there is one.
    func field(_ position: Int) -> Term? {
        guard case .tuple(let tuple) = self, position >= 1, position <= tuple.count else { return nil }
        return tuple[position - 1]
    }
}

extension List {
    private struct Stop: Error {}

    /// The first element for which `condition` holds; without one, the end of the list.
    @inline(__always)
    func search(_ condition: (Term) -> Bool) -> (found: Term?, end: Term) {
        var found: Term?
        do throws(Stop) {
            let end = try forEachRun { run throws(Stop) in
                for element in run where condition(element) {
                    found = element
                    throw Stop()
                }
            }
            return (nil, end)
        } catch {
            return (found, .nil)
        }
    }

    /// The list without its first `count` elements; nothing if it is shorter, or improper before that.
    func dropping(_ count: Int) -> Term? {
        var rest: Term = .list(self)
        for _ in 0..<count {
            guard case .list(let list) = rest else { return nil }
            rest = list.tail
        }
        return rest
    }
}
