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
    var policyLine: String {
        "witness w\(server.port) \(verifierKey) http://127.0.0.1:\(server.port)"
    }

    /// A policy that asks all of `witnesses` for their cosignature.
    static func policy(ofAll witnesses: [BenchWitness]) -> String {
        let names = witnesses.map { "w\($0.server.port)" }.joined(separator: " ")
        return witnesses.map { $0.policyLine + "\n" }.joined()
            + "group all-of-them all \(names)\nquorum all-of-them\n"
    }
}
