internal import CLibEdit
internal import Glibc

/// The editor's thread: owns libedit, waits for work, reads lines. Confined to its thread, hence not `Sendable`.
final class EditorLoop {
    let mailbox: EditorMailbox
    let configuration: LineEditor.Configuration
    let signals = TerminalSignals.open(nonBlocking: true)

    /// libedit's state; nil only if it could not be had, in which case every read ends at once.
    var editor: OpaquePointer?
    /// The escape character around colours in prompts.
    static let promptMark: Unicode.Scalar = "\u{1}"

    // The line being read.
    var outcome: LineEvent?
    var isReading = false
    var promptColumns = 0
    private var promptCharacters = UnsafeMutablePointer<wchar_t>.allocate(capacity: 1)
    /// The size that libedit believes in.
    var columns = 80
    var rows = 24

    // Input.
    var decoder = ScalarDecoder()
    /// Bytes taken from the terminal at a time: one while keys are typed, so that what follows the last line stays there.
    var readSize = 1

    // Messages that wait for the next repaint.
    var messages: [String] = []
    var lastPainted: Int64 = 0
    var flushes: [CheckedContinuation<Void, Never>] = []
    /// While a question is on the screen, messages wait.
    var isAsking = false

    var completion = CompletionState()
    private var history: OpaquePointer?
    private var historyGeneration = 0
    private(set) var hasHistory = false
    private var pendingTermination: Int32?
    private var request: EditorMailbox.ReadRequest?
    private var currentRequest: Int?
    private var cancelledRequests: Set<Int> = []
    private var isClosing = false
    let isDumb: Bool
    private(set) var isEmacs = true
    private(set) var isEditing = true

    init(mailbox: EditorMailbox, configuration: LineEditor.Configuration) {
        self.mailbox = mailbox
        self.configuration = configuration
        let terminal = getenv("TERM").map { String(cString: $0) } ?? ""
        isDumb = terminal.isEmpty || terminal == "dumb"
        promptCharacters.pointee = 0
    }

    deinit {
        promptCharacters.deallocate()
        cle_signals_close(signals)
    }

    /// Runs until `close`.
    func run() {
        setUp()
        while true {
            absorbMailbox()
            printMessagesPlainly()
            if let next = request {
                request = nil
                read(next)
            } else if isClosing {
                break
            } else {
                waitIdly()
            }
        }
        tearDown()
    }

    private func setUp() {
        let client = Unmanaged.passUnretained(self).toOpaque()
        guard let editor = cle_open(configuration.programName, client) else { return }
        self.editor = editor
        // The default is vi. Then the user's choices, then our keys: a change of mode drops all bindings.
        cle_use_emacs(editor)
        el_source(editor, nil)
        isEmacs = cle_is_emacs(editor) != 0
        isEditing = cle_is_editing(editor) != 0
        cle_set_reader(editor) { editor, character in EditorLoop.of(editor)?.readCharacter(into: character) ?? 0 }
        cle_set_prompt(editor, { editor in EditorLoop.of(editor)?.promptCharacters }, wchar_t(Self.promptMark.value))
        bindKeys()
        if let history = configuration.history { loadHistory(history) }
    }

    private func tearDown() {
        guard let editor else { return }
        if let history { history_wend(history) }
        cle_close(editor)
        self.editor = nil
        cle_terminal_restore()
    }

    /// The loop behind a callback of libedit.
    static func of(_ editor: OpaquePointer?) -> EditorLoop? {
        guard let editor, let client = cle_client(editor) else { return nil }
        return Unmanaged<EditorLoop>.fromOpaque(client).takeUnretainedValue()
    }

    // MARK: Reading a line

    private func read(_ request: EditorMailbox.ReadRequest) {
        let event = line(for: request)
        // A cancellation that came too late is for nobody.
        cancelledRequests = cancelledRequests.filter { $0 > request.id }
        request.continuation.resume(returning: event)
    }

    private func line(for request: EditorMailbox.ReadRequest) -> LineEvent {
        guard let editor, !isClosing else { return .endOfFile }
        if let signal = pendingTermination { return .terminated(signal: signal) }
        if cancelledRequests.remove(request.id) != nil { return .interrupted }
        begin(request)
        isReading = true
        currentRequest = request.id
        var count: Int32 = 0
        let characters = el_wgets(editor, &count)
        isReading = false
        currentRequest = nil
        completion.cancel()
        setBracketedPaste(false)
        defer { cle_flush(editor) }
        if let outcome { return outcome }
        guard let characters, count > 0 else {
            // Ctrl-D leaves the cursor behind the prompt.
            write("\r\n")
            return .endOfFile
        }
        var line = Self.string(UnsafeBufferPointer(start: characters, count: Int(count)))
        if line.last == "\n" { line.removeLast() }
        remember(line)
        return .line(line)
    }

    private func begin(_ request: EditorMailbox.ReadRequest) {
        outcome = nil
        completion = CompletionState()
        updateWindowSize()
        cle_flush_standard_output()
        // Before the prompt: what is typed once it shows must not be echoed by the terminal as well.
        if let editor, isEditing { cle_prepare_terminal(editor, 1) }
        let prompt = request.prompt.rendered(colour: configuration.colour && !isDumb, mark: Self.promptMark)
        for row in prompt.above { write(row + "\r\n") }
        promptColumns = prompt.columns
        let scalars = prompt.last.unicodeScalars
        promptCharacters.deallocate()
        promptCharacters = .allocate(capacity: scalars.count + 1)
        for (index, scalar) in scalars.enumerated() { promptCharacters[index] = wchar_t(bitPattern: scalar.value) }
        promptCharacters[scalars.count] = 0
        if let history = configuration.history, history.generation != historyGeneration { loadHistory(history) }
        setBracketedPaste(true)
    }

    // MARK: History

    private func loadHistory(_ source: History) {
        guard let editor else { return }
        historyGeneration = source.generation
        if let history {
            cle_history_clear(history)
            hasHistory = false
        } else {
            history = cle_history_open(editor, Int32(clamping: source.limit))
        }
        for entry in source.entries { enter(entry) }
    }

    private func enter(_ entry: String) {
        guard let history else { return }
        hasHistory = true
        Self.withWideCharacters(entry) { cle_history_enter(history, $0) }
    }

    private func remember(_ line: String) {
        if configuration.history?.append(line) == true { enter(line) }
    }

    // MARK: The mailbox and signals between lines

    /// Takes what others asked. Reads, cancellation and closing act through `outcome` when a line is being read.
    func absorbMailbox() {
        let batch = mailbox.take()
        messages += batch.messages
        flushes += batch.flushes
        if let request = batch.request { self.request = request }
        if batch.isClosing { isClosing = true }
        cancelledRequests.formUnion(batch.cancelledRequests)
        completion.arrived += batch.answers
        guard isReading, outcome == nil else { return }
        if let id = currentRequest, cancelledRequests.remove(id) != nil {
            leaveLine(showing: "")
            outcome = .interrupted
        } else if isClosing {
            leaveLine(showing: "")
            outcome = .endOfFile
        }
    }

    private func printMessagesPlainly() {
        if !messages.isEmpty {
            cle_flush_standard_output()
            for message in messages { write(message.replacing("\n", with: "\r\n") + "\r\n") }
            messages = []
            if let editor { cle_flush(editor) }
        }
        finishFlushes()
    }

    func finishFlushes() {
        for continuation in flushes { continuation.resume() }
        flushes = []
    }

    private func waitIdly() {
        var descriptors = [
            pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
            pollfd(fd: mailbox.wakeUp.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        poll(&descriptors, 2, -1)
        mailbox.wakeUp.drain()
        while let signal = TerminalSignals.next(from: signals) {
            switch signal {
            case SIGINT:
                // The terminal has echoed ^C; what the command says next begins on a row of its own.
                write("\r\n")
                if let editor { cle_flush(editor) }
                mailbox.interrupted()
            case SIGTSTP: stopUntilContinued()
            case SIGTERM, SIGHUP:
                pendingTermination = signal
                mailbox.terminated(by: signal)
            default: break
            }
        }
    }
}
