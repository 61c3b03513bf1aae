internal import Glibc
internal import Processes
internal import Support
internal import Terms

extension Node {
    /// What Elixir's `System` tells of the operating system and this program.
    static let operatingSystemFunctions: [FunctionEntry] = environmentFunctions + systemFacts

    private static let environmentFunctions: [FunctionEntry] = [
        FunctionEntry("Elixir.System", "get_env", [], "The environment, as a map.") { _ in
            .map(Map(SystemEnvironment.all.map { (.string($0.name), .string($0.value)) }))
        },
        FunctionEntry("Elixir.System", "get_env", ["Name"], "A variable of the environment, or nil.") { call in
            SystemEnvironment.value(try call.text(0)).map { .string($0) } ?? .atom(.nil)
        },
        FunctionEntry("Elixir.System", "get_env", ["Name", "Default"], "A variable of the environment.") { call in
            SystemEnvironment.value(try call.text(0)).map { .string($0) } ?? call[1]
        },
        FunctionEntry("Elixir.System", "fetch_env", ["Name"], "{:ok, value} or :error.") { call in
            SystemEnvironment.value(try call.text(0)).map { .tuple([.atom(.ok), .string($0)]) } ?? .atom(.error)
        },
        FunctionEntry("Elixir.System", "fetch_env!", ["Name"], "A variable of the environment that has to be there.") {
            call in
            let name = try call.text(0)
            if let value = SystemEnvironment.value(name) { return .string(value) }
            throw ErlangException(
                .error,
                .map([
                    .atom("__struct__"): .atom("Elixir.System.EnvError"), .atom("__exception__"): .boolean(true),
                    .atom("env"): call[0],
                ]), detail: "could not fetch environment variable \"\(name)\" because it is not set")
        },
        FunctionEntry("Elixir.System", "put_env", ["Name", "Value"], "Sets a variable of the environment.") { call in
            try SystemEnvironment.set(try call.text(0), to: call[1] == .atom(.nil) ? nil : try call.text(1))
            return .atom(.ok)
        },
        FunctionEntry("Elixir.System", "put_env", ["Variables"], "Sets variables of the environment.") { call in
            let pairs =
                call[0].asMap.map { map in map.sortedPairs.map { ($0.key, $0.value) } }
                ?? (call[0].properList ?? []).compactMap { $0.asTuple }.filter { $0.count == 2 }.map { ($0[0], $0[1]) }
            for (name, value) in pairs {
                guard let name = name.asAtom?.name ?? chardataToString(name) else { throw call.badarg() }
                try SystemEnvironment.set(name, to: value == .atom(.nil) ? nil : chardataToString(value))
            }
            return .atom(.ok)
        },
        FunctionEntry("Elixir.System", "delete_env", ["Name"], "Removes a variable of the environment.") { call in
            try SystemEnvironment.set(try call.text(0), to: nil)
            return .atom(.ok)
        },
    ]

    private static let systemFacts: [FunctionEntry] = [
        FunctionEntry("Elixir.System", "version", [], "The version of Elixir that this follows.", safe: true) { _ in
            .string("1.14.0")
        },
        FunctionEntry("Elixir.System", "otp_release", [], "The OTP release that this follows.", safe: true) { call in
            let release = SystemInfo.value("otp_release", of: call.node)
            return .string(release.flatMap { chardataToString($0) } ?? "25")
        },
        FunctionEntry("Elixir.System", "schedulers", [], "How many schedulers there are.", safe: true) { call in
            SystemInfo.value("schedulers", of: call.node) ?? 1
        },
        FunctionEntry("Elixir.System", "schedulers_online", [], "How many schedulers run.", safe: true) { call in
            SystemInfo.value("schedulers_online", of: call.node) ?? 1
        },
        FunctionEntry("Elixir.System", "pid", [], "The number of this operating system process.", safe: true) { _ in
            .string("\(getpid())")
        },
        FunctionEntry("Elixir.System", "argv", [], "The arguments of the script.", safe: true) { _ in .nil },
        FunctionEntry("Elixir.System", "cwd", [], "The current directory.", safe: true) { _ in
            SystemEnvironment.directory.map { .string($0) } ?? .atom(.nil)
        },
        FunctionEntry("Elixir.System", "cwd!", [], "The current directory.", safe: true) { _ in
            guard let directory = SystemEnvironment.directory else {
                throw ErlangException.elixir("RuntimeError", "could not get a current working directory")
            }
            return .string(directory)
        },
        FunctionEntry("Elixir.System", "user_home", [], "The home directory, or nil.", safe: true) { _ in
            SystemEnvironment.value("HOME").map { .string($0) } ?? .atom(.nil)
        },
        FunctionEntry("Elixir.System", "user_home!", [], "The home directory.", safe: true) { _ in
            .string(SystemEnvironment.value("HOME") ?? "/")
        },
        FunctionEntry("Elixir.System", "tmp_dir", [], "A directory for what is temporary.", safe: true) { _ in
            .string(SystemEnvironment.value("TMPDIR") ?? "/tmp")
        },
        FunctionEntry("Elixir.System", "tmp_dir!", [], "A directory for what is temporary.", safe: true) { _ in
            .string(SystemEnvironment.value("TMPDIR") ?? "/tmp")
        },
        FunctionEntry("Elixir.System", "endianness", [], "The order of bytes.", safe: true) { _ in .atom("little") },
    ]
}

extension FunctionCall {
    /// Text, as a name or value of the environment.
    fileprivate func text(_ position: Int) throws -> String {
        guard let text = chardataToString(self[position]), !text.utf8.contains(0) else {
            throw badarg("argument \(position + 1) is not text")
        }
        return text
    }
}

/// The environment of this program. Only what goes through here changes it, one after the other.
enum SystemEnvironment {
    private static let lock = Locked<Void>(())

    static var all: [(name: String, value: String)] {
        lock.withLock { _ in
            var found: [(name: String, value: String)] = []
            var place = environ
            while let entry = place.pointee {
                let text = String(cString: entry)
                if let sign = text.firstIndex(of: "=") {
                    found.append((String(text[..<sign]), String(text[text.index(after: sign)...])))
                }
                place += 1
            }
            return found
        }
    }

    static func value(_ name: String) -> String? {
        lock.withLock { _ in getenv(name).map { String(cString: $0) } }
    }

    /// - Throws: `badarg` for what is no name.
    static func set(_ name: String, to value: String?) throws {
        guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "=")) else {
            throw ErlangException.badarg("not the name of a variable")
        }
        lock.withLock { _ in
            if let value { setenv(name, value, 1) } else { unsetenv(name) }
        }
    }

    static var directory: String? {
        guard let path = getcwd(nil, 0) else { return nil }
        defer { free(path) }
        return String(cString: path)
    }
}
