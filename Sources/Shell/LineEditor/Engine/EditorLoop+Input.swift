internal import CLibEdit
internal import Glibc

/// libedit's character reader: waits for keys, signals and other threads at once.
extension EditorLoop {
    /// EL_GETCFN: 1 with a character, 0 at the end of the input, -1 to give up the line.
    func readCharacter(into character: UnsafeMutablePointer<wchar_t>?) -> Int32 {
        guard let scalar = readScalar() else {
            if outcome != nil { errno = EINTR }
            return outcome == nil ? 0 : -1
        }
        character?.pointee = wchar_t(bitPattern: scalar.value)
        return 1
    }

    /// The next typed character; nil when the line is over (`outcome` says how) or the terminal is gone.
    func readScalar() -> Unicode.Scalar? {
        while outcome == nil {
            if let scalar = decoder.next() { return scalar }
            let isReady = waitForInput()
            if outcome == nil, isReady, !fill() { return nil }
        }
        return nil
    }

    /// One wait. Serves signals and the mailbox; true if the terminal has something to read.
    private func waitForInput() -> Bool {
        var descriptors = [
            pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
            pollfd(fd: mailbox.wakeUp.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
        ]
        let timeout = messageDelay.map { Int32(clamping: ($0 + 999_999) / 1_000_000) } ?? -1
        poll(&descriptors, 3, timeout)
        if descriptors[0].revents != 0 { serveSignals() }
        if outcome == nil, descriptors[1].revents != 0 {
            mailbox.wakeUp.drain()
            absorbMailbox()
            if outcome == nil { serveAnswers() }
        }
        if outcome == nil, messageDelay == 0 { showMessages() }
        return descriptors[2].revents != 0
    }

    /// Reads what is there, at most `readSize` bytes. False when the terminal is gone.
    private func fill() -> Bool {
        var buffer = [UInt8](repeating: 0, count: readSize)
        while true {
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            if count > 0 {
                decoder.append(buffer[..<count])
                return true
            }
            if count < 0 && (errno == EINTR || errno == EAGAIN) { return true }
            return false
        }
    }
}
