/// A segment of a bit string that is built or matched.
struct BitSegment {
    enum Kind {
        case integer, float, binary, utf8, utf16, utf32
    }

    var kind: Kind
    var unit: Int
    var isSigned = false
    var isLittle = false
    /// The operand with the size in units; nothing for all that is left, or for a type that has none.
    var size: Int32?
    /// The size of an integer in bits, if it is known when the code is made.
    var bits: Int?
}

/// The segments of a bit string that is built, in order; each takes its value from the next register.
struct BitLayout {
    var segments: [BitSegment]
}
