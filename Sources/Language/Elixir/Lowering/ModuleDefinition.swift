internal import Terms

/// A module while it is lowered.
struct ModuleDefinition {
    typealias FunctionName = ElixirEnvironment.FunctionName

    /// A value that `@name value` set. Where it is read its expression is put in place, with the attributes of then.
    struct Attribute {
        var quoted: Quoted
        var accumulates = false
    }

    struct Function {
        let name: FunctionName
        var place: Quoted.Place
        var isPrivate: Bool
        var clauses: [Abstract.Clause] = []
        /// Default values, by the position of the parameter.
        var defaults: [Int: Quoted] = [:]
    }

    let name: Atom
    let place: Quoted.Place
    /// What the body defines, found before it is lowered.
    var functions: Set<FunctionName> = []
    var attributes: [String: Attribute] = [:]
    /// In the order of their first clauses.
    var order: [FunctionName] = []
    var made: [FunctionName: Function] = [:]
    var behaviours: [Atom] = []
    /// Functions of `use` that stand unless the module defines them.
    var inherited: [Quoted] = []
    var isStructure = false

    init(_ name: Atom, _ place: Quoted.Place) {
        self.name = name
        self.place = place
    }
}
