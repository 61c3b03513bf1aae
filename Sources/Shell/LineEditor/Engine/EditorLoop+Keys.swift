internal import CLibEdit

/// Which keys do what, beyond libedit's own emacs keys.
extension EditorLoop {
    /// Sequences that no key sends: how a callback makes libedit do one of its own commands.
    enum PrivateKey {
        static let submit = "\u{1B}[9901~"
        static let previousEntry = "\u{1B}[9902~"
        static let nextEntry = "\u{1B}[9903~"
    }

    func bindKeys() {
        guard let editor else { return }
        addCommands(to: editor)
        // In vi mode a key that begins with ESC would make a lone ESC wait, so there are none.
        // Enter comes as ^J, and Ctrl-J as ^M.
        let anyMode = [
            ("^J", "shell-enter"), ("^M", "shell-enter"), ("^I", "shell-complete"), ("^R", "em-inc-search-prev"),
        ]
        for (key, command) in anyMode { cle_bind(editor, key, command) }
        guard isEmacs else {
            cle_bind(editor, "^]", "ed-newline")
            return
        }
        for (key, command) in Self.emacsKeys { cle_bind(editor, key, command) }
    }

    /// What completes the entry after `completeness` agreed.
    var submitKey: String { isEmacs ? PrivateKey.submit : "\u{1D}" }

    private static let emacsKeys: [(key: String, command: String)] = [
        (PrivateKey.submit, "ed-newline"), (PrivateKey.previousEntry, "ed-prev-history"),
        (PrivateKey.nextEntry, "ed-next-history"),
        ("\\e^J", "shell-newline"), ("\\e^M", "shell-newline"),
        // Rows, then history.
        ("\\e[A", "shell-up"), ("\\eOA", "shell-up"), ("\\e[B", "shell-down"), ("\\eOB", "shell-down"),
        ("^P", "shell-up"), ("^N", "shell-down"), ("^A", "shell-row-start"), ("^E", "shell-row-end"),
        // Words: Ctrl and Alt with the arrows, as xterm, rxvt and the Linux console send them.
        ("\\e[1;5D", "ed-prev-word"), ("\\e[1;3D", "ed-prev-word"), ("\\eOd", "ed-prev-word"),
        ("\\e[5D", "ed-prev-word"),
        ("\\e\\e[D", "ed-prev-word"), ("\\e[1;5C", "em-next-word"), ("\\e[1;3C", "em-next-word"),
        ("\\eOc", "em-next-word"), ("\\e[5C", "em-next-word"), ("\\e\\e[C", "em-next-word"),
        ("\\e[3;5~", "em-delete-next-word"), ("\\e[3;3~", "em-delete-next-word"),
        ("\\e[1;5A", "shell-up"), ("\\e[1;5B", "shell-down"), ("\\e[1;3A", "shell-up"), ("\\e[1;3B", "shell-down"),
        // Home, End, Delete, PageUp and PageDown (prefix search), Insert.
        ("\\e[1~", "shell-row-start"), ("\\e[7~", "shell-row-start"), ("\\e[H", "shell-row-start"),
        ("\\eOH", "shell-row-start"),
        ("\\e[1;5H", "shell-row-start"), ("\\e[4~", "shell-row-end"), ("\\e[8~", "shell-row-end"),
        ("\\e[F", "shell-row-end"), ("\\eOF", "shell-row-end"), ("\\e[1;5F", "shell-row-end"),
        ("\\e[3~", "ed-delete-next-char"),
        ("\\e[5~", "ed-search-prev-history"), ("\\e[6~", "ed-search-next-history"), ("\\e[2~", "shell-nothing"),
        ("\\e[Z", "shell-nothing"),
        ("^_", "vi-undo"), ("^X^E", "shell-edit"), ("^X^U", "vi-undo"), ("^G", "shell-nothing"),
        ("\\e[200~", "shell-paste"), ("\\e[201~", "shell-nothing"),
    ]

    private func addCommands(to editor: OpaquePointer) {
        cle_add_command(editor, "shell-enter", "Run the entry, or start another row") { editor, _ in
            EditorLoop.of(editor)?.enter() ?? UInt8(CC_ERROR)
        }
        cle_add_command(editor, "shell-newline", "Start another row") { editor, _ in
            EditorLoop.of(editor)?.startRow(indentation: 0) ?? UInt8(CC_ERROR)
        }
        cle_add_command(editor, "shell-up", "Row above, or previous entry") { editor, _ in
            EditorLoop.of(editor)?.moveUp() ?? UInt8(CC_ERROR)
        }
        cle_add_command(editor, "shell-down", "Row below, or next entry") { editor, _ in
            EditorLoop.of(editor)?.moveDown() ?? UInt8(CC_ERROR)
        }
        cle_add_command(editor, "shell-row-start", "Start of the row, then of the entry") { editor, _ in
            EditorLoop.of(editor)?.moveToRowStart() ?? UInt8(CC_ERROR)
        }
        cle_add_command(editor, "shell-row-end", "End of the row, then of the entry") { editor, _ in
            EditorLoop.of(editor)?.moveToRowEnd() ?? UInt8(CC_ERROR)
        }
        cle_add_command(editor, "shell-complete", "Complete the word") { editor, _ in
            EditorLoop.of(editor)?.complete() ?? UInt8(CC_ERROR)
        }
        cle_add_command(editor, "shell-paste", "Insert pasted text") { editor, _ in
            EditorLoop.of(editor)?.paste() ?? UInt8(CC_ERROR)
        }
        cle_add_command(editor, "shell-edit", "Edit in $VISUAL or $EDITOR") { editor, _ in
            EditorLoop.of(editor)?.editExternally() ?? UInt8(CC_ERROR)
        }
        cle_add_command(editor, "shell-nothing", "Do nothing") { _, _ in UInt8(CC_NORM) }
    }
}
