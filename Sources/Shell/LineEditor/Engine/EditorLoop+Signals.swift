internal import CLibEdit
internal import Glibc

/// Signals while a line is read.
extension EditorLoop {
    func serveSignals() {
        while outcome == nil, let signal = TerminalSignals.next(from: signals) {
            switch signal {
            case SIGINT:
                leaveLine(showing: "^C")
                // As the terminal does with what it holds.
                decoder.removeAll()
                outcome = .interrupted
            case SIGTERM, SIGHUP:
                leaveLine(showing: "")
                outcome = .terminated(signal: signal)
            case SIGTSTP: suspend()
            case SIGCONT: resumeReading()
            case SIGWINCH: resize()
            default: break
            }
        }
    }

    private func suspend() {
        guard let editor else { return }
        leaveLine(showing: "^Z")
        setBracketedPaste(false)
        cle_prepare_terminal(editor, 0)
        stopUntilContinued()
        resumeReading()
    }

    /// The terminal may be in any state: someone else had it.
    private func resumeReading() {
        guard let editor else { return }
        cle_prepare_terminal(editor, 0)
        cle_prepare_terminal(editor, 1)
        updateWindowSize()
        el_resize(editor)
        setBracketedPaste(true)
        if !isDumb { write("\r\u{1B}[J") }
        repaint()
    }

    private func resize() {
        guard let editor else { return }
        // The terminal has wrapped the text anew: the row of the cursor is that of the new width.
        updateWindowSize()
        eraseLine()
        cle_flush(editor)
        el_resize(editor)
        repaint()
    }

    /// Stops the process as Ctrl-Z would if SIGTSTP were not blocked; returns after `fg`.
    ///
    /// Not SIGSTOP: without a shell that could continue us (an orphaned process group) the kernel ignores SIGTSTP.
    func stopUntilContinued() {
        cle_stop_process()
        // The SIGCONT that woke us is dealt with by the caller.
        var batch: [Int32] = []
        while let signal = TerminalSignals.next(from: signals) {
            if signal != SIGCONT && signal != SIGTSTP { batch.append(signal) }
        }
        for signal in batch { kill(getpid(), signal) }
    }
}
