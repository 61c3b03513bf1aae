import Glibc
import TestKit

/// The built binary, and running it.
enum Beamsh {
    /// Beside the test bundle.
    static let path: String = {
        let own = CommandLine.arguments[0]
        return own.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/beamsh"
    }()

    struct Outcome {
        var output: String
        var code: Int32
        var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    /// A home of its own for each run, so that no cookie or history is shared.
    static func home() -> String {
        var template = Array("/tmp/beamsh-test-XXXXXX".utf8CString)
        return mkdtemp(&template).map { String(cString: $0) } ?? "/tmp"
    }

    static func environment(port: Int = FreePort.next()) -> [String: String] {
        ["HOME": home(), "ERL_EPMD_PORT": String(port), "LC_ALL": "C.UTF-8"]
    }

    /// Runs it to its end; standard error is part of the output.
    static func run(_ arguments: [String], input: String = "", port: Int = FreePort.next(), within seconds: Double = 30)
        async throws -> Outcome
    {
        let process = try ChildProcess(path, arguments, environment: environment(port: port))
        process.send(input)
        process.closeInput()
        let code = try await process.waitForExit(within: seconds)
        return Outcome(output: process.output, code: code)
    }
}
