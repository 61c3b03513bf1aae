internal import ArgumentParser
internal import Shell

/// The command line (`design.md` 3).
struct Options: ParsableArguments {
    @Option(name: .customLong("sname"), help: "Start as a node with a short name.")
    var shortName: String?
    @Option(name: .customLong("name"), help: "Start as a node with a long name.")
    var longName: String?
    @Option(help: "The cookie; else BEAMSH_COOKIE, else ~/.erlang.cookie.")
    var cookie: String?
    @Flag(help: "Connect hidden: other nodes do not list this one.")
    var hidden = false
    @Option(help: ArgumentHelp("Open the shell of a node: iex or erl; its end ends beamsh.", valueName: "node"))
    var remsh: String?
    @Option(name: .customLong("connect"), help: ArgumentHelp("Connect at start (repeatable).", valueName: "node"))
    var connect: [String] = []

    @Option(name: [.customShort("c"), .long], help: ArgumentHelp("Run one line (repeatable).", valueName: "line"))
    var command: [String] = []
    @Option(name: .customShort("f"), help: ArgumentHelp("Run a script.", valueName: "file"))
    var scripts: [String] = []
    @Argument(help: "Scripts to run; - is standard input.")
    var files: [String] = []

    @Flag(help: "Print results and errors as JSON, one object a line.")
    var json = false
    @Flag(help: "Print results as CSV.")
    var csv = false
    @Flag(help: "Print results without quotes.")
    var raw = false
    @Option(help: "How expressions are read: auto, elixir or erlang.")
    var syntax = "auto"
    @Option(help: "Deadline for connecting and for calls: 5s, 200ms.")
    var timeout = "5s"
    @Flag(help: "Scripts: go on after an error.")
    var keepGoing = false
    @Flag(help: "Stay up as a node after the scripts.")
    var noHalt = false
    @Flag(help: "Stay up without a prompt.")
    var daemon = false

    @Option(help: ArgumentHelp("Listen on a port, or one of several.", valueName: "min[:max]"))
    var distPort: String?
    @Option(help: ArgumentHelp("Listen on an address.", valueName: "addr"))
    var bind: String?
    @Option(
        name: .customLong("dist-tls"),
        help: ArgumentHelp("Connect over TLS: OTP's ssl_dist_optfile.", valueName: "file"))
    var tlsOptionFile: String?
    @Option(help: ArgumentHelp("The port of epmd; else ERL_EPMD_PORT, else 4369.", valueName: "port"))
    var epmdPort: Int?
    @Flag(help: "Neither ask nor tell epmd: ports follow from names.")
    var noEpmd = false
    @Option(help: "Which functions other nodes may call: all, safe or none.")
    var allow = "all"
    @Option(help: ArgumentHelp("Run a file before the first prompt.", valueName: "file"))
    var rc: String?
    @Flag(help: "Run no file before the first prompt.")
    var noRc = false
    @Option(name: .customLong("repeat"), help: ArgumentHelp("Run the -c lines so many times.", valueName: "n"))
    var repeatCount = 1
    @Option(help: ArgumentHelp("Wait between repeats.", valueName: "duration"))
    var interval = "0s"
    @Flag(help: "Tell about connections on standard error.")
    var verbose = false
    @Flag(help: "Print the version.")
    var version = false

    @Flag(help: .hidden)
    var epmdDaemon = false
    @Flag(help: .hidden)
    var childOfShell = false
}
