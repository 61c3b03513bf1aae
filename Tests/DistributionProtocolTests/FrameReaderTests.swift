import DistributionProtocol
import Terms
import Testing

/// Frames with a distribution header, as OTP 25 sent them on one connection.
@Suite struct FrameReaderTests {
    private static let rows = vectors("dist_header.tsv").filter {
        $0[1] == "beam>us" && ($0[2] == "msg" || $0[2] == "fragpart")
    }

    private func read(_ reader: inout FrameReader, _ bytes: [UInt8]) throws -> Frame? {
        var result: Result<Frame?, FrameError> = .success(nil)
        bytes.withUnsafeBytes { payload in
            do throws(FrameError) {
                result = .success(try reader.read(payload, owner: nil))
            } catch { result = .failure(error) }
        }
        return try result.get()
    }

    @Test func recordedHeadersAndFragmentsAreRead() throws {
        #expect(Self.rows.count > 12)
        var reader = FrameReader(flags: .visible, limits: .standard)
        var large: [Int] = []
        var texts: [String] = []
        for row in Self.rows {
            let bytes = try #require(unhex(row[3]))
            let frame = try read(&reader, Array(bytes[4...]))
            guard row[2] == "msg" else {
                #expect(frame == nil, "\(row[0])")
                continue
            }
            guard case .message(_, let message)? = frame else {
                Issue.record("no message: \(row[0])")
                continue
            }
            if let count = message?.asBinary?.count {
                large.append(count)
            } else if let message {
                texts.append(ErlangPrinter(width: nil).print(message))
            }
        }
        #expect(large == [16 * 9000, 16 * 4097] || large == [16 * 4097, 16 * 9000], "\(large)")
        // Cached atoms stand for what was named before, some of them after their place was taken by others.
        #expect(texts.filter { $0 == "{hello,world,hello}" }.count == 2, "\(texts)")
        #expect(texts.contains("[x1,x2,x3,x4,x5,x6,x7,x8,x9]") && texts.contains("{x1,x9,new_one}"), "\(texts)")
    }

    @Test func whatIsOutOfOrderIsRefused() throws {
        let control = "680361166103" + "6803611661036a"  // not a control message: refused as such
        for text in [
            "834401", "83440100", "8344010801", "834401080505616263", "8345", "83450000000000000001", "8347", "6f",
            "8346000000000000000100000000000000016a", "83450000000000000001000000000000000000", "8344" + "00" + control,
            // No such place in the cache.
            "8344010005",
        ] {
            var reader = FrameReader(flags: .visible, limits: .standard)
            let bytes = try #require(unhex(text))
            #expect(throws: FrameError.self, "\(text)") { try read(&reader, bytes) }
        }
    }

    @Test func truncatedAndMutatedHeadersNeverTrap() throws {
        var random = SeededRandom(seed: 5)
        let corpus = Self.rows.compactMap { unhex($0[3]).map { Array($0[4...].prefix(400)) } }
        for round in 0..<4_000 {
            var reader = FrameReader(flags: .visible, limits: .standard)
            for _ in 0..<3 {
                var bytes = corpus[Int.random(in: 0..<corpus.count, using: &random)]
                for _ in 0..<Int.random(in: 0...3, using: &random) {
                    bytes[Int.random(in: 0..<min(bytes.count, 60), using: &random)] = .random(
                        in: 0...255, using: &random)
                }
                if round % 2 == 0 { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
                _ = try? read(&reader, bytes)
            }
        }
    }
}
