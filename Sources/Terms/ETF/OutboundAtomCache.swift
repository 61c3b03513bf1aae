/// What the sender of a connection knows of the receiver's atom cache, and the atoms of the frame that is being written.
///
/// Each atom has one of 2048 places, by its index; the last one that was sent in a place stands there. A frame names the
/// places it uses in its header, at most 255 of them. Source: erts, "Distribution Header".
///
/// - Note: `@unchecked Sendable`: one thread at a time; a connection touches it with its lock held.
public final class OutboundAtomCache: @unchecked Sendable {
    private static let places = 2048
    /// What stands in each place: the atom's index and one, or nothing.
    private var atoms = [UInt32](repeating: 0, count: OutboundAtomCache.places)
    /// The frame in which a place was used last, and its position there.
    private var frames = [UInt32](repeating: 0, count: OutboundAtomCache.places)
    private var positions = [UInt8](repeating: 0, count: OutboundAtomCache.places)
    private var frame: UInt32 = 0
    /// The places this frame uses, in order, and what stood there before.
    private var used: [(place: Int, atom: Atom, before: UInt32)] = []

    public init() {}

    /// Begins a frame.
    public func beginFrame() {
        frame &+= 1
        // Marks of a number that comes round again would be taken for this frame's.
        if frame == 0 {
            frames = [UInt32](repeating: 0, count: Self.places)
            frame = 1
        }
        used.removeAll(keepingCapacity: true)
    }

    /// Forgets what the frame brought: it is not sent.
    public func abandonFrame() {
        for use in used.reversed() { atoms[use.place] = use.before }
        beginFrame()
    }

    /// The position of the atom in the header of this frame; nothing if it has to be written out.
    @inline(__always)
    func position(of atom: Atom) -> UInt8? {
        let place = Int(truncatingIfNeeded: atom.index) & (Self.places - 1)
        let entry = atom.index &+ 1
        if frames[place] == frame { return atoms[place] == entry ? positions[place] : nil }
        guard used.count < 255 else { return nil }
        let position = UInt8(truncatingIfNeeded: used.count)
        used.append((place, atom, atoms[place]))
        frames[place] = frame
        positions[place] = position
        atoms[place] = entry
        return position
    }

    /// Writes the header of this frame: the number of atoms, their flags, and the atoms the receiver does not have.
    public func writeHeader(into writer: inout ByteWriter) {
        writer.append(UInt8(truncatingIfNeeded: used.count))
        guard !used.isEmpty else { return }
        let hasLongAtoms = used.contains { $0.before != $0.atom.index &+ 1 && $0.atom.utf8.count > 255 }
        // A nibble for each atom: is it new, and three bits of its place; the last one says how long lengths are.
        var nibbles = used.map { use in
            (use.before == use.atom.index &+ 1 ? 0 : 8) | UInt8(truncatingIfNeeded: use.place >> 8)
        }
        nibbles.append(hasLongAtoms ? 1 : 0)
        if nibbles.count % 2 == 1 { nibbles.append(0) }
        // One more byte where the number of atoms is even was made by the nibble of the flags.
        for pair in stride(from: 0, to: nibbles.count, by: 2) { writer.append(nibbles[pair] | nibbles[pair + 1] << 4) }
        for use in used {
            writer.append(UInt8(truncatingIfNeeded: use.place))
            guard use.before != use.atom.index &+ 1 else { continue }
            let text = use.atom.utf8
            if hasLongAtoms {
                writer.append(UInt16(truncatingIfNeeded: text.count))
            } else {
                writer.append(UInt8(truncatingIfNeeded: text.count))
            }
            writer.append(bytes: UnsafeRawBufferPointer(text))
        }
    }
}
