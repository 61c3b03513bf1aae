/// The functions of the library that are written in Swift, all of them.
public enum LanguageLibrary {
    /// One line a module.
    public static let natives: [NativeFunction] = [
        erlangTypeFunctions, erlangDataFunctions, erlangTextFunctions, erlangSystemFunctions,
        listsFunctions, listsKeyFunctions, listsSortingFunctions,
        mapsFunctions,
        mathFunctions,
        stringFunctions, stringListFunctions,
        base64Functions,
        binaryFunctions,
        unicodeFunctions,
        ioLibFunctions,
        filenameFunctions,
        fileFunctions,
        osFunctions,
        randFunctions,
        reFunctions,
        errorFunctions,
    ].flatMap { $0 }
}
