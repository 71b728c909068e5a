import Checkpoints
import Encoding
import Foundation
import IndexMap
import Ledger
import LedgerServer
import LedgerStore
import Merkle
import Provenance
import TestHTTP
import TestLedger
import TestSupport
import Testing

/// What is answered where heads have to meet a quorum of witnesses (http.md §14).
@Suite(.serialized) struct QuorumTests {
    private let group: WitnessGroup

    init() throws { group = try WitnessGroup() }

    /// Runs a server that requires the quorum, and waits so long for it.
    private func run(
        waiting wait: Duration, index: IndexSwitch = .asLogged,
        _ body: (TestServer) async throws -> Void
    ) async throws {
        let policy = try group.policy()
        try await TestServer.run(ledger: { options in
            options.index = index
            if index == .on { options.indexInterval = .zero }
            options.witnessPolicy = policy
            options.requiresQuorum = true
            options.quorumWait = wait
        }) { server in try await body(server) }
    }

    private func cosigners(of note: [UInt8]) throws -> [Text] {
        try SignedCheckpoint(parsing: note).cosignatures.map(\.name)
    }

    @Test func aRegistrationIsAnsweredAsSoonAsItsHeadMeetsTheQuorum() async throws {
        // Nobody waits for the end of it.
        try await run(waiting: .seconds(3600)) { server in
            let ledger = server.fixture.ledger
            let file = try server.fixture.capture("a")
            async let posted = server.post(file)
            try await eventually("it is in the log") { ledger.head().size == 4 }
            // Whoever sends it again meanwhile waits for the same head.
            async let again = server.post(file)
            try group.cosign(ledger.head(), in: ledger)
            let answers = try await [posted, again]
            #expect(answers.map(\.status) == [201, 200])
            let receipt = try Receipt(answers[0].body)
            #expect(receipt.treeSize == 4)
            #expect(try cosigners(of: #require(receipt.note)) == ["w0.example", "w1.example"])
            #expect(answers[0].body == answers[1].body)
        }
    }

    @Test func withoutTheQuorumTheAnswerIs202AndNothingSignedIsShown() async throws {
        try await run(waiting: .milliseconds(50)) { server in
            let ledger = server.fixture.ledger
            for path in ["/checkpoint", "/heads/latest", "/trust-kit"] {
                let answer = try await server.send("GET", path)
                #expect(answer.status == 503 && answer["retry-after"] != nil, "\(path)")
                #expect(answer.problem?.detail.contains("quorum two") == true, "\(path)")
            }
            let file = try server.fixture.capture("a")
            let posted = try await server.post(file)
            #expect(posted.status == 202 && posted.body.isEmpty)
            #expect(posted["retry-after"] == "1" && posted["content-type"] == nil)
            let location = try #require(posted["location"])
            #expect(location == "/prints/entries/\(try TransparentStatement(file).statement.id)")
            for part in ["", "/transparent", "/tlog-proof", "/statement", "/manifest"] {
                let answer = try await server.send("GET", location + part)
                #expect(answer.status == 204 && answer.body.isEmpty, "\(part)")
                #expect(answer["retry-after"] == "1", "\(part)")
                #expect(answer["cache-control"] == "no-store", "\(part)")
            }
            #expect(try await server.post(file).status == 202)
            #expect(try await server.send("GET", "/heads/4").status == 404)
            #expect(try await server.send("GET", "/tile/entries/000.p/4").status == 404)
            try group.cosign(ledger.head(), in: ledger)
            let receipt = try await server.send("GET", location)
            #expect(receipt.status == 200)
            #expect(try Receipt(receipt.body).treeSize == 4)
            #expect(try await server.post(file).status == 200)
            #expect(try await server.send("GET", "/checkpoint").body == ledger.head().note)
            #expect(try await server.send("GET", "/heads/4").status == 200)
            #expect(try await server.send("GET", location + "/manifest").status == 200)
        }
    }

    /// An index head is an entry, and waits for a quorum as others do.
    @Test func aProofIsGivenOnceItsIndexHeadHasMetTheQuorum() async throws {
        try await run(waiting: .milliseconds(50), index: .on) { server in
            let ledger = server.fixture.ledger
            let path = "/complete?sub=urn:example:a"
            #expect(try await server.post(try server.fixture.capture("a")).status == 202)
            try await eventually("an index head waits for the quorum") {
                try await server.send("GET", path).status == 204
            }
            let early = try await server.send("GET", path)
            #expect(early.status == 204 && early.body.isEmpty && early["retry-after"] != nil)
            // What is there is no head that anyone may see.
            #expect(try await server.send("GET", "/index").status == 404)
            try await eventually("the work is proven") {
                let answer = try await server.send("GET", path)
                guard answer.status == 200 else {
                    try group.cosign(ledger.head(), in: ledger)
                    return false
                }
                let proof = try CompleteProof(answer.body)
                let head = proof.head.head
                let receipt = try Receipt(#require(proof.head.receipts.first))
                #expect(try cosigners(of: #require(receipt.note)).count == 2)
                return try proof.proofs[0].listing(under: head.map, size: head.size).count == 1
            }
        }
    }

    @Test func theItemsOfABatchWaitTogether() async throws {
        // Three chunks; each of them alone would wait for the time of the test.
        try await run(waiting: .milliseconds(50)) { server in
            let ledger = server.fixture.ledger
            let files = try (0..<600).map { try server.fixture.capture("file-\($0)") }
            let early = try await server.post(batch: files + [[1, 2]])
            #expect(early.map(\.status) == Array(repeating: 202, count: 600) + [400])
            #expect(early.prefix(600).allSatisfy { $0.content == .null && $0.id?.count == 32 })
            try group.cosign(ledger.head(), in: ledger)
            let late = try await server.post(batch: files + [try server.fixture.capture("new")])
            #expect(late.map(\.status) == Array(repeating: 200, count: 600) + [202])
            let first = try #require(late.first)
            #expect(try Receipt(first.content.bytesValue ?? []).treeSize == 603)
        }
    }

    @Test func theItemsOfABatchAreAnsweredWhenTheirHeadMeetsTheQuorum() async throws {
        try await run(waiting: .seconds(3600)) { server in
            let ledger = server.fixture.ledger
            let files = try (0..<300).map { try server.fixture.capture("file-\($0)") }
            async let answers = server.post(batch: files)
            try await eventually("all are in the log") { ledger.head().size == 303 }
            try group.cosign(ledger.head(), in: ledger)
            #expect(try await answers.map(\.status) == Array(repeating: 201, count: 300))
        }
    }

    @Test func theCheckpointIsTheServedHeadAndTheLatestTheNewest() async throws {
        let policy = try group.policy()
        try await TestServer.run(ledger: { $0.witnessPolicy = policy }) { server in
            let ledger = server.fixture.ledger
            let location = try await server.location(of: "a")
            let first = try await server.send("GET", location)
            try group.cosign(ledger.head(), by: [0, 1, 2], in: ledger)
            let newer = try await server.location(of: "b")
            let checkpoint = try await server.send("GET", "/checkpoint")
            #expect(try SignedCheckpoint(parsing: checkpoint.body).claim.size == 4)
            #expect(try cosigners(of: checkpoint.body).count == 3)
            let latest = try await server.send("GET", "/heads/latest")
            #expect(try SignedCheckpoint(parsing: latest.body).claim.size == 5)
            // The receipt of the first has more lines now, and so another tag.
            let again = try await server.send(
                "GET", location, headers: ["If-None-Match": first["etag"] ?? ""])
            #expect(again.status == 200)
            #expect(try Receipt(again.body).treeSize == 4)
            #expect(try cosigners(of: #require(Receipt(again.body).note)).count == 3)
            let known = try await server.send(
                "GET", location, headers: ["If-None-Match": again["etag"] ?? ""])
            #expect(known.status == 304)
            #expect(try Receipt(await server.send("GET", newer).body).treeSize == 5)
            let metrics = try await server.send("GET", "/metrics")
            let text = String(decoding: metrics.body, as: UTF8.self)
            #expect(text.contains("colophon_served_size 4\n"))
        }
    }

    @Test func whileTheWitnessesAreAskedNothingIsRegistered() async throws {
        try await TestServer.run { server in
            let ledger = server.fixture.ledger
            ledger.holdSigning(.tryAgain("the witnesses are being asked"))
            let ready = try await server.send("GET", "/readyz")
            #expect(ready.status == 503 && ready["retry-after"] != nil)
            let file = try server.fixture.capture("a")
            let posted = try await server.post(file)
            #expect(posted.status == 503 && posted["retry-after"] != nil)
            #expect(posted.problem?.detail.contains("witnesses are being asked") == true)
            #expect(try await server.send("GET", "/checkpoint").status == 200)
            ledger.holdSigning(.held("witness w says 9"))
            let held = try await server.send("GET", "/readyz")
            #expect(held.status == 503 && held["retry-after"] == nil)
            #expect(held.problem?.detail.contains("witness w says 9") == true)
            ledger.releaseSigning()
            #expect(try await server.post(file).status == 201)
            #expect(try await server.send("GET", "/readyz").status == 200)
        }
    }
}
