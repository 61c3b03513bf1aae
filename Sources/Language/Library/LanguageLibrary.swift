/// The functions of the library that are written in Swift, all of them.
public enum LanguageLibrary {
    /// One line a module.
    public static let natives: [NativeFunction] = [
        listsFunctions, listsKeyFunctions, listsSortingFunctions,
    ].flatMap { $0 }
}
