import Foundation
import Testing
import TestSupport

/// A folder of its own for one test, with a PoP's key in it, removed at the end.
final class Workshop: Sendable {
    static let berlin = "https://pops.example/berlin"

    private let own: TemporaryFolder

    var folder: URL { own.url }

    /// Makes the folder and the key `berlin.pem`.
    init() async throws {
        own = try TemporaryFolder("colophon")
        let made = try await colophon("keygen", "--out", "berlin.pem")
        try #require(made.status == 0, "\(made.words)")
    }

    func url(_ name: String) -> URL {
        own.url(name)
    }

    @discardableResult
    func write(_ text: String, to name: String) throws -> URL {
        try Data(text.utf8).write(to: url(name))
        return url(name)
    }

    func bytes(_ name: String) throws -> [UInt8] {
        try own.bytes(name)
    }

    func exists(_ name: String) throws -> Bool { try own.has(name) }

    func permissions(_ name: String) throws -> Int { try own.permissions(name) }

    func setPermissions(_ mode: Int, _ name: String) throws {
        try own.setPermissions(mode, name)
    }

    /// Makes a certificate for this machine: `PREFIXcert.pem` and `PREFIXkey.pem`.
    func makeCertificate(
        _ prefix: String = "", for names: [String] = ["DNS:localhost", "IP:127.0.0.1"]
    ) async throws {
        try await TestCertificate.make(in: own, prefix: prefix, for: names)
    }

    /// Runs `colophon` in this folder.
    func colophon(
        _ arguments: String..., environment: [String: String] = [:], input: String = ""
    ) async throws -> Program.Outcome {
        try await Program.run(
            "colophon", arguments, in: folder, environment: environment, input: input)
    }

    /// Runs `colophon sign` as the PoP in Berlin.
    func sign(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run(
            "colophon",
            ["sign", "--key", "berlin.pem", "--issuer", Self.berlin, "--json"] + arguments,
            in: folder)
    }

    /// The same for a work of Ana's, which says in words what is signed.
    func signInWords(
        _ arguments: [String], environment: [String: String] = [:]
    ) async throws -> Program.Outcome {
        try await Program.run(
            "colophon",
            ["sign", "--key", "berlin.pem", "--issuer", Self.berlin, "--creator", "Ana"]
                + ["--title", "Estuary"] + arguments,
            in: folder, environment: environment)
    }

    /// Signs a work with nothing special about it and returns its entry.
    @discardableResult
    func signWork(
        _ name: String, by creator: String = "Ana Example", _ more: String...
    ) async throws -> String {
        let signed = try await Program.run(
            "colophon",
            ["sign", name, "--key", "berlin.pem", "--issuer", Self.berlin]
                + ["--creator", creator, "--title", "Estuary", "--json"] + more,
            in: folder)
        try #require(signed.status == 0, "\(signed.words)")
        return try #require(signed.objects.first?["entry"] as? String)
    }

    /// Makes a spool of the PoP in Berlin: for a ledger by the kit `trust`, or for one that nobody
    /// asks.
    func makeSpool(
        _ name: String = "outbox", at ledger: String? = nil, with flags: [String] = []
    ) async throws {
        let trust = ledger == nil ? ["--without-trust"] : ["--trust", "trust"]
        let made = try await Program.run(
            "colophon",
            [
                "spool", "init", name, "--key", "berlin.pem", "--issuer", Self.berlin,
                "--ledger", ledger ?? "https://ledger.example/prints",
            ] + trust + flags, in: folder)
        try #require(made.status == 0, "\(made.words)")
    }

    /// Returns the members of a record as `show --json` prints them.
    func show(_ record: String) async throws -> [String: Any] {
        let shown = try await colophon("show", record, "--json")
        try #require(shown.status == 0, "\(shown.words)")
        return try #require(shown.objects.first)
    }

    /// Returns the predicate of a record.
    func predicate(_ record: String) async throws -> [String: Any] {
        let manifest = try await show(record)["manifest"] as? [String: Any]
        return try #require(manifest?["predicate"] as? [String: Any])
    }
}
