internal import Distribution
internal import EPMD
internal import Glibc
internal import Language
internal import Logging
internal import Node
internal import Shell
internal import Support
internal import Terms

/// The boot order: node, name, connections, scripts or prompt, and the way out.
struct Boot {
    let options: Options
    let environment: [String: String]
    let epmd: EPMDEnvironment
    let output: StandardOutput

    func run() async throws -> Int32 {
        let hasTerminal = isatty(0) == 1 && isatty(1) == 1
        let isInteractive =
            hasTerminal && options.command.isEmpty && files.isEmpty && !options.daemon && !options.childOfShell
        let notices = Notices(output: output, isVerbose: options.verbose)
        let node = Node(configuration: try configuration(notices))
        node.boot()
        defer { node.children.stopAll() }
        var settings = Session.Settings()
        settings.format = options.json ? .json : options.csv ? .csv : options.raw ? .raw : .text
        settings.syntax = try syntax()
        if hasTerminal { settings.width = Terminal.width } else { settings.limit = nil }
        let session = Session(node: node, settings: settings)

        // A remote shell needs a name too; it is nobody's business which.
        let guest = options.remsh.map { target in
            (name: "remsh\(getpid())", isLong: target.drop { $0 != "@" }.contains("."))
        }
        if let name = options.shortName ?? options.longName ?? guest?.name {
            do {
                try await node.start(
                    name, longNames: options.longName != nil || (options.shortName == nil && guest?.isLong == true))
            } catch {
                throw Failure(.nodeNotStarted, error.description)
            }
        } else if options.hidden || !options.connect.isEmpty {
            throw Failure(.usage, "--hidden and --connect need a name", hint: "give one with --sname")
        }
        for peer in options.connect {
            do {
                try await node.connect(to: Atom(peer), timeout: node.defaultTimeout)
            } catch {
                await node.leave()
                throw Failure(error.code == .timeout ? .timeout : .unreachable, error.message)
            }
        }
        if let target = options.remsh {
            try await remoteShell(session, Atom(target), hasTerminal: hasTerminal, notices)
            await node.leave()
            return 0
        }
        let code =
            isInteractive
            ? try await prompt(session, notices)
            : await scripts(session, notices)
        await node.leave()
        return code
    }

    private var files: [String] { options.scripts + options.files }

    // MARK: Without a prompt

    private func scripts(_ session: Session, _ notices: Notices) async -> Int32 {
        let stop = Stop()
        TerminalSignals.watch { signal in
            // A second signal does not wait for anything.
            if stop.signal(signal) { _exit(128 + signal) }
        }
        let work = Task.detached { [self] in await runScripts(session, stop) }
        stop.onSignal { work.cancel() }
        var code = await work.value
        if let requested = session.requestedExit { return requested }
        if let signal = stop.received { return 128 + signal }
        if options.noHalt || options.daemon, code == 0 {
            if await stop.wait() { code = 0 }
            // Asked to stay, and told to go: that is no failure.
            return 0
        }
        return code
    }

    private func runScripts(_ session: Session, _ stop: Stop) async -> Int32 {
        if options.childOfShell {
            await Descriptor.waitForEnd(0)
            return 0
        }
        let runner = ScriptRunner(session: session, output: output, keepsGoing: options.keepGoing)
        session.node.device = ScriptDevice(output: output)
        var result = ExitCode.success
        for round in 0..<max(1, options.repeatCount) {
            if round > 0 {
                let pause = CommandLineLexer.duration(options.interval) ?? Int64((Double(options.interval) ?? 0) * 1e9)
                try? await Task.sleep(nanoseconds: UInt64(max(0, pause)))
            }
            for line in options.command where session.requestedExit == nil && !Task.isCancelled {
                let code = await runner.run(command: line)
                if result == .success { result = code }
                if code != .success, !options.keepGoing { return result.rawValue }
            }
        }
        for file in files where session.requestedExit == nil && !Task.isCancelled {
            let code: ExitCode
            if file == "-" {
                code = await runner.run(descriptor: 0, name: "stdin")
            } else {
                let descriptor = open(file, O_RDONLY | O_CLOEXEC)
                guard descriptor >= 0 else {
                    output.writeError("beamsh: cannot read \(file): \(String(cString: strerror(errno)))\n")
                    return ExitCode.usage.rawValue
                }
                code = await runner.run(descriptor: descriptor, name: file)
                close(descriptor)
            }
            if result == .success { result = code }
            if code != .success, !options.keepGoing { return result.rawValue }
        }
        if options.command.isEmpty, files.isEmpty, !options.daemon, !options.noHalt || isatty(0) != 1 {
            result = await runner.run(descriptor: 0, name: "stdin")
        }
        return result.rawValue
    }

    // MARK: With a prompt

    private func prompt(_ session: Session, _ notices: Notices) async throws -> Int32 {
        _ = LineEditor.prepareLocale()
        let interactive = try Interactive(
            session: session, historyPath: History.defaultPath,
            colour: TerminalColour.isWanted())
        notices.show { line in
            if session.announcesNodes { interactive.post("\(Terminal.timeOfDay) \(line)") }
        }
        output.write("beamsh 0.1.0, a node for Erlang and Elixir clusters. help lists the commands, Ctrl-D leaves.\n")
        if let path = options.rc ?? defaultRC, !options.noRc {
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            if descriptor >= 0 {
                let runner = ScriptRunner(session: session, output: output, keepsGoing: true)
                _ = await runner.run(descriptor: descriptor, name: path)
                close(descriptor)
            } else if options.rc != nil {
                throw Failure(.usage, "cannot read \(path): \(String(cString: strerror(errno)))")
            }
        }
        return await interactive.run()
    }

    private var defaultRC: String? {
        (environment["XDG_CONFIG_HOME"] ?? environment["HOME"].map { $0 + "/.config" }).map { $0 + "/beamsh/rc" }
    }

    // MARK: The shell of another node

    private func remoteShell(_ session: Session, _ target: Atom, hasTerminal: Bool, _ notices: Notices) async throws {
        do {
            try await session.node.connect(to: target, timeout: session.node.defaultTimeout)
        } catch {
            throw Failure(error.code == .timeout ? .timeout : .unreachable, error.message)
        }
        guard hasTerminal else { return try await PipedRemoteShell(session: session, output: output).run(target) }
        _ = LineEditor.prepareLocale()
        let interactive = try Interactive(
            session: session, historyPath: History.defaultPath, colour: TerminalColour.isWanted())
        try await interactive.runRemote(target)
    }

    // MARK: Options

    private func syntax() throws -> Syntax? {
        if options.syntax == "auto" { return nil }
        guard let syntax = Syntax(rawValue: options.syntax) else {
            throw Failure(.usage, "no syntax \(options.syntax)", hint: "the syntaxes are auto, elixir and erlang")
        }
        return syntax
    }

    private func configuration(_ notices: Notices) throws -> NodeConfiguration {
        guard options.shortName == nil || options.longName == nil else {
            throw Failure(.usage, "--sname and --name exclude one another")
        }
        var configuration = NodeConfiguration()
        configuration.isHidden = options.hidden || options.remsh != nil
        if let cookie = options.cookie ?? environment["BEAMSH_COOKIE"] { configuration.cookie = Atom(cookie) }
        if options.childOfShell { configuration.cookie = Descriptor.readLine(0).map { Atom($0) } }
        configuration.epmdPort = epmd.port
        configuration.usesEPMD = !options.noEpmd
        configuration.epmdDaemon = ("/proc/self/exe", ["beamsh", "--epmd-daemon", "--epmd-port", String(epmd.port)])
        configuration.bindAddress = options.bind
        if let text = options.distPort {
            let ports = text.split(separator: ":").compactMap { Int($0) }
            guard let first = ports.first, let last = ports.last, ports.count <= 2, first <= last,
                (1...65535).contains(first), (1...65535).contains(last)
            else { throw Failure(.usage, "--dist-port is MIN or MIN:MAX") }
            configuration.portRange = first...last
        }
        if let file = options.tlsOptionFile {
            do { configuration.tls = try DistributionTLS(optionFile: file) } catch {
                throw Failure(.nodeNotStarted, error.description)
            }
        }
        guard let allow = NodeConfiguration.Allow(rawValue: options.allow) else {
            throw Failure(.usage, "--allow is all, safe or none")
        }
        configuration.allow = allow
        let seconds = Double(options.timeout).flatMap { $0 > 0 && $0 < 1e6 ? Int64($0 * 1e9) : nil }
        guard let timeout = CommandLineLexer.duration(options.timeout) ?? seconds, timeout > 0 else {
            throw Failure(.usage, "--timeout is a duration: 5s, 200ms")
        }
        configuration.timeout = timeout
        configuration.output = { [output] in output.write($0) }
        configuration.logger = Logger(label: "beamsh") { _ in NoticeHandler(notices: notices) }
        return configuration
    }
}
