import Checkpoints
import Encoding
import Foundation
import Merkle
import TestHTTP
import TestSupport
import TestWitness
import Testing
import WitnessServer
import Witnessing

/// A witness as its clients see it (C2SP tlog-witness).
@Suite(.serialized) struct WitnessServerTests {
    private let log: WatchedLog

    init() throws { log = try WatchedLog("log.example/one") }

    private func place(_ log: WatchedLog) -> String {
        "/\(Hash.sha256(log.origin.utf8))/checkpoint"
    }

    @Test func aCheckpointIsCosignedAndShown() async throws {
        try await RunningWitness.run(log.line) { witness in
            let answer = try await witness.ask(log.request(from: 0, to: 5))
            #expect(answer.status == 200)
            let line = try NoteSignature(parsing: answer.body.dropLast()[...])
            let head = try log.checkpoint(5)
            let verdict = witness.witness.verifierKey.verify(line, over: head.note.text)
            #expect(verdict == .cosigned(time: 1_800_000_000))
            let shown = try await witness.send("GET", place(log))
            #expect(shown.status == 200)
            let cosigned = try head.note.adding([line])
            #expect(shown.body == cosigned.encoded)
            #expect(shown["content-type"] == "text/plain; charset=utf-8")
        }
    }

    @Test func nothingIsShownOfALogThatWasNotCosigned() async throws {
        try await RunningWitness.run(log.line) { witness in
            for path in [place(log), "/00/checkpoint", "/checkpoint", "\(place(log))/"] {
                let answer = try await witness.send("GET", path)
                #expect(answer.status == 404)
            }
        }
    }

    @Test func aStaleRequestIsAnsweredWithTheSize() async throws {
        try await RunningWitness.run(log.line) { witness in
            _ = try await witness.ask(log.request(from: 0, to: 13))
            let answer = try await witness.ask(log.request(from: 5, to: 21))
            #expect(answer.status == 409)
            #expect(answer.text == "13\n")
            #expect(answer["content-type"] == "text/x.tlog.size")
            let next = try await witness.ask(log.request(from: 13, to: 21))
            #expect(next.status == 200)
        }
    }

    @Test func eachStatusOfTheProtocolIsGiven() async throws {
        try await RunningWitness.run(log.line) { witness in
            let stranger = try WatchedLog("log.example/two", seed: 2)
            _ = try await witness.ask(log.request(from: 0, to: 8))
            let forged = AddCheckpoint(
                oldSize: 8, path: log.proof(from: 8, to: 9), signed: try log.spoiled(9)
            ).encoded
            let empty = "old 0\n\n\(log.origin)\n0\n\(Base64.encode(Hash.zero.bytes))\n\n"
            let table: [([UInt8], Int)] = [
                (Array("old 8\n".utf8), 400),
                (try log.request(from: 9, to: 8), 400),
                (try stranger.request(from: 0, to: 8), 404),
                (forged, 403),
                (try log.request(from: 0, to: 8), 409),
                (try log.forked(at: 2).request(from: 8, to: 8), 422),
                (try log.forked(at: 2).request(from: 8, to: 9), 422),
                (Array(empty.utf8) + (try log.signer.sign([1])).line, 422),
                ([UInt8](repeating: 0x61, count: AddCheckpoint.maximumByteCount + 1), 413),
            ]
            for (index, (body, status)) in table.enumerated() {
                #expect(try await witness.ask(body).status == status, "row \(index)")
            }
            #expect(try await witness.send("GET", "/add-checkpoint").status == 405)
        }
    }

    /// The rate of one log is its own, and only what makes it grow counts: nobody uses it up with
    /// heads that it has signed before.
    @Test func aLogOverItsRateWaitsAlone() async throws {
        let other = try WatchedLog("log.example/two", seed: 2)
        var limits = WitnessLimits()
        (limits.logRate, limits.logBurst) = (1, 2)
        try await RunningWitness.run(log.line + other.line, limits: limits) { witness in
            let forged = AddCheckpoint(oldSize: 0, path: [], signed: try log.spoiled(3)).encoded
            for _ in 0..<3 { #expect(try await witness.ask(forged).status == 403) }
            for size: UInt64 in [3, 4] {
                let body = try log.request(from: size == 3 ? 0 : 3, to: size)
                #expect(try await witness.ask(body).status == 200)
                for _ in 0..<3 {
                    #expect(try await witness.ask(log.request(from: 0, to: 3)).status == 409)
                }
                #expect(try await witness.ask(log.request(from: size, to: size)).status == 200)
            }
            let answer = try await witness.ask(log.request(from: 4, to: 5))
            #expect(answer.status == 429)
            #expect(answer["retry-after"] == "1")
            let others = try await witness.ask(other.request(from: 0, to: 3))
            #expect(others.status == 200)
        }
    }

    // MARK: - Split views

    private static let proofs = MisbehaviourFolder.name

    /// Another tree of the size that was cosigned, and a larger one whose own proof says that it is
    /// another tree's: each leaves a file that convicts the log.
    @Test(arguments: [7, 9] as [UInt64])
    func aSplitViewLeavesAProof(size: UInt64) async throws {
        try await RunningWitness.run(log.line) { witness in
            _ = try await witness.ask(log.request(from: 0, to: 7))
            let fork = log.forked(at: 3)
            let answer = try await witness.ask(fork.request(from: 7, to: size))
            #expect(answer.status == 422)
            let folder = witness.folder
            let names = try FileManager.default.contentsOfDirectory(
                atPath: folder.path(Self.proofs))
            let name = try #require(names.first)
            let proof = try MisbehaviourProof(parsing: folder.bytes("\(Self.proofs)/\(name)"))
            let conviction = try proof.convict(by: [.init(key: log.key)])
            #expect(conviction.origin == log.origin)
            #expect(conviction.newer.checkpoint.size == size)
        }
    }

    /// A log that is run twice shows heads that are smaller than the newest: they are refused as
    /// stale, and convict all the same.
    @Test(arguments: [(0, 5), (5, 6), (5, 9), (5, 20)] as [(UInt64, UInt64)])
    func aSmallerHeadOfAnotherTreeLeavesAProof(old: UInt64, size: UInt64) async throws {
        try await RunningWitness.run(log.line) { witness in
            for (old, size) in [(0, 5), (5, 9), (9, 12)] as [(UInt64, UInt64)] {
                #expect(try await witness.ask(log.request(from: old, to: size)).status == 200)
            }
            // An older head of the same tree convicts nobody.
            #expect(try await witness.ask(log.request(from: 5, to: 9)).status == 409)
            #expect(!(try witness.folder.has(Self.proofs)))
            let fork = log.forked(at: 3)
            #expect(try await witness.ask(fork.request(from: old, to: size)).status == 409)
            let name = try #require(
                try FileManager.default.contentsOfDirectory(
                    atPath: witness.folder.path(Self.proofs)
                ).first)
            let proof = try MisbehaviourProof(
                parsing: witness.folder.bytes("\(Self.proofs)/\(name)"))
            let conviction = try proof.convict(by: [.init(key: log.key)])
            #expect(conviction.newer.checkpoint.size == size)
        }
    }

    /// A bad proof convicts nobody, and neither does what the log has not signed.
    @Test func whatConvictsNobodyIsNotKept() async throws {
        try await RunningWitness.run(log.line) { witness in
            _ = try await witness.ask(log.request(from: 0, to: 7))
            let invented = AddCheckpoint(
                oldSize: 7, path: log.forked(at: 3).proof(from: 7, to: 9),
                signed: try log.checkpoint(9)
            ).encoded
            #expect(try await witness.ask(invented).status == 422)
            let stranger = try WatchedLog(log.origin, seed: 2).forked(at: 3)
            #expect(try await witness.ask(stranger.request(from: 7, to: 7)).status == 403)
            #expect(!(try witness.folder.has(Self.proofs)))
        }
    }

    /// A log that signs one tree after the other fills no disk.
    @Test func theProofsOfOneLogAreFew() async throws {
        try await RunningWitness.run(log.line) { witness in
            _ = try await witness.ask(log.request(from: 0, to: 7))
            for size in 7...30 as ClosedRange<UInt64> {
                let fork = log.forked(at: 3)
                _ = try await witness.ask(fork.request(from: 7, to: size))
            }
            let names = try FileManager.default.contentsOfDirectory(
                atPath: witness.folder.path(Self.proofs))
            #expect(names.count == 8)
        }
    }

    @Test func anOperatorSeesThatItWorks() async throws {
        try await RunningWitness.run(log.line) { witness in
            #expect(try await witness.send("GET", "/healthz").text == "ok\n")
            #expect(try await witness.send("GET", "/readyz").text == "ready\n")
            let front = try await witness.send("GET", "/")
            #expect(front.text == "\(witness.witness.verifierKey)\n")
            let text = try await witness.send("GET", "/metrics").text
            let numbers = try Exposition(text)
            #expect(numbers.samples["colophon_witness_logs"] == 1)
            #expect(numbers.samples["colophon_ready"] == 1)
        }
    }
}
