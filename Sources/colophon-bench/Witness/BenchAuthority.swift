import Foundation

/// A timestamp authority that is played on the loopback, with a key of its own (ECDSA, P-256).
final class BenchAuthority {
    let server: Server

    /// Its root, in PEM.
    let certificates: String

    var url: String { "http://127.0.0.1:\(server.port)" }

    /// Starts the program in a new folder.
    init(_ program: String, in parent: URL) throws {
        let folder = parent.appending(path: "authority")
        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        certificates = folder.appending(path: "ca.pem").path()
        server = try Server(
            "/usr/bin/env", ["python3", program, folder.path()], log: folder.appending(path: "log"))
    }
}
