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
    }

    enum Style {
        /// Each item on a line of its own, two columns in; the closing bracket on a line of its own (Elixir).
        case block
        /// Each item on a line of its own, under the first (Erlang).
        case aligned
        /// As many items on a line as fit, under the first (Erlang lists of simple elements).
        case filled
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
        write(to: &output, trailing: 0)
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

    /// - Parameter trailing: columns that must stay free behind this on its last line.
    private func write(to output: inout Output, trailing: Int) {
        switch self {
        case .text(let text, let width): output.write(text, width: width)
        case .pair(let key, let between, let value):
            key.write(to: &output, trailing: 0)
            output.write(between)
            value.write(to: &output, trailing: trailing)
        case .group(let group):
            let room = output.width == .max ? Int.max : output.width - output.column - trailing
            if group.style == .flat || room == .max || flatWidth(limit: room) <= room {
                writeFlat(group, to: &output)
            } else {
                writeBroken(group, to: &output, trailing: trailing)
            }
        }
    }

    private func writeFlat(_ group: Group, to output: inout Output) {
        output.write(group.open)
        for (position, item) in group.items.enumerated() {
            if position > 0 { output.write(group.separator) }
            item.write(to: &output, trailing: 0)
        }
        output.write(group.close)
    }

    private func writeBroken(_ group: Group, to output: inout Output, trailing: Int) {
        output.write(group.open)
        let indentation = group.style == .block ? Self.lineIndentation(of: output.text) + 2 : output.column
        let separator = String(group.separator.reversed().drop { $0 == " " }.reversed())
        if group.style == .block { output.newLine(indentation) }
        for (position, item) in group.items.enumerated() {
            let isLast = position == group.items.count - 1
            if position > 0 {
                if group.style == .filled {
                    let room = output.width - output.column - group.separator.count - 1
                    if item.flatWidth(limit: room + 1) <= room {
                        output.write(group.separator)
                    } else {
                        output.write(separator)
                        output.newLine(indentation)
                    }
                } else {
                    output.newLine(indentation)
                }
            }
            item.write(to: &output, trailing: isLast ? group.close.count + trailing : separator.count)
            if !isLast, group.style != .filled { output.write(separator) }
        }
        if group.style == .block { output.newLine(max(0, indentation - 2)) }
        output.write(group.close)
    }

    private static func lineIndentation(of text: String) -> Int {
        let line = text.utf8.reversed().prefix { $0 != 10 }.reversed()
        return line.prefix { $0 == 32 }.count
    }
}
