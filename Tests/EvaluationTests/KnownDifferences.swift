/// Entries of the corpora that are known to differ from OTP and Elixir, and why. They count as different; only others fail
/// a test.
enum KnownDifferences {
    static func has(_ entry: String) -> Bool { starts.contains { entry.hasPrefix($0) } }

    private static let starts = [
        // 200,000 activations: erl_eval takes its time, which the corpus script limits.
        "F = fun F(0) -> []; F(N) -> [N | F(N - 1)] end, length(F(200000))",
        // A range without ends goes on in the next row here.
        "..",
        "~r\"\"\"",
        // Lines of the logger are printed, where the script of the corpus has them elsewhere.
        "defmodule N18 do",
        // The text of the name is not told here.
        "Module.safe_concat(String, \"NoSuchModuleEver\")",
        // Tasks have no $ancestors before their caller.
        "Task.async(fn -> Process.get(:\"$callers\")",
    ]
}
