import Checkpoints
import Encoding
import HTTPCalls
import Ledger
import LedgerClient
import LogReader
import Merkle
import Provenance
import Studio
import TestLedger
import TestPeer
import TestSupport
import Testing

/// Nothing that a ledger gives wrongly is passed on, and the error says what was wrong.
@Suite struct FalseAnswerTests {
    /// Expects that a proof is refused, and that the words name what is wrong.
    private func refused(
        _ words: String, _ log: ProvingLedger, _ name: EntryToProve, filesAlone: Bool = false,
        by trust: ProofTrust? = nil, as form: ServedForm = .receipt
    ) async {
        do {
            let leaves = try await log.prove(
                name, by: trust, filesAlone: filesAlone, as: form)
            Issue.record("it was proven: \(leaves.map(\.proof.index)); expected \(words)")
        } catch let error as ProvingError {
            let text = "\(error)"
            #expect(text.contains(words), "\(text)")
        } catch {
            Issue.record("\(error)")
        }
    }

    /// Returns bytes in which a hash of a proof is another one.
    private func changed(_ bytes: [UInt8], _ hash: [UInt8]) throws -> [UInt8] {
        var other = bytes
        let start = try #require(
            bytes.indices.first { bytes[$0...].starts(with: hash) }, "the hash is in the answer")
        // A digit of base64, too.
        other[start] = UInt8(ascii: other[start] == UInt8(ascii: "A") ? "B" : "A")
        return other
    }

    // MARK: - Receipts

    @Test func aReceiptThatIsAboutSomethingElseIsRefused() async throws {
        try await ProvingLedger.run { log in
            let entry = log.works[3]
            let path = "/entries/\(entry)"
            let own = try #require(try log.ledger.receipt(entry))
            guard case .inclusion(let proof) = try Receipt(own).proof else { return }
            let other = try #require(try log.ledger.receipt(log.works[4]))
            let wrong = "does not lead to its checkpoint"
            var unsigned = own
            unsigned[unsigned.count - 1] ^= 1
            for (bytes, words) in [
                (other, wrong), (try changed(own, proof.path[0].bytes), wrong),
                (try changed(own, proof.path[proof.path.count - 1].bytes), wrong),
                (Array(own.dropLast()), "receipt: must be"), ([], "receipt: must be"),
                (try consistency(log), "is not about an entry"), (unsigned, "trust kit"),
            ] {
                log.replaced.set(path, .whole(200, [:], bytes))
                await refused(words, log, .entry(entry))
            }
            log.replaced.set(path, .whole(204))
            await refused("notYet", log, .entry(entry))
        }
    }

    /// A receipt about two trees, in the place of one about an entry.
    private func consistency(_ log: ProvingLedger) throws -> [UInt8] {
        let receipt = try Receipt(try #require(try log.ledger.receipt(log.works[3])))
        let path = try log.ledger.consistency(from: 5, to: receipt.treeSize)
        return receipt.proving(
            try ConsistencyProof(oldSize: 5, newSize: receipt.treeSize, path: path))
    }

    @Test func aReceiptOfAnotherLedgerIsRefused() async throws {
        try await ProvingLedger.run { log in
            let stranger = try LedgerFixture()
            let other = try #require(
                try stranger.ledger.receipt(
                    TrustKit(stranger.ledger.trustKit()).genesis))
            log.replaced.set("/entries/\(log.oldKit.genesis)", .whole(200, [:], other))
            await refused(
                "does not lead to its checkpoint", log, .entry(log.oldKit.genesis))
        }
    }

    // MARK: - Lists and statements

    @Test func aListThatLiesIsRefused() async throws {
        try await ProvingLedger.run { log in
            let digest = ProvingLedger.digest(6)
            let path = "/subjects/\(digest)"
            func list(_ index: UInt64, _ entry: EntryID) -> StubServer.Answer {
                let text = "[{\"index\":\(index),\"entry\":\"\(entry)\",\"location\":\"x\"}]"
                return .whole(200, [:], Array(text.utf8))
            }
            let index = try #require(try await log.prove(.entry(log.works[6])).first).proof.index
            log.replaced.set(path, list(index + 1, log.works[7]))
            await refused("does not name the artifact", log, .artifact(digest, picked: []))
            log.replaced.set(path, list(index + 3, log.works[6]))
            await refused("by what named it", log, .artifact(digest, picked: []))
            log.replaced.set(path, .whole(200, [:], Array("[]".utf8)))
            await refused("noEntry", log, .artifact(digest, picked: []))
            log.replaced.set(path, .whole(200, [:], Array("{}".utf8)))
            await refused("ledger", log, .artifact(digest, picked: []))
        }
    }

    @Test func aStatementOfAnotherNameIsRefused() async throws {
        try await ProvingLedger.run { log in
            let other = try #require(try log.ledger.statement(log.works[2]))
            log.replaced.set("/entries/\(log.works[1])/statement", .whole(200, [:], other))
            await refused("is another one", log, .entry(log.works[1]))
        }
    }

    // MARK: - Proofs as text

    @Test func aTextThatProvesSomethingElseIsRefused() async throws {
        try await ProvingLedger.run { log in
            let entry = log.works[3]
            let path = "/entries/\(entry)/tlog-proof"
            let own = try #require(try log.ledger.tlogProof(entry))
            let proof = try TLogProof(parsing: own)
            let text = String(decoding: own, as: UTF8.self)
            let index = "index \(proof.inclusion.leafIndex)\n"
            let first = Array(Base64.encode(proof.inclusion.path[0].bytes).utf8)
            for (bytes, words) in [
                (try #require(try log.ledger.tlogProof(log.works[4])), "does not lead to the root"),
                (try changed(own, first), "does not lead to the root"),
                (Array(text.replacing(index, with: "index 2\n").utf8), "does not lead to the root"),
                (Array(text.replacing(index, with: "index 900\n").utf8), "is none"),
                (Array(text.replacing("ledger.example/prints\n", with: "x\n").utf8), "head"),
                (Array("hello".utf8), "is none"),
            ] {
                log.replaced.set(path, .whole(200, [:], bytes))
                await refused(words, log, .entry(entry), as: .tlogProof)
            }
        }
    }

    // MARK: - Growth

    @Test func growthThatIsNotShownIsRefused() async throws {
        try await ProvingLedger.run { log in
            let hashes = try log.ledger.consistency(
                from: log.oldKit.size, to: log.ledger.head().size)
            var text = hashes.map { Base64.encode($0.bytes) + "\n" }
            text[0] = Base64.encode(Hash.sha256([]).bytes) + "\n"
            log.replaced.set("/consistency", .whole(200, [:], Array(text.joined().utf8)))
            // The tiles show that the log grew: the answer is false, and the log is not.
            await refused("lead to both trees", log, .entry(log.works[0]))
            log.replaced.set("/consistency", .whole(400))
            await refused("lead to both trees", log, .entry(log.works[0]))
            // Without them nobody can say which of both it is.
            for name in ["000", "000.p/\(log.ledger.head().size)"] {
                log.replaced.set("/tile/0/\(name)", .whole(404))
            }
            await refused("notExtended", log, .entry(log.works[0]))
            log.replaced.set("/consistency", .whole(500))
            await refused("ledger", log, .entry(log.works[0]))
        }
    }

    @Test func aCheckpointThatTheLogDidNotSignIsRefused() async throws {
        try await ProvingLedger.run { log in
            let stranger = try LedgerFixture()
            for filesAlone in [false, true] {
                log.replaced.set("/checkpoint", .whole(200, [:], stranger.ledger.head().note))
                await refused("known here", log, .entry(log.works[0]), filesAlone: filesAlone)
                let note = String(decoding: log.ledger.head().note, as: UTF8.self)
                let size = "\n\(log.ledger.head().size)\n"
                log.replaced.set(
                    "/checkpoint", .whole(200, [:], Array(note.replacing(size, with: "\n9\n").utf8))
                )
                await refused("does not verify", log, .entry(log.works[0]), filesAlone: filesAlone)
                log.replaced.set("/checkpoint", .whole(200, [:], Array("hello\n".utf8)))
                await refused(
                    "is not a signed checkpoint", log, .entry(log.works[0]), filesAlone: filesAlone)
            }
        }
    }

    // MARK: - No answers

    /// Each is named as what it is, and none is an absence.
    @Test(arguments: [
        StubServer.Answer.whole(302, ["Location": "http://127.0.0.1:1/"]),
        .whole(500), .whole(503),
        .whole(200, ["Content-Type": "text/html"], Array("<html>".utf8)),
        .whole(200, [:], [UInt8](repeating: 0xD2, count: 5 << 20)),
    ])
    func whatIsNoAnswerIsNoProof(answer: StubServer.Answer) async throws {
        try await ProvingLedger.run { log in
            let entry = log.works[3]
            for path in ["", "/statement"] {
                log.replaced.set("/entries/\(entry)\(path)", answer)
                do {
                    _ = try await log.prove(.entry(entry))
                    Issue.record("it was proven")
                } catch ProvingError.ledger(let error) {
                    #expect(!"\(error)".isEmpty)
                }
                log.replaced.set("/entries/\(entry)\(path)", .whole(404))
                await refused("noEntry", log, .entry(entry))
            }
        }
    }

    // MARK: - Who must have seen it

    @Test func withoutItsQuorumAHeadProvesNothing() async throws {
        try await ProvingLedger.run { log in
            let witness = try TestWitness("witness.example")
            let kit = try log.stub.kit(askingFor: witness)
            let strict = ProofTrust.kit(kit, requiringQuorum: true)
            await refused("noQuorum", log, .entry(log.works[0]), by: strict)
            await refused("noQuorum", log, .entry(log.works[0]), filesAlone: true, by: strict)
            let lenient = ProofTrust.kit(kit, requiringQuorum: false)
            #expect(try await log.prove(.entry(log.works[0]), by: lenient).count == 1)
            try log.stub.cosign(by: witness, at: log.stub.fixture.clock.now)
            let leaf = try #require(try await log.prove(.entry(log.works[0]), by: strict).first)
            #expect(leaf.head.seenBy.map(\.witness.key) == [witness.verifierKey])
        }
    }

    /// A line in the name of a witness of the kit that does not verify makes the note false.
    @Test func aBadLineOfAKnownWitnessIsRefused() async throws {
        try await ProvingLedger.run { log in
            let witness = try TestWitness("witness.example")
            let kit = try log.stub.kit(askingFor: witness)
            try log.stub.cosign(by: witness, at: log.stub.fixture.clock.now)
            let note = String(decoding: log.ledger.head().note, as: UTF8.self)
            var lines = note.split(separator: "\n", omittingEmptySubsequences: false)
            let place = try #require(lines.firstIndex { $0.hasPrefix("— witness.example ") })
            let parts = lines[place].split(separator: " ")
            var signature = try #require(Base64.decode(Array(parts[2].utf8)))
            signature[signature.count - 1] ^= 1
            lines[place] = Substring("— witness.example \(Base64.encode(signature))")
            log.replaced.set(
                "/checkpoint", .whole(200, [:], Array(lines.joined(separator: "\n").utf8)))
            await refused(
                "badLine", log, .entry(log.works[0]),
                by: .kit(kit, requiringQuorum: false))
        }
    }
}
