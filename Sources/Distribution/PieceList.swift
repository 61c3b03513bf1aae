internal import Glibc
internal import NIOCore

/// Bytes to write, some of them where they are and some copied here, in one order.
struct PieceList: @unchecked Sendable {
    // `@unchecked Sendable`: nobody writes to what the owners keep.
    private enum Piece {
        /// A range of `copied`.
        case here(Range<Int>)
        case elsewhere(UnsafeRawBufferPointer, owner: any AnyObject & Sendable)
    }

    private var pieces: [Piece] = []
    private var copied: [UInt8] = []
    private(set) var count = 0

    /// Less than this is copied: an entry of writev costs more.
    private static let copyLimit = 4 << 10

    mutating func append(_ bytes: UnsafeRawBufferPointer, owner: (any AnyObject & Sendable)?) {
        count += bytes.count
        if let owner, bytes.count > Self.copyLimit {
            pieces.append(.elsewhere(bytes, owner: owner))
            return
        }
        let start = copied.count
        copied.append(contentsOf: bytes)
        if case .here(let range)? = pieces.last, range.upperBound == start {
            pieces[pieces.count - 1] = .here(range.lowerBound..<copied.count)
        } else {
            pieces.append(.here(start..<copied.count))
        }
    }

    /// Writes as much as a socket takes without waiting; returns how many bytes that was.
    func write(to descriptor: Int32) -> Int {
        copied.withUnsafeBytes { copied in
            var vectors: [iovec] = []
            vectors.reserveCapacity(pieces.count)
            for piece in pieces.prefix(64) {
                let bytes = bytes(of: piece, copied)
                vectors.append(
                    iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count))
            }
            var message = msghdr()
            return vectors.withUnsafeMutableBufferPointer { vectors in
                message.msg_iov = vectors.baseAddress
                message.msg_iovlen = vectors.count
                return max(
                    0, sendmsg(descriptor, &message, Int32(truncatingIfNeeded: Int(MSG_DONTWAIT) | Int(MSG_NOSIGNAL))))
            }
        }
    }

    /// What comes behind the first `offset` bytes, copied.
    func buffer(from offset: Int) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(count - offset)
        var skipped = 0
        copied.withUnsafeBytes { copied in
            for piece in pieces {
                let bytes = bytes(of: piece, copied)
                let start = min(bytes.count, max(0, offset - skipped))
                skipped += bytes.count
                buffer.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[start...]))
            }
        }
        return buffer
    }

    private func bytes(of piece: Piece, _ copied: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        switch piece {
        case .here(let range): UnsafeRawBufferPointer(rebasing: copied[range])
        case .elsewhere(let bytes, _): bytes
        }
    }
}
