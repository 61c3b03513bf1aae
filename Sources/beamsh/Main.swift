// The executable: options, boot order, exit codes. Everything else is in the targets below.

internal import ArgumentParser
internal import Distribution
internal import EPMD
internal import Glibc
internal import Logging
internal import Node
internal import Shell
internal import Support
internal import Terms

@main
struct Beamsh {
    static func main() async {
        // Before any thread exists: signals are read, not caught.
        TerminalSignals.blockBeforeThreads()
        // Off the main actor, where each hop costs 19 µs.
        let code = await Task.detached { await run() }.value
        exit(code)
    }

    private static func run() async -> Int32 {
        let output = StandardOutput()
        let options: Options
        do {
            options = try Options.parse(try ArgumentFile.expand(Array(CommandLine.arguments.dropFirst())))
        } catch let error as ArgumentFile.Failure {
            output.writeError("beamsh: \(error.message)\n")
            return Shell.ExitCode.usage.rawValue
        } catch {
            if Options.exitCode(for: error).isSuccess {
                output.write(Options.fullMessage(for: error) + "\n")
                return Shell.ExitCode.success.rawValue
            }
            output.writeError("beamsh: \(Options.message(for: error))\nhint: beamsh --help lists the options\n")
            return Shell.ExitCode.usage.rawValue
        }
        if options.version {
            output.write("beamsh 0.1.0\n")
            return Shell.ExitCode.success.rawValue
        }
        let environment = Environment.all
        var epmd = EPMDEnvironment(environment)
        if let port = options.epmdPort { epmd.port = port }
        if options.epmdDaemon {
            await EPMDDaemon.run(port: epmd.port, addresses: epmd.addresses, relaxed: epmd.isRelaxed)
            return Shell.ExitCode.success.rawValue
        }
        do {
            return try await Boot(options: options, environment: environment, epmd: epmd, output: output).run()
        } catch let failure as Failure {
            output.writeError("beamsh: \(failure.message)\n" + (failure.hint.map { "hint: \($0)\n" } ?? ""))
            return failure.code.rawValue
        } catch {
            output.writeError("beamsh: \(error)\n")
            return Shell.ExitCode.failed.rawValue
        }
    }
}
