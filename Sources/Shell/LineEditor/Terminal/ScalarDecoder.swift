/// Turns bytes from a terminal into characters: UTF-8, with invalid bytes dropped and incomplete characters kept waiting.
struct ScalarDecoder {
    private var bytes: [UInt8] = []
    private var start = 0

    /// Whether nothing waits to be decoded.
    var isEmpty: Bool { start == bytes.count }

    mutating func append(_ new: some Collection<UInt8>) {
        if start == bytes.count {
            bytes.removeAll(keepingCapacity: true)
            start = 0
        }
        bytes.append(contentsOf: new)
    }

    mutating func removeAll() {
        bytes.removeAll()
        start = 0
    }

    /// The next complete character, if there is one.
    mutating func next() -> Unicode.Scalar? {
        while start < bytes.count {
            let first = bytes[start]
            let length =
                first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0
            guard length > 0 else {
                start += 1
                continue
            }
            let end = min(start + length, bytes.count)
            guard bytes[(start + 1)..<end].allSatisfy({ $0 & 0xC0 == 0x80 }) else {
                start += 1
                continue
            }
            guard end == start + length else { return nil }
            var value = length == 1 ? UInt32(first) : UInt32(first) & (0x7F >> UInt32(length))
            for byte in bytes[(start + 1)..<end] { value = value << 6 | UInt32(byte & 0x3F) }
            start = end
            let isOverlong = length == 3 && value < 0x800 || length == 4 && value < 0x10000
            if !isOverlong, let scalar = Unicode.Scalar(value) { return scalar }
        }
        return nil
    }
}
