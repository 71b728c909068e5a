import Encoding
import HTTPCalls
import Ledger
import LedgerClient
import LogReader
import Manifests
import Merkle
import Provenance
import Studio
import Synchronization
import TestLedger
import TestPeer
import TestSupport

/// A real ledger with some works, whose answers a test may replace, and proofs from it.
struct ProvingLedger: Sendable {
    /// What is answered in the place of the ledger's, by the whole path before its query; later
    /// pages of a list are the ledger's own.
    final class Replaced: Sendable {
        private let answers = Mutex<[String: StubServer.Answer]>([:])

        func set(_ path: String, _ answer: StubServer.Answer) {
            answers.withLock { $0[path] = answer }
        }

        func answer(to request: StubServer.Request) -> StubServer.Answer? {
            guard !request.path.contains("after=") else { return nil }
            let path = String(request.path.prefix { $0 != "?" })
            return answers.withLock { $0[path] }
        }
    }

    let stub: StubLedger
    let replaced: Replaced

    /// The entries of `work 0`, `work 1` and so on.
    let works: [EntryID]

    /// The kit of a moment before half of the works were registered.
    let oldKit: TrustKit

    /// Its files.
    let oldFiles: TrustKit.Files

    var ledger: Ledger { stub.fixture.ledger }

    /// Runs `body` with a ledger of this many works.
    static func run(
        works count: Int = 20, _ body: (ProvingLedger) async throws -> Void
    ) async throws {
        let replaced = Replaced()
        try await StubLedger.run { request, fixture in
            if let answer = replaced.answer(to: request) { return answer }
            if let answer = tlogProof(request, fixture.ledger) { return answer }
            return ListedLedger.answer(request, fixture.ledger)
        } _: { stub in
            var works: [EntryID] = []
            var files: TrustKit.Files?
            for number in 0..<count {
                if number == count / 2 { files = try stub.fixture.ledger.trustKit() }
                let bytes = try stub.fixture.capture("work \(number)")
                _ = try await stub.fixture.register(bytes)
                works.append(try TransparentStatement(bytes).statement.id)
            }
            let old = try found(files, "a kit")
            try await body(
                ProvingLedger(
                    stub: stub, replaced: replaced, works: works, oldKit: try TrustKit(old),
                    oldFiles: old))
        }
    }

    private static func tlogProof(
        _ request: StubServer.Request, _ ledger: Ledger
    ) -> StubServer.Answer? {
        guard request.path.hasSuffix("/tlog-proof") else { return nil }
        let name = request.path.dropFirst("/entries/".count).dropLast("/tlog-proof".count)
        guard let entry = EntryID(Text(String(name))), let proof = try? ledger.tlogProof(entry)
        else { return .whole(404) }
        return .whole(200, [:], proof)
    }

    /// Runs `body` with the log as a client finds it, by the old kit unless another trust is named.
    func with<Value: Sendable>(
        by trust: ProofTrust? = nil, filesAlone: Bool = false,
        _ body: (ProvenLog) async throws -> Value
    ) async throws -> Value {
        try await stub.with { client in
            let log = try await ProvenLog(
                LogService(client.caller), by: trust ?? .kit(oldKit, requiringQuorum: true),
                asking: filesAlone ? nil : client)
            return try await body(log)
        }
    }

    /// Runs `body` with the log by the old kit, which is followed where it is too old.
    func following<Value: Sendable>(
        filesAlone: Bool, _ walk: EntryWalk = EntryWalk(),
        _ body: (ProvenLog) async throws(ProvingError) -> Value
    ) async throws -> Value {
        try await stub.with { client in
            try await ProvingPlace(
                LogService(client.caller), by: .kit(oldKit, requiringQuorum: true), of: oldFiles,
                asking: filesAlone ? nil : client
            ).with(walk, body)
        }
    }

    func prove(
        _ entry: EntryToProve, by trust: ProofTrust? = nil, filesAlone: Bool = false,
        as form: ServedForm = .receipt, _ walk: EntryWalk = EntryWalk()
    ) async throws -> [ProvenLeaf] {
        try await with(by: trust, filesAlone: filesAlone) { log in
            try await log.prove(entry, as: form, walk)
        }
    }

    /// The digest of a work.
    static func digest(_ number: Int) -> Hash { .sha256(Array("work \(number)".utf8)) }

    /// Says whether a proof leads from the ledger's own leaf to the ledger's own root.
    func holds(_ leaf: ProvenLeaf, _ entry: EntryID) throws -> Bool {
        let bytes = try found(try ledger.statement(entry), "a leaf")
        let head = try found(try ledger.head(size: leaf.proof.inclusion.treeSize), "a head")
        return leaf.statement?.id == entry
            && leaf.proof.inclusion.root(from: .leaf(bytes)) == head.root
    }
}
