import Foundation
import HTTPCalls
import Processes
import Provenance
import Studio

/// One ledger on disk with the keys of its administrator and of one PoP, and its servers.
struct House: Sendable {
    static let origin = "ordeal.example/ledger"

    /// Where this run keeps what is not the ledger's: keys, logs, the trust kit.
    let desk: URL

    /// The ledger's folder; keys and high-water file lie beside it.
    let data: String

    /// Variables of every program that touches the ledger.
    var environment: [String: String] = [:]

    private var log: URL { desk.appending(path: "serve.log") }

    private func key(_ name: String) -> String { desk.appending(path: "keys/\(name)").path() }

    var popKey: URL { desk.appending(path: "keys/pop.pem") }

    /// Makes the keys of administrator and PoP.
    func makeKeys() throws {
        try FileManager.default.createDirectory(
            at: desk.appending(path: "keys"), withIntermediateDirectories: true)
        for name in ["admin.pem", "pop.pem"] {
            try Child.run(Child.sibling("colophon"), ["keygen", "--out", key(name)])
        }
    }

    /// Makes the ledger.
    func initialize() throws {
        try Child.run(
            Child.sibling("colophond"),
            ["init", "--data", data, "--origin", Self.origin, "--admin", key("admin.pub.pem")],
            environment: environment)
    }

    /// Adds the PoP's key at a running ledger.
    func addKey(at url: ServiceURL) throws {
        try Child.run(
            Child.sibling("colophon"),
            [
                "key", "add", "--admin", key("admin.pem"), "--key", key("pop.pub.pem"),
                "--issuer", PoP.issuer, "--not-before", "2020-01-01T00:00:00Z",
                "--ledger", "\(url)", "--origin", Self.origin,
            ],
            // The memory of the ledgers that the key signs for: not in the home of the caller.
            environment: ["HOME": desk.path()])
    }

    /// Serves the ledger on a free port; `wrapper` is a program that runs `program`.
    func serve(wrapper: [String] = [], by program: ServingProgram = .product) throws -> Server {
        try Server(
            wrapper + program.command(data: data), environment: environment, log: log)
    }

    /// Serves the ledger, which must work.
    func serveWell(
        by program: ServingProgram = .product
    ) async throws -> (Server, ServiceURL) {
        let server = try serve(by: program)
        guard let url = try await server.address() else {
            throw OrdealError.broken("the ledger does not start: \(server.lastLine)")
        }
        return (server, url)
    }

    /// Fetches the trust kit of a running ledger.
    func verifier() throws -> Verifier {
        let kit = desk.appending(path: "trust")
        try? FileManager.default.removeItem(at: kit)
        try Child.run(
            Child.sibling("colophond"), ["trust-kit", "--data", data, "--out", kit.path()],
            environment: environment)
        return Verifier(try NamedKit.kit(kit.path()))
    }

    /// Runs `colophond fsck` on the folder, which nobody serves; it must find nothing.
    func checkFolder() throws {
        // A program without this command has nothing to say about the folder.
        let help = try Child.run(Child.sibling("colophond"), ["--help"])
        guard help.contains("  fsck  ") else { return }
        let outcome = try Child.outcome(
            Child.sibling("colophond"), ["fsck", "--data", data],
            environment: environment)
        guard outcome.end == .exit(0) else {
            throw OrdealError.broken("fsck ended badly, \(outcome.end): \(outcome.words)")
        }
    }

    /// Makes keys and ledger, adds the PoP, and returns what the run needs to go on.
    func found() async throws -> (pop: PoP, verifier: Verifier) {
        try makeKeys()
        try initialize()
        let (server, url) = try await serveWell()
        try addKey(at: url)
        let verifier = try verifier()
        guard await server.stop() == .exit(0) else {
            throw OrdealError.broken("the ledger does not stop cleanly: \(server.lastLine)")
        }
        return (try PoP(keyFile: popKey), verifier)
    }
}
