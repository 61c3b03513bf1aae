import Glibc

/// What this process keeps in memory.
enum SystemMemory {
    /// In bytes.
    static var resident: Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 200)
        guard fgets(&line, 200, file) != nil else { return 0 }
        let pages = line.split(separator: CChar(UInt8(ascii: " "))).dropFirst().first.map {
            String(decoding: $0.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        return (pages.flatMap { Int($0) } ?? 0) * 4096
    }
}
