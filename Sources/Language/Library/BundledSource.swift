internal import CLibrarySource

/// The library modules that are written in Erlang: their text stands in the program.
public enum BundledSource {
    /// The names of the modules.
    public static let modules: [String] = sources.map { String(cString: $0.module) }

    /// The text of a module; nothing if it is not one of them.
    public static func text(of module: String) -> String? {
        guard let source = sources.first(where: { String(cString: $0.module) == module }) else { return nil }
        return String(decoding: UnsafeBufferPointer(start: source.text, count: source.length), as: UTF8.self)
    }

    private static var sources: UnsafeBufferPointer<beamsh_library_source> {
        var count = 0
        let first = beamsh_library_sources(&count)
        return UnsafeBufferPointer(start: first, count: count)
    }
}
