/// Where Erlang breaks the lines of a term that does not fit on one.
///
/// A term that fits stays on one line. Else the elements stand under the first one; those that are no compound terms share
/// a line as long as they fit. The elements of a tuple that begins with an atom stand behind it, and the value of a key
/// that does not fit beside it stands on a line of its own. Measured against `~p` of OTP 25.
indirect enum ErlangLayout {
    /// What has no parts.
    case leaf(String, width: Int)
    /// A binary as numbers, which may break behind each.
    case bytes([String], width: Int)
    case group(open: String, items: [ErlangLayout], tail: ErlangLayout?, close: String, kind: Kind, width: Int)
    case pair(ErlangLayout, String, ErlangLayout, width: Int)

    enum Kind { case tuple, taggedTuple, list, map }

    static func leaf(_ text: String) -> ErlangLayout { .leaf(text, width: text.unicodeScalars.count) }

    static func bytes(_ texts: [String]) -> ErlangLayout {
        .bytes(texts, width: 4 + texts.reduce(max(0, texts.count - 1)) { $0 + $1.utf8.count })
    }

    static func pair(_ key: ErlangLayout, _ between: String, _ value: ErlangLayout) -> ErlangLayout {
        .pair(key, between, value, width: key.width + between.count + value.width)
    }

    static func group(
        _ open: String, _ items: [ErlangLayout], tail: ErlangLayout? = nil, _ close: String, _ kind: Kind
    ) -> ErlangLayout {
        var width = open.unicodeScalars.count + close.count + max(0, items.count - 1)
        for item in items { width += item.width }
        if let tail { width += 1 + tail.width }
        return .group(open: open, items: items, tail: tail, close: close, kind: kind, width: width)
    }

    /// Columns on one line.
    var width: Int {
        switch self {
        case .leaf(_, let width), .bytes(_, let width), .pair(_, _, _, let width): width
        case .group(_, _, _, _, _, let width): width
        }
    }

    /// Whether others may share its line.
    private var isPlain: Bool {
        switch self {
        case .leaf: true
        case .bytes: false
        case .group(_, let items, _, _, _, _): items.isEmpty
        case .pair(let key, _, let value, _): key.isPlain && value.isPlain
        }
    }

    /// The text; `width` nothing means one line.
    ///
    /// - Parameter offset: columns before it, which `width` does not count.
    func render(width: Int?, behind offset: Int = 0) -> String {
        // Elements stand behind tags; where that is too far to the right, below them by so many columns.
        for step in [nil, 4] as [Int?] {
            var output = Output(width: width ?? .max, length: self.width, step: step)
            output.offset = offset
            output.write(self, at: 1, closing: 0, before: 0)
            if !output.isTooDeep { return output.text }
        }
        var output = Output(width: width ?? .max, length: self.width, step: 1)
        output.write(self, at: 1, closing: 0, before: 0)
        return output.text
    }

    private struct Output {
        /// The length of a line, of which the last column stays free.
        let width: Int
        /// The length of the whole term on one line.
        let length: Int
        /// How far in elements go below a tag that is longer; nothing where they stand behind it.
        let step: Int?
        var text = ""
        /// Whether elements of a tagged tuple begin in the right half.
        var isTooDeep = false
        var offset = 0

        init(width: Int, length: Int, step: Int?) {
            self.width = width
            self.length = length
            self.step = step
        }

        func fits(_ layout: ErlangLayout, _ column: Int, _ closing: Int) -> Bool {
            width == .max || layout.width < width - column - closing
        }

        /// - Parameters:
        ///   - column: where it begins, from 1.
        ///   - closing: how many brackets are closed behind it.
        ///   - before: what stands before it on its line, but for the indentation.
        mutating func write(_ layout: ErlangLayout, at column: Int, closing: Int, before: Int) {
            if fits(layout, column, closing) { return writeFlat(layout) }
            switch layout {
            case .leaf(let leaf, _):
                text += leaf
            case .bytes(let bytes, _): write(bytes, at: column + 2, closing: closing, before: before)
            case .pair(let key, let between, let value, _):
                write(key, at: column, closing: closing, before: before)
                text += between.last == " " ? between.dropLast() : between[...]
                newLine(column + (step ?? 4))
                write(value, at: column + (step ?? 4), closing: closing, before: 0)
            case .group(let open, var items, let tail, let close, let kind, _):
                text += open
                var start = column + open.unicodeScalars.count
                if kind == .taggedTuple, items.count > 1 {
                    let tag = items.removeFirst()
                    writeFlat(tag)
                    start += tag.width
                    let inside = min(tag.width + 2, step ?? .max)
                    if column + inside + offset >= (width == .max ? width : width + offset) / 2 { isTooDeep = true }
                    if inside < tag.width + 2 {
                        writeBelow(items, at: column + inside, from: start, closing: closing)
                        text += close
                        return
                    }
                    text += ","
                    start += 1
                }
                write(items, tail, at: start, closing: closing, before: before + start - column)
                text += close
            }
        }

        private mutating func write(
            _ items: [ErlangLayout], _ tail: ErlangLayout?, at column: Int, closing: Int, before: Int
        ) {
            // Where the next one begins; past the end behind a compound term.
            var place = column
            var used = before
            for (position, item) in items.enumerated() {
                // As in OTP, the one before the tail of an improper list leaves room for the brackets too.
                let isLast = position == items.count - 1
                write(item, position == 0 ? "" : ",", isLast ? closing + 1 : 0, column, &place, &used)
            }
            if let tail { write(tail, "|", closing + 1, column, &place, &used) }
        }

        /// Items behind a tag, and below it.
        private mutating func writeBelow(_ items: [ErlangLayout], at column: Int, from start: Int, closing: Int) {
            var place = start
            var used = 0
            for (position, item) in items.enumerated() {
                write(item, ",", position == items.count - 1 ? closing + 1 : 0, column, &place, &used)
            }
        }

        /// Writes an item behind a separator, on this line or on the next one.
        private mutating func write(
            _ item: ErlangLayout, _ separator: String, _ closing: Int, _ column: Int, _ place: inout Int,
            _ used: inout Int
        ) {
            if !separator.isEmpty {
                let width = item.width + 1
                // A separator stands behind it, unless it is the last.
                let behind = closing == 0 ? 1 : closing
                if item.isPlain, place != .max, width < self.width - place - behind {
                    text += separator
                    writeFlat(item)
                    place += width
                    used += width
                    return
                }
                text += separator
                newLine(column)
                place = column
                used = 0
            }
            if item.isPlain, fits(item, place, closing) {
                writeFlat(item)
                place += item.width
                used += item.width
            } else {
                write(item, at: column, closing: closing, before: used)
                place = .max
            }
        }

        private mutating func write(_ bytes: [String], at column: Int, closing: Int, before: Int) {
            let room = max(8, min(width - column, length - 4 - before) - closing)
            text += "<<"
            var left = room
            for (position, byte) in bytes.enumerated() {
                let isLast = position == bytes.count - 1
                let count = byte.utf8.count + (isLast ? 0 : 1)
                if left - count < 0 {
                    newLine(column)
                    left = room
                }
                text += isLast ? byte : byte + ","
                left -= count
            }
            text += ">>"
        }

        private mutating func newLine(_ column: Int) {
            text += "\n" + String(repeating: " ", count: column - 1)
        }

        private mutating func writeFlat(_ layout: ErlangLayout) {
            switch layout {
            case .leaf(let leaf, _): text += leaf
            case .bytes(let bytes, _): text += "<<" + bytes.joined(separator: ",") + ">>"
            case .pair(let key, let between, let value, _):
                writeFlat(key)
                text += between
                writeFlat(value)
            case .group(let open, let items, let tail, let close, _, _):
                text += open
                for (position, item) in items.enumerated() {
                    if position > 0 { text += "," }
                    writeFlat(item)
                }
                if let tail {
                    text += "|"
                    writeFlat(tail)
                }
                text += close
            }
        }
    }
}
