/// The functions of Elixir's library that are written in Swift, all of them.
public enum ElixirLibrary {
    /// One line a module.
    public static let natives: [NativeFunction] = [
        kernelFunctions,
        stringFunctions, stringEdgeFunctions, stringDistanceFunctions,
        integerFunctions, floatFunctions, baseFunctions,
        exceptionFunctions,
    ].flatMap { $0 }
}
