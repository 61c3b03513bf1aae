internal import Glibc
public import Terms

/// The cookie file, by the rules of OTP (kernel, `auth`; `wire.md` 2, Cookies).
public enum CookieFile {
    /// Why there is no cookie to be had.
    public struct Failure: Error, Sendable, CustomStringConvertible {
        public let description: String
    }

    /// Reads the cookie: `$HOME/.erlang.cookie`, else `$XDG_CONFIG_HOME/erlang/.erlang.cookie`; with neither, the first
    /// is made, with 20 random letters and mode 0400.
    public static func read(_ environment: [String: String]) throws(Failure) -> Atom {
        guard let home = environment["HOME"], !home.isEmpty else {
            throw Failure(description: "HOME is not set: give the cookie with --cookie")
        }
        let inHome = home + "/.erlang.cookie"
        let inConfig = (environment["XDG_CONFIG_HOME"] ?? home + "/.config") + "/erlang/.erlang.cookie"
        for path in [inHome, inConfig] {
            var status = stat()
            guard stat(path, &status) == 0 else { continue }
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw Failure(description: "cookie file \(path) is not a regular file")
            }
            guard status.st_mode & 0o077 == 0 else {
                throw Failure(description: "cookie file \(path) must be accessible by owner only: chmod 400 \(path)")
            }
            return try parse(try contents(path), path)
        }
        return try create(inHome)
    }

    /// The cookie in the contents of a file: characters 32 to 126, then line ends and blanks.
    static func parse(_ bytes: [UInt8], _ path: String) throws(Failure) -> Atom {
        let end = bytes.firstIndex { $0 == 10 || $0 == 13 } ?? bytes.endIndex
        guard bytes[end...].allSatisfy({ $0 == 10 || $0 == 13 || $0 == 32 }),
            bytes[..<end].allSatisfy({ (32...126).contains($0) })
        else { throw Failure(description: "bad characters in cookie file \(path)") }
        guard end > 0 else { throw Failure(description: "too short cookie string in \(path)") }
        return Atom(String(decoding: bytes[..<end], as: UTF8.self))
    }

    private static func contents(_ path: String) throws(Failure) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw Failure(description: "cannot read cookie file \(path): \(String(cString: strerror(errno)))")
        }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = Glibc.read(file, &buffer, buffer.count)
        return Array(buffer.prefix(max(0, count)))
    }

    private static func create(_ path: String) throws(Failure) -> Atom {
        let cookie = (0..<20).map { _ in UInt8.random(in: 65...90) }
        // Written under another name and linked: a second node that starts now sees all of it or nothing.
        let draft = "\(path).\(getpid())"
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o400)
        guard file >= 0 else {
            throw Failure(description: "cannot create cookie file \(path): \(String(cString: strerror(errno)))")
        }
        let written = write(file, cookie, cookie.count)
        fchmod(file, 0o400)
        close(file)
        let isLinked = link(draft, path) == 0
        unlink(draft)
        guard isLinked || errno == EEXIST, written == cookie.count else {
            throw Failure(description: "cannot create cookie file \(path): \(String(cString: strerror(errno)))")
        }
        return try parse(try contents(path), path)
    }
}
