import Foundation
import HTTPService
import LedgerServer

/// A program of somebody else's, run as a person would run it: openssl, curl.
final class Tool {
    private let process = Process()
    private let input = Pipe()
    private let folder: URL

    /// Starts a program; its output goes through a file, which never fills up.
    init(_ name: String, _ arguments: [String]) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "tool-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let output = folder.appending(path: "output")
        try Data().write(to: output)
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [name] + arguments
        process.standardInput = input
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    deinit {
        if process.isRunning { process.terminate() }
        try? FileManager.default.removeItem(at: folder)
    }

    /// What the program has written to its standard output.
    var output: [UInt8] {
        get throws { [UInt8](try Data(contentsOf: folder.appending(path: "output"))) }
    }

    /// Writes to the program's standard input.
    func write(_ bytes: [UInt8]) throws {
        try input.fileHandleForWriting.write(contentsOf: Data(bytes))
    }

    /// Closes its standard input and waits for its end; returns its exit code.
    func end() async throws -> Int32 {
        try input.fileHandleForWriting.close()
        while process.isRunning { try await Task.sleep(for: .milliseconds(5)) }
        return process.terminationStatus
    }

    /// Runs a program to its end and returns its output.
    static func run(_ name: String, _ arguments: String..., input: [UInt8] = []) async throws
        -> (status: Int32, output: String)
    {
        let tool = try Tool(name, arguments)
        try tool.write(input)
        let status = try await tool.end()
        return (status, String(decoding: try tool.output, as: UTF8.self))
    }
}

/// A certificate for this machine that vouches for itself, made for one test.
struct TestCertificate {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID())")
    let certificate: TLSCertificate

    var path: String { folder.appending(path: "cert.pem").path() }

    init() async throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let key = folder.appending(path: "key.pem").path()
        let path = folder.appending(path: "cert.pem").path()
        let made = try await Tool.run(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", path)
        guard made.status == 0 else { throw FixtureError.unexpected("openssl: \(made.status)") }
        certificate = try TLSCertificate(certificatePath: path, keyPath: key)
    }

    func remove() {
        try? FileManager.default.removeItem(at: folder)
    }
}
