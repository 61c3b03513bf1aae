internal import CZlib

/// Inflates a zlib stream of exactly `size` bytes; returns them and how many bytes the stream had.
///
/// Memory grows with what comes out, not with what was claimed.
func inflate(
    _ source: UnsafeRawBufferPointer, to size: Int, at offset: Int
) throws(ETFError) -> (bytes: [UInt8], consumed: Int) {
    var stream = z_stream()
    guard inflateInit_(&stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
        throw ETFError(.compression, at: offset, "zlib does not start")
    }
    defer { inflateEnd(&stream) }
    stream.next_in = UnsafeMutablePointer(
        mutating: source.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.avail_in = UInt32(clamping: source.count)
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
        let (status, produced): (Int32, Int) = chunk.withUnsafeMutableBufferPointer { buffer in
            stream.next_out = buffer.baseAddress
            stream.avail_out = UInt32(buffer.count)
            let status = inflate(&stream, Z_NO_FLUSH)
            return (status, buffer.count - Int(stream.avail_out))
        }
        output.append(contentsOf: chunk[..<produced])
        guard output.count <= size else { break }
        if status == Z_STREAM_END {
            guard output.count == size else { break }
            return (output, source.count - Int(stream.avail_in))
        }
        guard status == Z_OK, produced > 0 || stream.avail_in > 0 else { break }
    }
    throw ETFError(.compression, at: offset, "no zlib stream of \(size) bytes")
}

/// Deflates bytes into a zlib stream.
func deflate(_ source: UnsafeRawBufferPointer, level: Int) -> [UInt8]? {
    var size = compressBound(UInt(source.count))
    var output = [UInt8](repeating: 0, count: Int(size))
    let status = compress2(
        &output, &size, source.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt(source.count), Int32(level))
    return status == Z_OK ? Array(output[..<Int(size)]) : nil
}
