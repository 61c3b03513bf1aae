/// The text of chardata: lists of code points, binaries of UTF-8, and lists of such lists, as
/// `unicode:characters_to_binary/1`. Nothing if the term is no text.
public func chardataToString(_ term: Term) -> String? {
    var bytes: [UInt8] = []
    // Lists nest as deep as somebody built them: a stack of our own.
    var rest: [Term] = [term]
    while let next = rest.popLast() {
        switch next {
        case .nil: break
        case .binary(let binary): binary.withBytes { bytes.append(contentsOf: $0) }
        case .list(let list):
            rest.append(list.tail)
            rest.append(list.head)
        case .integer(let value):
            guard let scalar = UInt32(exactly: value).flatMap(Unicode.Scalar.init) else { return nil }
            bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        default: return nil
        }
    }
    return String(validating: bytes, as: UTF8.self)
}
