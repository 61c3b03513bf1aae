import Glibc

/// The rows of a file of golden vectors (made by a real OTP; see the first line of each file).
func vectors(_ name: String) -> [[String]] {
    let path = #filePath.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/Vectors/" + name
    guard let handle = fopen(path, "r") else { return [] }
    defer { fclose(handle) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&chunk, 1, chunk.count, handle), count > 0 { bytes += chunk[..<count] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        .filter { !$0.hasPrefix("#") || $0.hasPrefix("#{") }
        .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
}

func unhex(_ text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    for position in stride(from: 0, to: digits.count, by: 2) {
        guard let byte = UInt8(String(decoding: digits[position...position + 1], as: UTF8.self), radix: 16) else {
            return nil
        }
        bytes.append(byte)
    }
    return bytes
}

func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
