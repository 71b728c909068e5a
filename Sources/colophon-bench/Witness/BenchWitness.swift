import Checkpoints
import Encoding
import Foundation
import Keys
import Processes

/// A real `colophon witness` with a folder and a key of its own.
final class BenchWitness {
    let server: Server

    /// Its key, as policies name it.
    let verifierKey: VerifierKey

    /// Starts a witness of `logs`, given as the lines of its file.
    init(_ name: String, logs: [VerifierKey], in parent: URL) throws {
        let folder = parent.appending(path: name)
        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        func path(_ name: String) -> String { folder.appending(path: name).path() }
        try Child.run(Child.sibling("colophon"), ["keygen", "--out", path("witness.pem")])
        let key = try KeyFile.read(privateKeyAt: path("witness.pem")).key
        verifierKey = try Cosigner(name: Text("bench.example/\(name)"), key: key).verifierKey
        let lines = logs.map { "log \($0)\n" }.joined()
        try Data(lines.utf8).write(to: folder.appending(path: "logs"))
        server = try Server(
            Child.sibling("colophon"),
            [
                "witness", "--data", path("data"), "--key", path("witness.pem"), "--name",
                "bench.example/\(name)", "--logs", path("logs"), "--listen", "127.0.0.1:0",
            ],
            // Each of the bench's logs asks for more than one is granted by itself.
            environment: ["COLOPHON_WITNESS_LOG_RATE": "0"],
            log: folder.appending(path: "log"))
    }

    /// The line of a policy by which a ledger asks it.
    private var policyLine: String {
        "witness w\(server.port) \(verifierKey) http://127.0.0.1:\(server.port)"
    }

    /// Starts so many witnesses of a ledger.
    static func several(
        _ count: Int, of ledger: BenchLedger, in folder: URL
    ) throws -> [BenchWitness] {
        let key = try ledger.noteKey()
        return try (1...count).map { try BenchWitness("witness-\($0)", logs: [key], in: folder) }
    }

    /// Writes a policy that asks all of `witnesses` for their cosignature; returns its path.
    static func writePolicy(ofAll witnesses: [BenchWitness], in folder: URL) throws -> String {
        let names = witnesses.map { "w\($0.server.port)" }.joined(separator: " ")
        let text =
            witnesses.map { $0.policyLine + "\n" }.joined()
            + "group all-of-them all \(names)\nquorum all-of-them\n"
        let file = folder.appending(path: "policy")
        try Data(text.utf8).write(to: file)
        return file.path()
    }
}
