internal import Glibc

/// `--args-file FILE`: options from a file, like vm.args. A line holds an option and its value; `#` begins a comment.
enum ArgumentFile {
    struct Failure: Error {
        var message: String
    }

    static func expand(_ arguments: [String]) throws -> [String] {
        var result: [String] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument == "--args-file" else {
                result.append(argument)
                continue
            }
            guard let path = rest.popFirst() else { throw Failure(message: "--args-file needs a file") }
            result += try words(of: path)
        }
        return result
    }

    private static func words(of path: String) throws -> [String] {
        guard let file = fopen(path, "r") else {
            throw Failure(message: "cannot read \(path): \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0, bytes.count < 1 << 20 {
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").flatMap { line in
            line.prefix { $0 != "#" }.split(separator: " ", maxSplits: 1).map { word in
                String(word.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
        }
    }
}
