internal import CLibEdit
internal import Glibc

/// What the editor knows about the last TAB.
struct CompletionState {
    /// The question that is out, and the text it was asked for.
    var asked: (id: Int, about: EditorLoop.Snapshot, at: Int64, isRepeated: Bool)?
    var task: Task<Void, Never>?
    var nextID = 0
    /// Answers that wait for the editor.
    var arrived: [EditorMailbox.Answer] = []
    /// The text as the last TAB left it: a TAB that finds it unchanged is a repeated one.
    var left: EditorLoop.Snapshot?

    mutating func cancel() {
        task?.cancel()
        task = nil
        asked = nil
    }
}

/// TAB: the first completes what is certain, a repeated one lists.
extension EditorLoop {
    /// How long TAB holds up the keys behind it. A local completer is done by then, so that `no<TAB> x` types as meant; a
    /// slower one answers through the mailbox.
    private static let patience: Int64 = 60_000_000
    /// More candidates than this are listed only after a question.
    private static let listLimit = 100

    func complete() -> UInt8 {
        let snapshot = snapshot
        let isRepeated = completion.left == snapshot
        completion.cancel()
        completion.nextID += 1
        let id = completion.nextID
        completion.asked = (id, snapshot, Self.now(), isRepeated)
        let (completer, mailbox, text) = (configuration.completer, mailbox, snapshot.text)
        completion.task = Task.detached {
            let answer = await completer(text, snapshot.cursor)
            if !Task.isCancelled { mailbox.answer(.init(id: id, completions: answer)) }
        }
        let deadline = Self.now() + Self.patience
        while outcome == nil, completion.asked != nil {
            let left = deadline - Self.now()
            guard left > 0 else { break }
            var wake = pollfd(fd: mailbox.wakeUp.descriptor, events: Int16(POLLIN), revents: 0)
            poll(&wake, 1, Int32(clamping: left / 1_000_000 + 1))
            mailbox.wakeUp.drain()
            absorbMailbox()
            if let (answer, isRepeated) = takeAnswer() {
                return apply(answer, isRepeated: isRepeated) { UInt8(CC_REFRESH) }
            }
        }
        return UInt8(CC_NORM)
    }

    /// Uses an answer that came while keys are awaited.
    func serveAnswers() {
        guard let (answer, isRepeated) = takeAnswer() else { return }
        let before = snapshot
        guard isEditing else { return }
        _ = apply(answer, isRepeated: isRepeated, erasing: true) { UInt8(CC_NORM) }
        if before != snapshot { repaint() }
    }

    /// The answer to the question that is out, if it is still about this text and in time.
    private func takeAnswer() -> (answer: Completions, isRepeated: Bool)? {
        let arrived = completion.arrived
        completion.arrived = []
        guard let asked = completion.asked, let answer = arrived.last(where: { $0.id == asked.id }) else { return nil }
        completion.asked = nil
        let (seconds, attoseconds) = configuration.completionDeadline.components
        let limit = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
        guard asked.about == snapshot, Self.now() - asked.at <= limit else { return nil }
        return (answer.completions, asked.isRepeated)
    }

    private func apply(
        _ answer: Completions, isRepeated: Bool, erasing: Bool = false, changed: () -> UInt8
    ) -> UInt8 {
        let snapshot = snapshot
        defer { completion.left = self.snapshot }
        guard let first = answer.items.first, (0...snapshot.cursor).contains(answer.start) else { return beep() }
        let word = snapshot.scalars[answer.start..<snapshot.cursor]
        var replacement = Array(answer.commonPrefix.unicodeScalars)
        if answer.items.count == 1 {
            let next = snapshot.scalars[snapshot.cursor...].first
            // Not a second space where one is.
            if next == nil || next != first.suffix.unicodeScalars.first { replacement += first.suffix.unicodeScalars }
        }
        let isProgress = replacement != Array(word) && (answer.items.count == 1 || replacement.starts(with: word))
        if isProgress {
            if erasing { eraseLine() }
            deleteBackward(word.count)
            var view = String.UnicodeScalarView()
            view.append(contentsOf: replacement)
            insert(String(view))
            return changed()
        }
        guard answer.items.count > 1 else { return UInt8(CC_NORM) }
        guard isRepeated else { return beep() }
        openSpaceBelow()
        if answer.items.count > Self.listLimit, !ask("Display all \(answer.items.count) possibilities? (y or n) ") {
            if outcome == nil { repaint() }
            return UInt8(CC_NORM)
        }
        list(CompletionList.rows(answer.items, columns: columns))
        return UInt8(CC_NORM)
    }

    private func beep() -> UInt8 {
        if let editor {
            el_beep(editor)
            cle_flush(editor)
        }
        return UInt8(CC_NORM)
    }

    /// Asks on the row of the cursor, which then is on the next one.
    private func ask(_ question: String) -> Bool {
        write(question)
        if let editor { cle_flush(editor) }
        isAsking = true
        defer { isAsking = false }
        guard let answer = readScalar() else { return false }
        let isYes = answer == "y" || answer == "Y" || answer == " "
        write(isYes ? "y\r\n" : "n\r\n")
        return isYes
    }
}
