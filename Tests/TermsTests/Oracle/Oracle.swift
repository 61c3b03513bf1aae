import Foundation
import Terms

/// Real OTP and Elixir, asked what they make of terms.
enum Oracle {
    /// The release of OTP that is installed.
    static let release: Int? = output(
        "erl", "-noshell", "-eval", "io:put_chars(erlang:system_info(otp_release)), halt()."
    ).flatMap { Int($0) }

    static let hasElixir = output("elixir", "-e", "IO.write(System.version())")?.hasPrefix("1.") == true

    /// Runs a script beside these tests with a file of rows, each a term behind its 32 bit length; returns what it says.
    static func run(_ program: String, _ script: String, _ rows: [Term]) throws -> String? {
        var writer = ByteWriter()
        for row in rows {
            let start = writer.count
            writer.append(0 as UInt32)
            TermEncoder().encodeTopLevel(row, into: &writer)
            writer.patch(UInt32(writer.count - start - 4), at: start)
        }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("terms-\(UUID().uuidString)")
        try Data(writer.bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return output(program, folder.appendingPathComponent(script).path, file.path)
    }

    static func output(_ command: String...) -> String? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.environment = ProcessInfo.processInfo.environment.merging(["LC_ALL": "C.UTF-8"]) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return output
    }
}
