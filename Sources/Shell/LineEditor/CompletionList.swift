/// The list of candidates as rows for the screen.
enum CompletionList {
    /// One candidate a row with its description, or, if none has one, as many columns as fit. No row is wider than
    /// `columns` - 1, so that none wraps.
    static func rows(_ items: [Completion], columns: Int) -> [String] {
        let width = max(1, columns - 1)
        let widest = items.map { LineGeometry.columns(of: $0.text) }.max() ?? 0
        if items.contains(where: { !$0.detail.isEmpty }) {
            let column = min(widest, max(8, width / 2))
            return items.map { item in
                let row = item.detail.isEmpty ? item.text : padded(item.text, to: column) + "  " + item.detail
                return clipped(row, to: width)
            }
        }
        let perRow = max(1, (width + 2) / (widest + 2))
        let rowCount = (items.count + perRow - 1) / perRow
        return (0..<rowCount).map { row in
            var text = ""
            // Down the columns, as ls does.
            for index in stride(from: row, to: items.count, by: rowCount) {
                let isLast = index + rowCount >= items.count
                text += isLast ? items[index].text : padded(items[index].text, to: widest + 2)
            }
            return clipped(text, to: width)
        }
    }

    private static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - LineGeometry.columns(of: text)))
    }

    private static func clipped(_ text: String, to width: Int) -> String {
        guard LineGeometry.columns(of: text) > width else { return text }
        var clipped = ""
        var used = 0
        for character in text {
            let columns = LineGeometry.columns(of: String(character))
            if used + columns > width - 1 { break }
            clipped.append(character)
            used += columns
        }
        return clipped + "…"
    }
}
