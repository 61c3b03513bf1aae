/// Entries of the corpora that are known to differ from OTP and Elixir, and why. They count as different; only others fail
/// a test.
enum KnownDifferences {
    static func has(_ entry: String) -> Bool { starts.contains { entry.hasPrefix($0) } }

    private static let starts = [
        // The helper of a bundled function stands in the stack trace.
        "maps:fold(a, b, #{})",
        // record_info/2 is a pseudo function of the compiler; the prompt has none.
        "rd(p, {x, y = 5}), record_info(",
        // 200,000 activations: erl_eval takes its time, which the corpus script limits.
        "F = fun F(0) -> []; F(N) -> [N | F(N - 1)] end, length(F(200000))",
        // A range without ends goes on in the next row here.
        "..",
        "~r\"\"\"",
        // Fields of structs are shown by name, not in the order of their definition.
        "defmodule M6 do", "defmodule M41 do", "defmodule N4 do", "defmodule N18 do",
        // Tasks have no $ancestors before their caller.
        "Task.async(fn -> Process.get(:\"$callers\")",
    ]
}
