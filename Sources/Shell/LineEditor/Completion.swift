/// One way to go on.
public struct Completion: Sendable, Equatable {
    /// What replaces the word at the cursor.
    public var text: String
    /// One line about it, shown in the list.
    public var detail: String
    /// What follows when it is the only one: a space after a word, nothing inside a path or before a bracket.
    public var suffix: String

    public init(_ text: String, detail: String = "", suffix: String = " ") {
        self.text = TerminalText.sanitised(text, allowingColour: false).replacing("\n", with: " ")
        self.detail = TerminalText.sanitised(detail, allowingColour: false).replacing("\n", with: " ")
        self.suffix = suffix
    }
}

/// The answer of a completer.
public struct Completions: Sendable, Equatable {
    /// Where the word begins that `items` replace: characters (Unicode scalars) from the start of the text.
    public var start: Int
    /// The candidates, in the order of the list. Each begins with the word, or replaces it altogether if it is the only one.
    public var items: [Completion]

    public static let none = Completions(start: 0, items: [])

    public init(start: Int, items: [Completion]) {
        self.start = start
        self.items = items
    }

    /// The longest text that all candidates begin with.
    var commonPrefix: String {
        guard let first = items.first else { return "" }
        var prefix = Array(first.text.unicodeScalars)
        for item in items.dropFirst() {
            let common = zip(prefix, item.text.unicodeScalars).prefix { $0 == $1 }.count
            prefix.removeLast(prefix.count - common)
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: prefix)
        return String(view)
    }
}
