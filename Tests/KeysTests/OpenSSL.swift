import Foundation

/// The `openssl` program, where it is installed.
enum OpenSSL {
    private static let program: URL? = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { URL(filePath: String($0)).appending(path: "openssl") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path()) }
    }()

    static let isInstalled = program != nil

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Runs `openssl` with `arguments`; returns what it wrote, or throws what it complained of.
    @discardableResult
    static func run(_ arguments: String, input: String = "") throws -> String {
        guard let program else { throw Failure(description: "openssl is not installed") }
        let process = Process()
        process.executableURL = program
        process.arguments = arguments.split(separator: " ").map(String.init)
        let (standardInput, output, errors) = (Pipe(), Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try standardInput.fileHandleForWriting.close()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        let complaint = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: String(decoding: complaint, as: UTF8.self))
        }
        return String(decoding: text, as: UTF8.self)
    }
}
