import Checkpoints
import Crypto
import Encoding
import Merkle
import Synchronization
import TestPeer

/// A witness of one log that does as the specification says, unless it is told otherwise.
final class FakeWitness: Sendable {
    /// What a test has it do in its place; nil for what a witness does.
    typealias Trick = @Sendable (StubServer.Request) async throws -> StubServer.Answer?

    private struct State {
        var seen: SignedCheckpoint?
        var trick: Trick?
        var asked: [UInt64] = []
        var inside = 0
        var mostInside = 0
    }

    let cosigner: Cosigner
    let time: UInt64
    private let logKey: VerifierKey
    private let state = Mutex(State())

    init(_ name: String, of log: FakeLog, time: UInt64 = TestTime.seconds) throws {
        cosigner = try Cosigner(name: Text(name), key: .ed25519(.init()))
        logKey = log.signer.verifierKey
        self.time = time
    }

    /// The head that it remembers.
    var seen: SignedCheckpoint? { state.withLock { $0.seen } }

    /// The sizes for which it was asked to cosign, in order.
    var asked: [UInt64] { state.withLock { $0.asked } }

    /// The most questions that it was being asked at once.
    var mostInside: Int { state.withLock { $0.mostInside } }

    func remember(_ head: SignedCheckpoint) { state.withLock { $0.seen = head } }

    func play(_ trick: Trick?) { state.withLock { $0.trick = trick } }

    /// Its line for a head.
    func line(_ head: SignedCheckpoint, at time: UInt64? = nil) throws -> [UInt8] {
        try cosigner.sign(head.note.text, at: time ?? self.time).line
    }

    func answer(_ request: StubServer.Request) async -> StubServer.Answer {
        let trick = state.withLock { state in
            state.inside += 1
            state.mostInside = max(state.mostInside, state.inside)
            if let asked = try? AddCheckpoint(parsing: request.body) {
                state.asked.append(asked.signed.claim.size)
            }
            return state.trick
        }
        defer { state.withLock { $0.inside -= 1 } }
        do {
            if let answer = try await trick?(request) { return answer }
            return request.method == "GET" ? shown(request) : try add(request)
        } catch {
            return .whole(500)
        }
    }

    private func shown(_ request: StubServer.Request) -> StubServer.Answer {
        let name = Hex.encode(Hash.sha256(logKey.name.utf8).bytes)
        guard request.path.hasSuffix("/\(name)/checkpoint"), let seen else { return .whole(404) }
        return .whole(200, [:], seen.encoded)
    }

    private func add(_ request: StubServer.Request) throws -> StubServer.Answer {
        guard request.path.hasSuffix("/add-checkpoint") else { return .whole(404) }
        let asked = try AddCheckpoint(parsing: request.body)
        guard logKey.verify(asked.signed.note) == .valid else { return .whole(403) }
        let claim = asked.signed.claim
        guard asked.oldSize <= claim.size else { return .whole(400) }
        return try state.withLock { state in
            let seen = state.seen?.claim
            guard asked.oldSize == seen?.size ?? 0 else {
                return .whole(
                    409, ["Content-Type": "text/x.tlog.size"],
                    Array("\(seen?.size ?? 0)\n".utf8))
            }
            if let seen, seen.size > 0 {
                let proof = try ConsistencyProof(
                    oldSize: seen.size, newSize: claim.size, path: asked.path)
                guard (try? proof.verify(old: seen.root, new: claim.root)) != nil else {
                    return .whole(422)
                }
            }
            state.seen = asked.signed
            return .whole(200, [:], try line(asked.signed))
        }
    }
}
