internal import CLibEdit
internal import Glibc

/// C-x C-e: the entry in the user's own editor.
extension EditorLoop {
    func editExternally() -> UInt8 {
        guard let editor, let path = makeTemporaryFile(snapshot.text) else { return UInt8(CC_ERROR) }
        defer { unlink(path) }
        leaveLine(showing: "")
        setBracketedPaste(false)
        cle_prepare_terminal(editor, 0)
        let isDone = runEditor(on: path)
        cle_prepare_terminal(editor, 1)
        updateWindowSize()
        el_resize(editor)
        setBracketedPaste(true)
        // What was typed at the editor was not for us.
        while TerminalSignals.next(from: signals).map({ $0 == SIGINT || $0 == SIGCONT || $0 == SIGWINCH }) == true {}
        if isDone, let text = readTemporaryFile(path) { replaceText(with: text) }
        cle_refresh(editor)
        return UInt8(CC_NORM)
    }

    private func makeTemporaryFile(_ text: String) -> String? {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(folder)/beamsh-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } }
        let bytes = Array((text + "\n").utf8)
        guard let path, Glibc.write(descriptor, bytes, bytes.count) == bytes.count else { return nil }
        return path
    }

    private func readTemporaryFile(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // An entry of more than a megabyte was not meant.
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        var filled = 0
        while filled < bytes.count {
            let count = bytes[filled...].withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count <= 0 { break }
            filled += count
        }
        guard filled < bytes.count, var text = String(validating: bytes[..<filled], as: UTF8.self) else { return nil }
        while text.last == "\n" { text.removeLast() }
        return TerminalText.sanitised(text, allowingColour: false)
    }

    /// Runs `$VISUAL`, `$EDITOR` or vi in the foreground. True if it ended well.
    private func runEditor(on path: String) -> Bool {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var mask = sigset_t()
        sigemptyset(&mask)
        var defaults = TerminalSignals.set
        sigaddset(&defaults, SIGPIPE)
        posix_spawnattr_setsigmask(&attributes, &mask)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let words = ["/bin/sh", "-c", "exec ${VISUAL:-${EDITOR:-vi}} \"$1\"", "sh", path]
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var child = pid_t()
        guard posix_spawn(&child, "/bin/sh", nil, &attributes, &arguments, environ) == 0 else { return false }
        while true {
            var status: Int32 = 0
            let result = waitpid(child, &status, WUNTRACED)
            if result < 0 && errno == EINTR { continue }
            guard result == child else { return false }
            // Ctrl-Z in the editor stops both; fg continues both.
            if status & 0xFF == 0x7F {
                stopUntilContinued()
                kill(child, SIGCONT)
                continue
            }
            return status == 0
        }
    }
}
