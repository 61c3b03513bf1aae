internal import Support

/// The fields of structs that were defined here, in the order of their definition, in which Elixir shows them.
///
/// As names of atoms they belong to the program: a term of any node may be such a struct.
public enum StructOrder {
    /// A struct that was defined anew has more than one order: terms of the old one are still there.
    private static let known = Locked<[Atom: [[Atom]]]>([:])

    /// Says what struct a module defines.
    public static func define(_ module: Atom, _ fields: [Atom]) {
        let order = fields.filter { $0 != "__exception__" }
        known.withLock { known in
            let others = (known[module] ?? []).filter { $0 != order }
            known[module] = Array(([order] + others).prefix(8))
        }
    }

    /// The orders of a struct of this name, the latest first.
    static func orders(of module: Atom) -> [[Atom]]? { known.withLock { $0[module] } }
}
