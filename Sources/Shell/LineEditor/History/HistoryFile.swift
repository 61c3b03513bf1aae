internal import Glibc

/// The file behind a history: shells append to it side by side, each entry under a lock.
///
/// Protocol between shells: open by path with O_APPEND, flock(2) exclusively, check that the path still names the file that
/// was locked (a shell that shortens the file replaces it), then write one whole line. Readers take no more than they see.
struct HistoryFile {
    let path: String

    /// The entries in order, at most the last `limit`. A missing file is empty; broken lines are skipped.
    ///
    /// A file of more than twice `limit` lines is cut to the last `limit` on the way.
    func load(limit: Int) -> [String] {
        guard let descriptor = openLocked(creating: false) ?? openReadOnly() else { return [] }
        defer { close(descriptor) }
        let bytes = Self.readAll(descriptor)
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        let kept = lines.suffix(limit)
        if lines.count / 2 > limit { replace(with: kept) }
        return kept.compactMap { HistoryEntryCoding.decode($0) }
    }

    /// Appends `entry`; returns errno on failure, nil on success.
    func append(_ entry: String) -> Int32? {
        guard let descriptor = openLocked(creating: true) else { return errno }
        defer { close(descriptor) }
        var line = Array((HistoryEntryCoding.encode(entry) + "\n").utf8)
        // A line that a crash or a full disk left unfinished does not swallow this one.
        let size = lseek(descriptor, 0, SEEK_END)
        var last: UInt8 = 0
        if size > 0, pread(descriptor, &last, 1, size - 1) == 1, last != UInt8(ascii: "\n") {
            line.insert(UInt8(ascii: "\n"), at: 0)
        }
        return Self.write(line[...], to: descriptor)
    }

    /// Removes all entries.
    func clear() -> Int32? {
        guard let descriptor = openLocked(creating: false) else { return errno == ENOENT ? nil : errno }
        defer { close(descriptor) }
        return ftruncate(descriptor, 0) == 0 ? nil : errno
    }

    /// The file, open for reading and appending, locked; the caller closes it, which unlocks it.
    private func openLocked(creating: Bool) -> Int32? {
        if creating { Self.makeFolders(for: path) }
        let flags = O_RDWR | O_APPEND | O_CLOEXEC | (creating ? O_CREAT : 0)
        while true {
            let descriptor = open(path, flags, 0o600)
            guard descriptor >= 0 else { return nil }
            while flock(descriptor, LOCK_EX) != 0 && errno == EINTR {}
            var locked = stat()
            var named = stat()
            fstat(descriptor, &locked)
            if stat(path, &named) == 0, locked.st_ino == named.st_ino, locked.st_dev == named.st_dev {
                if locked.st_mode & 0o077 != 0 { fchmod(descriptor, 0o600) }
                return descriptor
            }
            close(descriptor)
        }
    }

    /// Someone else's file, or a read-only disk.
    private func openReadOnly() -> Int32? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        return descriptor >= 0 ? descriptor : nil
    }

    /// Puts a new file with `lines` in place of this one, which the caller has locked.
    private func replace(with lines: ArraySlice<ArraySlice<UInt8>>) {
        let temporary = path + ".new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        var bytes: [UInt8] = []
        for line in lines {
            bytes += line
            bytes.append(UInt8(ascii: "\n"))
        }
        let failure = Self.write(bytes[...], to: descriptor)
        close(descriptor)
        if failure != nil || rename(temporary, path) != 0 { unlink(temporary) }
    }

    private static func readAll(_ descriptor: Int32) -> [UInt8] {
        let size = lseek(descriptor, 0, SEEK_END)
        // A history of more than 256 MB is none.
        guard size > 0, size <= 256 << 20 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, filled in
            while filled < buffer.count {
                guard let base = buffer.baseAddress else { return }
                let count = pread(descriptor, base + filled, buffer.count - filled, off_t(filled))
                if count < 0 && errno == EINTR { continue }
                if count <= 0 { return }
                filled += count
            }
        }
    }

    private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Int32? {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            if count < 0 { return errno }
            rest = rest.dropFirst(count)
        }
        return nil
    }

    private static func makeFolders(for path: String) {
        for (offset, character) in path.utf8.enumerated() where character == UInt8(ascii: "/") && offset > 0 {
            mkdir(String(decoding: path.utf8.prefix(offset), as: UTF8.self), 0o700)
        }
    }
}
