internal import Processes
internal import Terms

/// The rules of all functions, by module and then by `name/arity`.
enum ErrorRules {
    static let byModule: [Atom: [String: CallRule]] = [
        "erlang": erlangData.merging(erlangText) { $1 }.merging(erlangSystem) { $1 },
        "lists": lists, "maps": maps, "math": math,
        "binary": binary, "unicode": unicode, "re": re,
        "ets": ets, "io": io, "os": os,
    ]

    /// What was wrong with a call; nothing for a function without a rule.
    static func details(of call: FailedCall) -> ErrorDetails {
        guard let rule = byModule[call.module]?["\(call.function.name)/\(call.arguments.count)"] else {
            return ErrorDetails()
        }
        return rule.details(of: call)
    }
}

extension LanguageLibrary {
    /// `format_error/2` of the modules that tell what was wrong.
    static let errorFunctions: [NativeFunction] =
        (["erl_erts_errors", "erl_stdlib_errors", "erl_kernel_errors"] as [Atom]).map { name in
            let module = NativeModule(name)
            return module("format_error", "Reason Stacktrace", "What was wrong with the arguments of the topmost call.")
            {
                guard let call = FailedCall($0[0], $0[1]) else { return .map([:]) }
                return ErrorRules.details(of: call).term
            }
        } + [
            NativeModule("erl_erts_errors")(
                "format_bs_fail", "Reason Stacktrace", "Which segment a bit string could not be made of."
            ) { call in
                BitStringFailure.details(call[1])
            }
        ]
}
