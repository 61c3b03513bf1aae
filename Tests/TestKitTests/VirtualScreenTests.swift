import TestKit
import Testing

@Suite struct VirtualScreenTests {
    private func screen(_ output: String, columns: Int = 10, rows: Int = 4) -> VirtualScreen {
        var whole = VirtualScreen(columns: columns, rows: rows)
        whole.feed(output.utf8)
        var dripped = VirtualScreen(columns: columns, rows: rows)
        for byte in output.utf8 { dripped.feed([byte]) }
        #expect(whole.lines == dripped.lines)
        return whole
    }

    @Test func theWrapWaitsForTheNextCharacter() {
        let full = screen("0123456789")
        #expect(full.cursorRow == 0 && full.cursorColumn == 9)
        #expect(screen("0123456789\r\nx").lines == ["0123456789", "x", "", ""])
        #expect(screen("0123456789x").lines == ["0123456789", "x", "", ""])
        #expect(screen("0123456789x").unwrappedText == "0123456789x")
    }

    @Test func wideAndCombiningCharacters() {
        #expect(screen("12345678 日本").lines == ["12345678", "日本", "", ""])
        #expect(screen("e\u{301}x").lines[0] == "e\u{301}x")
        #expect(screen("日x").cursorColumn == 3)
    }

    @Test func cursorAndErasing() {
        #expect(screen("abcdef\u{1B}[3D\u{1B}[Kx").lines[0] == "abcx")
        #expect(screen("one\r\ntwo\r\nthree\u{1B}[2A\r\u{1B}[J").lines == ["", "", "", ""])
        #expect(screen("abc\u{1B}[2G\u{1B}[2PX").lines[0] == "aX")
        #expect(screen("abc\u{1B}[2G\u{1B}[@X").lines[0] == "aXbc")
        #expect(screen("abc\r\u{1B}[4hX\u{1B}[4l").lines[0] == "Xabc")
        #expect(screen("ab\u{1B}7cd\u{1B}8X").lines[0] == "abXd")
        #expect(screen("a\u{1B}[3;4Hb").lines == ["a", "", "   b", ""])
    }

    @Test func scrollingKeepsWhatLeft() {
        let scrolled = screen("1\r\n2\r\n3\r\n4\r\n5\r\n6")
        #expect(scrolled.scrollback == ["1", "2"])
        #expect(scrolled.lines == ["3", "4", "5", "6"])
        #expect(scrolled.text == "1\n2\n3\n4\n5\n6")
    }

    @Test func modesAndColoursAreReadOver() {
        let modes = screen("\u{1B}[?2004h\u{1B}]0;title\u{7}\u{1B}[1;32mab\u{1B}[0m\u{1B}(B")
        #expect(modes.lines[0] == "ab")
        #expect(modes.isBracketedPasteOn)
        #expect(modes.hasSeenColour)
        #expect(!screen("\u{1B}[?2004h\u{1B}[?2004l\u{1B}[m").isBracketedPasteOn)
    }

    @Test func resizingWrapsAnew() {
        var narrow = screen("abc\r\n0123456789ABCDE")
        narrow.resize(columns: 5, rows: 4)
        #expect(narrow.lines == ["abc", "01234", "56789", "ABCDE"])
        #expect(narrow.cursorRow == 3)
        narrow.resize(columns: 20, rows: 4)
        #expect(narrow.lines == ["abc", "0123456789ABCDE", "", ""])
        narrow.resize(columns: 2, rows: 2)
        #expect(narrow.rows == 2 && narrow.lines.count == 2)
    }
}
