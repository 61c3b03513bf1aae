// Terms on one line, of any depth: what is open is kept in an array, not on the stack of the thread.
extension ErlangPrinter {
    /// A tuple, list or map that is being written.
    private struct Open {
        var items: [Term]
        var next = 0
        let close: String
        /// Keys and values take turns.
        var isMap = false
        /// The last item is the tail of a list.
        var isImproper = false

        /// The names of a record's fields.
        var names: [Atom] = []

        /// What stands before the next item.
        var separator: String {
            if !names.isEmpty { return (next == 0 ? "" : ",") + ErlangPrinter.quoted(names[next]) + " = " }
            if next == 0 { return "" }
            if isMap { return next & 1 == 1 ? " => " : "," }
            return isImproper && next == items.count - 1 ? "|" : ","
        }
    }

    /// A term on one line.
    func line(_ term: Term) -> String {
        var text = ""
        var stack: [Open] = []
        begin(term, &text, &stack)
        while var open = stack.popLast() {
            guard open.next < open.items.count else {
                text += open.close
                continue
            }
            text += open.separator
            let item = open.items[open.next]
            open.next += 1
            stack.append(open)
            begin(item, &text, &stack)
        }
        return text
    }

    /// Writes a term that holds no others, or the beginning of one that does.
    private func begin(_ term: Term, _ text: inout String, _ stack: inout [Open]) {
        switch term {
        case .list(let list):
            if strings, let shown = printable(list) {
                text += Self.string(shown)
                return
            }
            var items: [Term] = []
            let end = list.forEachRun { items.append(contentsOf: $0) }
            var isImproper = false
            if case .nil = end {
            } else {
                isImproper = true
                items.append(end)
            }
            text += "["
            stack.append(Open(items: items, close: "]", isImproper: isImproper))
        case .tuple(let tuple):
            text += "{"
            stack.append(Open(items: Array(tuple), close: "}"))
        case .map(let map):
            text += "#{"
            stack.append(Open(items: map.sortedPairs.flatMap { [$0.key, $0.value] }, close: "}", isMap: true))
        case .record(let record):
            text += "#\(Self.quoted(record.module)):\(Self.quoted(record.name)){"
            stack.append(
                Open(items: record.fields.map(\.value), close: "}", names: record.fields.map(\.name)))
        case .integer(let value): text += String(value)
        case .atom(let atom): text += Self.quoted(atom, unicode: unicode)
        default: text += layout(term, 0).render(width: nil)
        }
    }
}
