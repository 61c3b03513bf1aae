import Testing

@testable import Shell

@Suite struct TerminalTextTests {
    @Test func controlCharactersAreShown() {
        #expect(TerminalText.sanitised("a\u{1B}[2Jb\u{7}", allowingColour: true) == "a^[[2Jb^G")
        #expect(TerminalText.sanitised("a\u{9B}2J\u{7F}", allowingColour: true) == "a\u{FFFD}2J^?")
        #expect(TerminalText.sanitised("one\r\ntwo\rthree", allowingColour: true) == "one\ntwo^Mthree")
    }

    @Test func coloursPassOnlyWhereWelcome() {
        let red = "\u{1B}[1;31mred\u{1B}[0m"
        #expect(TerminalText.sanitised(red, allowingColour: true) == red)
        #expect(TerminalText.sanitised(red, allowingColour: false) == "red")
        #expect(TerminalText.sanitised("\u{1B}[31", allowingColour: true) == "^[[31")
    }

    @Test(arguments: [
        (["TERM": "xterm"], true), (["TERM": "xterm", "NO_COLOR": ""], true),
        (["TERM": "xterm", "NO_COLOR": "1"], false),
        (["TERM": "dumb"], false), ([:], false),
    ]) func colourIsWanted(_ environment: [String: String], _ isWanted: Bool) {
        #expect(TerminalColour.isWanted(environment: { environment[$0] }) == isWanted)
    }

    @Test func promptPaintsBetweenMarks() {
        var prompt = Prompt()
        prompt.append("a@host", style: .green)
        prompt.append("(1)> ")
        let painted = prompt.rendered(colour: true, mark: "!")
        #expect(painted.last == "!\u{1B}[32m!a@host!\u{1B}[0m!(1)> ")
        #expect(painted.columns == 11)
        #expect(prompt.rendered(colour: false, mark: "!").last == "a@host(1)> ")
    }

    @Test func promptNeverEndsWithASequence() {
        var prompt = Prompt()
        prompt.append(">", style: .bold)
        #expect(prompt.rendered(colour: true, mark: "!").last == "!\u{1B}[1m!>!\u{1B}[0m! ")
        #expect(prompt.rendered(colour: true, mark: "!").columns == 2)
    }

    @Test func promptIsSafeAndHasOneLastRow() {
        let prompt = Prompt("first\nevil\u{1B}]0;title\u{7}> ").rendered(colour: true, mark: "!")
        #expect(prompt.above == ["first"])
        #expect(prompt.last == "evil^[]0;title^G> ")
    }
}
