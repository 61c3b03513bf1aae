internal import BigInt
internal import Glibc
internal import Processes
internal import Terms

extension LanguageLibrary {
    private static let file = NativeModule("file")
    private static let filelib = NativeModule("filelib")
    private static let os = NativeModule("os")

    /// The modules `file` and `filelib`: whole files, and folders. Errors are `{error, Posix}`.
    static let fileFunctions: [NativeFunction] = [
        file("read_file", "Name", "{ok, Bytes} of a file.") { call in
            guard let name = name(call) else { return badarg }
            switch FileSystem.read(name) {
            case .success(let bytes): return .tuple(.atom(.ok), .binary(Binary(bytes)))
            case .failure(let error): return error.term
            }
        },
        file("write_file", "Name Bytes", "Writes a file anew.") { call in try write(call, modes: []) },
        file("write_file", "Name Bytes Modes", "Writes a file: append, or exclusive.") { call in
            try write(call, modes: try call.list(2))
        },
        file("consult", "Name", "{ok, Terms} of a file of Erlang terms, each ended by a full stop.") { call in
            guard let name = name(call) else { return badarg }
            switch FileSystem.read(name) {
            case .success(let bytes): return TermFile.read(bytes)
            case .failure(let error): return error.term
            }
        },
        file("delete", "Name", "Deletes a file.") { call in status(call) { unlink($0) } },
        file("make_dir", "Name", "Makes a folder.") { call in status(call) { mkdir($0, 0o777) } },
        file("del_dir", "Name", "Deletes an empty folder.") { call in status(call) { rmdir($0) } },
        file("rename", "From To", "Gives a file another name.") { call in
            guard let from = name(call), let to = name(call, 1) else { return badarg }
            let result = from.withPath { from in to.withPath { rename(from, $0) } ?? -1 } ?? -1
            return result == 0 ? .atom(.ok) : PosixError(errno).term
        },
        file("list_dir", "Name", "{ok, Names} of what is in a folder.") { call in
            guard let name = name(call) else { return badarg }
            guard let folder = name.withPath({ opendir($0) }) ?? nil else { return PosixError(errno).term }
            defer { closedir(folder) }
            var names: [Term] = []
            while let entry = readdir(folder) {
                let text = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if text != ".", text != ".." { names.append(.charlist(text)) }
            }
            return .tuple(.atom(.ok), .makeList(names))
        },
        file("get_cwd", "", "{ok, Name} of the working folder.") { _ in
            .tuple(.atom(.ok), .charlist(String(decoding: FileSystem.workingDirectory(), as: UTF8.self)))
        },
        file("set_cwd", "Name", "Changes the working folder.") { call in status(call) { chdir($0) } },
        filelib("is_file", "Name", "Whether there is such a file or folder.") { call in
            .boolean(try kind(call) != nil)
        },
        filelib("is_regular", "Name", "Whether there is such a file.") { call in
            .boolean((try kind(call)?.st_mode ?? 0) & S_IFMT == S_IFREG)
        },
        filelib("is_dir", "Name", "Whether there is such a folder.") { call in
            .boolean((try kind(call)?.st_mode ?? 0) & S_IFMT == S_IFDIR)
        },
        filelib("file_size", "Name", "How many bytes a file has; 0 if there is none.") { call in
            guard let status = try kind(call), status.st_mode & S_IFMT == S_IFREG else { return 0 }
            return .integer(status.st_size)
        },
    ]

    /// The module `os`.
    static let osFunctions: [NativeFunction] = [
        os("getenv", "", "The environment as strings NAME=VALUE.") { _ in
            var entries: [Term] = []
            var place = environ
            while let entry = place.pointee {
                entries.append(.charlist(String(cString: entry)))
                place += 1
            }
            return .makeList(entries)
        },
        os("getenv", "Name", "The value of a variable, or false.") { call in
            try variable(call).map { .charlist($0) } ?? .boolean(false)
        },
        os("getenv", "Name Default", "The value of a variable, or Default.") { call in
            try variable(call).map { .charlist($0) } ?? call[1]
        },
        os("putenv", "Name Value", "Sets a variable of the environment.") { call in
            guard let name = Iodata.scalars(call[0]), let value = Iodata.scalars(call[1]), !name.isEmpty,
                !name.contains("="), !name.contains("\0"), !value.contains("\0")
            else { throw call.badarg() }
            setenv(String(name), String(value), 1)
            return .boolean(true)
        },
        os("unsetenv", "Name", "Takes a variable out of the environment.") { call in
            guard let name = Iodata.scalars(call[0]), !name.isEmpty, !name.contains("="), !name.contains("\0") else {
                throw call.badarg()
            }
            unsetenv(String(name))
            return .boolean(true)
        },
        os("getpid", "", "The number of the operating system's process, as text.") { _ in .charlist(String(getpid())) },
        os("find_executable", "Name", "The path of a program, or false.") { call in
            guard let name = name(call) else { throw call.badarg() }
            let paths: [FileName]
            if name.bytes.contains(FileName.slash) {
                paths = [name]
            } else {
                let folders = getenv("PATH").map { String(cString: $0) } ?? ""
                paths = folders.utf8.split(separator: UInt8(ascii: ":")).map {
                    FileName.joined([name.with($0), name])
                }
            }
            var status = stat()
            let found = paths.first { path in
                path.withPath { stat($0, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access($0, X_OK) == 0 }
                    ?? false
            }
            return found?.term ?? .boolean(false)
        },
        os("type", "", "The kind of operating system.") { _ in .tuple(.atom("unix"), .atom("linux")) },
        os("timestamp", "", "{MegaSeconds, Seconds, MicroSeconds} since 1970.") { _ in SystemClock.timestamp() },
        os("system_time", "", "Nanoseconds since 1970.") { _ in .integer(SystemClock.system()) },
        os("system_time", "Unit", "The time since 1970 in a unit.") { call in
            try SystemClock.convert(
                .integer(SystemClock.system()), from: 1_000_000_000, to: SystemClock.partsPerSecond(call[0]))
        },
        os("perf_counter", "", "A counter for measuring, in nanoseconds.") { _ in .integer(SystemClock.monotonic()) },
        os("perf_counter", "Unit", "A counter for measuring, in a unit.") { call in
            try SystemClock.convert(
                .integer(SystemClock.monotonic()), from: 1_000_000_000, to: SystemClock.partsPerSecond(call[0]))
        },
    ]

    private static var badarg: Term { .tuple(.atom(.error), .atom(.badarg)) }

    private static func name(_ call: borrowing NativeCall, _ position: Int = 0) -> FileName? {
        guard let name = try? FileName(call[position]), !name.bytes.contains(0) else { return nil }
        return name
    }

    private static func status(_ call: borrowing NativeCall, _ body: (UnsafePointer<CChar>) -> Int32) -> Term {
        guard let name = name(call) else { return badarg }
        guard let result = name.withPath(body) else { return PosixError(ENOENT).term }
        return result == 0 ? .atom(.ok) : PosixError(errno).term
    }

    private static func kind(_ call: borrowing NativeCall) throws -> stat? {
        guard let name = name(call) else { throw call.functionClause() }
        var status = stat()
        return name.withPath { stat($0, &status) } == 0 ? status : nil
    }

    private static func write(_ call: borrowing NativeCall, modes: [Term]) throws -> Term {
        guard let name = name(call), let bytes = try? Iodata.bytes(call[1]) else { return badarg }
        var flags = O_WRONLY | O_CREAT
        flags |= modes.contains(.atom("append")) ? O_APPEND : O_TRUNC
        if modes.contains(.atom("exclusive")) { flags |= O_EXCL }
        return FileSystem.write(name, bytes, flags)?.term ?? .atom(.ok)
    }

    private static func variable(_ call: borrowing NativeCall) throws -> String? {
        guard let name = Iodata.scalars(call[0]), !name.contains("\0") else { throw call.badarg() }
        return getenv(String(name)).map { String(cString: $0) }
    }
}

/// An error of the operating system as Erlang names it.
struct PosixError: Error {
    let name: Atom

    init(_ code: Int32) {
        name =
            switch code {
            case ENOENT: "enoent"
            case EACCES: "eacces"
            case EEXIST: "eexist"
            case EISDIR: "eisdir"
            case ENOTDIR: "enotdir"
            case ENOSPC: "enospc"
            case ENOTEMPTY: "eexist"
            case EPERM: "eperm"
            case EROFS: "erofs"
            case EMFILE: "emfile"
            case ENAMETOOLONG: "enametoolong"
            case ELOOP: "eloop"
            case EXDEV: "exdev"
            case EINVAL: "einval"
            default: "eio"
            }
    }

    var term: Term { .tuple(.atom(.error), .atom(name)) }
}

/// Whole files.
enum FileSystem {
    static func workingDirectory() -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        guard getcwd(&buffer, buffer.count) != nil else { return [FileName.slash] }
        return buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    }

    static func read(_ name: FileName) -> Result<[UInt8], PosixError> {
        let descriptor = name.withPath { open($0, O_RDONLY) } ?? -1
        guard descriptor >= 0 else { return .failure(PosixError(name.bytes.isEmpty ? ENOENT : errno)) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            guard count >= 0 else {
                if errno == EINTR { continue }
                return .failure(PosixError(errno))
            }
            guard count > 0 else { return .success(bytes) }
            bytes += chunk[..<count]
        }
    }

    static func write(_ name: FileName, _ bytes: [UInt8], _ flags: Int32) -> PosixError? {
        let descriptor = name.withPath { open($0, flags, 0o666) } ?? -1
        guard descriptor >= 0 else { return PosixError(name.bytes.isEmpty ? ENOENT : errno) }
        defer { close(descriptor) }
        return bytes.withUnsafeBytes { raw in
            var written = 0
            while written < raw.count {
                let count = Glibc.write(descriptor, raw.baseAddress.map { $0 + written }, raw.count - written)
                if count > 0 { written += count } else if errno != EINTR { return PosixError(errno) }
            }
            return nil
        }
    }
}

/// Erlang terms in a file, each ended by a full stop and a blank.
enum TermFile {
    static func read(_ bytes: [UInt8]) -> Term {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return .tuple(.atom(.error), .atom("bad_encoding"))
        }
        var terms: [Term] = []
        for (line, part) in parts(text) {
            do {
                terms.append(try TermReader(.erlang).read(part))
            } catch {
                return .tuple(
                    .atom(.error), .tuple(.integer(line), .atom("erl_parse"), .charlist(error.message)))
            }
        }
        return .tuple(.atom(.ok), .makeList(terms))
    }

    /// The text of each term, and its line.
    private static func parts(_ text: String) -> [(Int, String)] {
        var parts: [(Int, String)] = []
        var current = String.UnicodeScalarView()
        var (line, start): (Int, Int) = (1, 1)
        var quote: Unicode.Scalar?
        var (isComment, isEscaped, hasTerm): (Bool, Bool, Bool) = (false, false, false)
        let scalars = Array(text.unicodeScalars)
        for (place, scalar) in scalars.enumerated() {
            if scalar == "\n" { line += 1 }
            if isComment {
                isComment = scalar != "\n"
                continue
            }
            if !hasTerm, !scalar.properties.isWhitespace, scalar != "%" {
                hasTerm = true
                start = line
            }
            if isEscaped {
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else if scalar == "$", quote == nil {
                isEscaped = place + 1 < scalars.count && scalars[place + 1] != "\\"
            } else if let open = quote {
                if scalar == open { quote = nil }
            } else if scalar == "\"" || scalar == "'" {
                quote = scalar
            } else if scalar == "%" {
                isComment = true
                continue
            } else if scalar == ".",
                place + 1 == scalars.count || scalars[place + 1].properties.isWhitespace
                    || scalars[place + 1] == "%"
            {
                parts.append((start, String(current)))
                current = String.UnicodeScalarView()
                hasTerm = false
                continue
            }
            current.append(scalar)
        }
        if hasTerm { parts.append((start, String(current) + " .")) }
        return parts
    }
}
