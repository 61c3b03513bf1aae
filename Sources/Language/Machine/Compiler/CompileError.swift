internal import Terms

/// What the compiler cannot make code of, and where.
public struct CompileError: Error, Sendable, CustomStringConvertible {
    public let message: String
    public let location: Abstract.Location

    init(_ message: String, _ location: Abstract.Location) {
        self.message = message
        self.location = location
    }

    public var description: String { location.line > 0 ? "\(location.line): \(message)" : message }
}
