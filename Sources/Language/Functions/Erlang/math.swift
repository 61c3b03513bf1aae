internal import Glibc
internal import Processes
internal import Terms

extension LanguageLibrary {
    private static let math = NativeModule("math")

    /// The module `math`.
    static let mathFunctions: [NativeFunction] = [
        math("pi", "", "The ratio of a circle's circumference to its diameter.") { _ in .float(.pi) },
        math("sin", "X", "The sine.") { try apply($0, sin) },
        math("cos", "X", "The cosine.") { try apply($0, cos) },
        math("tan", "X", "The tangent.") { try apply($0, tan) },
        math("asin", "X", "The arc sine.") { try apply($0, asin) },
        math("acos", "X", "The arc cosine.") { try apply($0, acos) },
        math("atan", "X", "The arc tangent.") { try apply($0, atan) },
        math("sinh", "X", "The hyperbolic sine.") { try apply($0, sinh) },
        math("cosh", "X", "The hyperbolic cosine.") { try apply($0, cosh) },
        math("tanh", "X", "The hyperbolic tangent.") { try apply($0, tanh) },
        math("asinh", "X", "The inverse hyperbolic sine.") { try apply($0, asinh) },
        math("acosh", "X", "The inverse hyperbolic cosine.") { try apply($0, acosh) },
        math("atanh", "X", "The inverse hyperbolic tangent.") { try apply($0, atanh) },
        math("exp", "X", "e to the power of X.") { try apply($0, exp) },
        math("log", "X", "The natural logarithm.") { try apply($0, log) },
        math("log2", "X", "The logarithm to base 2.") { try apply($0, log2) },
        math("log10", "X", "The logarithm to base 10.") { try apply($0, log10) },
        math("sqrt", "X", "The square root.") { try apply($0) { $0.squareRoot() } },
        math("ceil", "X", "The least whole number that is not less, a float.") { try apply($0) { $0.rounded(.up) } },
        math("floor", "X", "The greatest whole number that is not greater, a float.") {
            try apply($0) { $0.rounded(.down) }
        },
        math("erf", "X", "The error function.") { try apply($0, erf) },
        math("erfc", "X", "1 less the error function.") { try apply($0, erfc) },
        math("atan2", "Y X", "The angle of the point (X, Y).") { try apply($0, atan2) },
        math("pow", "X N", "X to the power of N.") { try apply($0, pow) },
        math("fmod", "X Y", "The remainder of X / Y, with the sign of X.") { try apply($0, fmod) },
    ]

    private static func number(_ call: borrowing NativeCall, _ position: Int) throws -> Double {
        guard let value = call[position].asDouble, value.isFinite else {
            throw call[position].isNumber ? ErlangException.badarith : call.badarg()
        }
        return value
    }

    private static func apply(_ call: borrowing NativeCall, _ function: (Double) -> Double) throws -> Term {
        try Arithmetic.float(function(try number(call, 0)))
    }

    private static func apply(_ call: borrowing NativeCall, _ function: (Double, Double) -> Double) throws -> Term {
        try Arithmetic.float(function(try number(call, 0), try number(call, 1)))
    }
}
