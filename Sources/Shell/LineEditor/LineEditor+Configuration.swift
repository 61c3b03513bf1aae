extension LineEditor {
    /// What an editor is made of. All closures may be called on any thread.
    public struct Configuration: Sendable {
        /// The name for which `.editrc` lines with a `program:` prefix count.
        public var programName = "beamsh"
        /// Where entries go and come from; nil for none.
        public var history: History?
        /// Whether prompts are coloured.
        public var colour = true
        /// Candidates at a cursor: the text, and the cursor in characters (Unicode scalars) from its start.
        ///
        /// It may take its time: typing goes on, and an answer that comes when the text has changed, or later than
        /// `completionDeadline`, is dropped. It is cancelled when it is no longer wanted.
        public var completer: @Sendable (_ text: String, _ cursor: Int) async -> Completions = { _, _ in .none }
        /// How long an answer of `completer` is worth showing.
        public var completionDeadline: Duration = .seconds(2)
        /// Whether Enter runs the text or starts another row. Called on the editor's thread (8 MiB of stack).
        public var completeness: @Sendable (_ text: String) -> InputCompleteness = { _ in .complete }

        public init() {}
    }
}
