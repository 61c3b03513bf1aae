internal import Glibc
internal import Processes
internal import Terms

extension LanguageLibrary {
    private static let filename = NativeModule("filename")

    /// The module `filename`, by the rules of Unix. A name is a string, a binary or an atom.
    static let filenameFunctions: [NativeFunction] = [
        filename("join", "Components", "The parts of a name joined by slashes.") { call in
            guard case .list = call[0] else { throw call.functionClause() }
            let names = try call.elements(0).map { try FileName($0) }
            return FileName.joined(names).term
        },
        filename("join", "Name1 Name2", "Two parts of a name joined by a slash.") { call in
            FileName.joined([try FileName(call[0]), try FileName(call[1])]).term
        },
        filename("append", "Directory Name", "A name in a directory.") { call in
            let (directory, name) = (try FileName(call[0]), try FileName(call[1]))
            let isBinary = directory.isBinary || name.isBinary
            return (isBinary == directory.isBinary ? directory : name)
                .with(directory.bytes + [FileName.slash] + name.bytes).term
        },
        filename("basename", "Name", "The last part of a name.") { call in
            let name = try FileName(call[0])
            return name.with(name.base).term
        },
        filename("basename", "Name Extension", "The last part of a name, without an extension.") { call in
            let (name, suffix) = (try FileName(call[0]), try FileName(call[1]).bytes)
            let base = name.base
            let isSuffix = base.count >= suffix.count && base.suffix(suffix.count).elementsEqual(suffix)
            return name.with(isSuffix ? base.dropLast(suffix.count) : base[...]).term
        },
        filename("dirname", "Name", "All but the last part of a name.") { call in
            let name = try FileName(call[0])
            return name.with(name.directory).term
        },
        filename("extension", "Name", "What begins with the last full stop of the last part.") { call in
            let name = try FileName(call[0])
            return name.with(name.bytes.suffix(name.extensionLength)).term
        },
        filename("rootname", "Name", "The name without its extension.") { call in
            let name = try FileName(call[0])
            return name.with(name.bytes.dropLast(name.extensionLength)).term
        },
        filename("rootname", "Name Extension", "The name without that extension.") { call in
            let (name, suffix) = (try FileName(call[0]), try FileName(call[1]).bytes)
            let isSuffix = name.bytes.count >= suffix.count && name.bytes.suffix(suffix.count).elementsEqual(suffix)
            return name.with(isSuffix ? name.bytes.dropLast(suffix.count) : name.bytes[...]).term
        },
        filename("split", "Name", "The parts of a name.") { call in
            let name = try FileName(call[0])
            var parts = name.bytes.split(separator: FileName.slash).map { name.with($0).term }
            if name.bytes.first == FileName.slash { parts.insert(name.with([FileName.slash]).term, at: 0) }
            return .makeList(parts)
        },
        filename("pathtype", "Name", "absolute or relative.") { call in
            .atom(try FileName(call[0]).bytes.first == FileName.slash ? "absolute" : "relative")
        },
        filename("absname", "Name", "The name from the root on.") { call in
            let name = try FileName(call[0])
            if name.bytes.first == FileName.slash { return FileName.joined([name]).term }
            return FileName.joined([name.with(FileSystem.workingDirectory()), name]).term
        },
        filename("absname", "Name Directory", "The name from the root on, in Directory if it is relative.") { call in
            FileName.joined([try FileName(call[1]), try FileName(call[0])]).term
        },
        filename("flatten", "Name", "The name as a flat list.") { call in try FileName(call[0]).term },
        filename("nativename", "Name", "The name as the system writes it.") { call in
            FileName.joined([try FileName(call[0])]).term
        },
    ]
}

/// The name of a file: its bytes, and whether it came as a binary.
struct FileName {
    static let slash = UInt8(ascii: "/")
    var bytes: [UInt8]
    let isBinary: Bool

    init(_ term: Term) throws {
        switch term {
        case .atom(let atom):
            bytes = Array(atom.utf8)
            isBinary = false
        case .binary(let binary):
            bytes = binary.bytes
            isBinary = true
        case .nil:
            bytes = []
            isBinary = false
        case .list:
            bytes = []
            isBinary = false
            // Atoms are names, also within a list.
            var rest: [Term] = [term]
            while let next = rest.popLast() {
                switch next {
                case .nil: break
                case .list(let list): rest += [list.tail, list.head]
                case .atom(let atom): bytes += Array(atom.utf8)
                case .integer(let value):
                    guard let scalar = UInt32(exactly: value).flatMap(Unicode.Scalar.init) else {
                        throw ErlangException.functionClause
                    }
                    bytes += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
                default: throw ErlangException.functionClause
                }
            }
        default: throw ErlangException.functionClause
        }
    }

    private init(bytes: [UInt8], isBinary: Bool) {
        self.bytes = bytes
        self.isBinary = isBinary
    }

    /// Another name of the same kind.
    func with(_ bytes: some Sequence<UInt8>) -> FileName { FileName(bytes: Array(bytes), isBinary: isBinary) }

    var term: Term { isBinary ? .binary(Binary(bytes)) : .charlist(String(decoding: bytes, as: UTF8.self)) }

    var base: [UInt8] { bytes.split(separator: Self.slash).last.map(Array.init) ?? [] }

    var directory: [UInt8] {
        guard let last = bytes.lastIndex(of: Self.slash) else { return [UInt8(ascii: ".")] }
        var front = bytes[..<last]
        while front.last == Self.slash { front.removeLast() }
        return front.isEmpty ? [Self.slash] : Array(front)
    }

    /// From the last full stop of the last part to the end; one at the beginning of the part begins no extension.
    var extensionLength: Int {
        let start = (bytes.lastIndex(of: Self.slash) ?? -1) + 1
        guard let dot = bytes[start...].lastIndex(of: UInt8(ascii: ".")), dot > start else { return 0 }
        return bytes.count - dot
    }

    /// An absolute name puts away what stands before it.
    static func joined(_ names: [FileName]) -> FileName {
        var result: [UInt8] = []
        for (place, name) in names.enumerated() {
            if name.bytes.first == slash { result = [] } else if place > 0 { result.append(slash) }
            result += name.bytes
        }
        var clean: [UInt8] = []
        for byte in result where byte != slash || clean.last != slash { clean.append(byte) }
        if clean.count > 1, clean.last == slash { clean.removeLast() }
        return FileName(bytes: clean, isBinary: names.contains { $0.isBinary })
    }

    /// Calls `body` with the name as C wants it; nothing if it holds a zero byte.
    func withPath<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result? {
        guard !bytes.isEmpty, !bytes.contains(0) else { return nil }
        return (bytes + [0]).withUnsafeBytes { raw in
            raw.withMemoryRebound(to: CChar.self) { $0.baseAddress.map(body) }
        }
    }
}
