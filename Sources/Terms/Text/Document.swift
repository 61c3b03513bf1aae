/// Text that knows where its lines may break: what both printers make of a term before they know the width.
indirect enum Document {
    case text(String, width: Int)
    /// Items between brackets: on one line if they fit, else broken by the style.
    case group(Group)
    /// A key and its value side by side.
    case pair(Document, String, Document)

    struct Group {
        var open: String
        var items: [Document]
        var close: String
        /// Between items on one line; trailing blanks are dropped where a line breaks.
        var separator: String
        var style: Style
        /// Before the tail of an improper list, which is the last item.
        var lastSeparator: String?

        /// What stands behind an item on one line.
        func separator(behind position: Int) -> String {
            if position == items.count - 2, let lastSeparator { return lastSeparator }
            return position == items.count - 1 ? "" : separator
        }
    }

    enum Style {
        /// Each item on a line of its own, two columns in; the closing bracket on a line of its own (Elixir).
        case block
        /// Each item on a line of its own, under the first (Erlang).
        case aligned
        /// As many items on a line as fit, under the first (Erlang lists of simple elements).
        case filled
        /// As many items on a line as fit, one column in (Elixir's tuples, and lists of simple elements).
        case flex
        /// Never broken.
        case flat
    }

    init(_ text: String) { self = .text(text, width: text.unicodeScalars.count) }

    /// The width on one line, counted up to a limit.
    func flatWidth(limit: Int) -> Int {
        switch self {
        case .text(_, let width): return width
        case .pair(let key, let between, let value):
            let width = key.flatWidth(limit: limit) + between.count
            return width > limit ? width : width + value.flatWidth(limit: limit - width)
        case .group(let group):
            var width = group.open.count + group.close.count + max(0, group.items.count - 1) * group.separator.count
            if let last = group.lastSeparator { width += last.count - group.separator.count }
            for item in group.items {
                if width > limit { break }
                width += item.flatWidth(limit: limit - width)
            }
            return width
        }
    }

    /// Writes the document; `width` nothing means one line.
    func render(width: Int?) -> String {
        var output = Output(width: width ?? .max)
        write(to: &output, trailing: 0, nesting: 0)
        return output.text
    }

    private struct Output {
        let width: Int
        var text = ""
        var column = 0

        mutating func write(_ string: String, width: Int) {
            text += string
            column += width
        }

        mutating func write(_ string: String) { write(string, width: string.unicodeScalars.count) }

        mutating func newLine(_ indentation: Int) {
            text += "\n" + String(repeating: " ", count: indentation)
            column = indentation
        }
    }

    /// - Parameters:
    ///   - trailing: columns that must stay free behind this on its last line.
    ///   - nesting: how far the brackets around this are indented.
    private func write(to output: inout Output, trailing: Int, nesting: Int) {
        switch self {
        case .text(let text, let width): output.write(text, width: width)
        case .pair(let key, let between, let value):
            key.write(to: &output, trailing: 0, nesting: nesting)
            output.write(between)
            value.write(to: &output, trailing: trailing, nesting: nesting)
        case .group(let group):
            // Elixir's algebra looks at a group alone, whatever stands behind it.
            let kept = group.style == .block || group.style == .flex ? 0 : trailing
            let room = output.width == .max ? Int.max : output.width - output.column - kept
            if group.style == .flat || room == .max || flatWidth(limit: room) <= room {
                writeFlat(group, to: &output)
            } else {
                writeBroken(group, to: &output, trailing: trailing, nesting: nesting)
            }
        }
    }

    private func writeFlat(_ group: Group, to output: inout Output) {
        output.write(group.open)
        for (position, item) in group.items.enumerated() {
            item.write(to: &output, trailing: 0, nesting: 0)
            output.write(group.separator(behind: position))
        }
        output.write(group.close)
    }

    private func writeBroken(_ group: Group, to output: inout Output, trailing: Int, nesting: Int) {
        output.write(group.open)
        let indentation =
            switch group.style {
            case .block: nesting + 2
            case .flex: nesting + group.open.count
            default: output.column
            }
        if group.style == .block { output.newLine(indentation) }
        for (position, item) in group.items.enumerated() {
            let isLast = position == group.items.count - 1
            let behind = isLast ? group.close.count + trailing : Self.trimmed(group.separator(behind: position)).count
            if position > 0 {
                let before = group.separator(behind: position - 1)
                output.write(String(Self.trimmed(before)))
                let blanks = before.count - Self.trimmed(before).count
                if group.style == .filled || group.style == .flex {
                    let room = output.width - output.column - blanks - (group.style == .filled ? 1 : behind)
                    if item.flatWidth(limit: room) <= room {
                        output.write(String(repeating: " ", count: blanks))
                    } else {
                        output.newLine(indentation)
                    }
                } else {
                    output.newLine(indentation)
                }
            }
            item.write(to: &output, trailing: behind, nesting: indentation)
        }
        if group.style == .block { output.newLine(nesting) }
        output.write(group.close)
    }

    /// A separator without the blanks at its end.
    private static func trimmed(_ separator: String) -> Substring {
        separator.hasSuffix(" ") ? separator.dropLast() : separator[...]
    }

    /// Whether this is no bracket, or an empty one.
    var isSimple: Bool {
        switch self {
        case .text: true
        case .group(let group): group.items.isEmpty
        case .pair: false
        }
    }
}
