import Checkpoints
import Encoding
import Files
import Merkle
import TestSupport
import TestWitness
import Testing
import Witnessing

/// What a witness grants and refuses (C2SP tlog-witness, "add-checkpoint").
@Suite struct WitnessRuleTests {
    private let desk: WitnessDesk
    private let log: WatchedLog

    init() throws {
        log = try WatchedLog("log.example/one")
        desk = try WitnessDesk(log.line)
    }

    @Test func aLogThatGrowsIsCosigned() async throws {
        for (old, size) in [(0, 5), (5, 5), (5, 8), (8, 13)] as [(UInt64, UInt64)] {
            let head = try await desk.ask(log.request(from: old, to: size)).get()
            let line = try desk.witness.cosignature(of: head)
            let verdict = desk.witness.verifierKey.verify(
                line, over: try log.checkpoint(size).note.text)
            #expect(verdict == .cosigned(time: desk.time))
        }
    }

    @Test func anEmptyTreeIsCosignedAndGrows() async throws {
        for (old, size) in [(0, 0), (0, 0), (0, 3)] as [(UInt64, UInt64)] {
            #expect(try await desk.ask(log.request(from: old, to: size)).get().size == size)
        }
    }

    /// A table of requests after sizes 0 and 8 were cosigned, and what each of them gets.
    @Test func eachMistakeHasItsRefusal() async throws {
        _ = try await desk.ask(log.request(from: 0, to: 8)).get()
        let (fork, stranger) = (log.forked(at: 4), try WatchedLog("log.example/two", seed: 2))
        let head = try log.checkpoint(8)
        let proof = log.proof(from: 8, to: 11)
        func request(_ old: UInt64, _ path: [Hash], _ signed: SignedCheckpoint) -> [UInt8] {
            AddCheckpoint(oldSize: old, path: path, signed: signed).encoded
        }
        let table: [([UInt8], WitnessRefusal)] = [
            ([], .malformed(.malformedOldSize)),
            (
                try log.request(from: 8, to: 11).dropLast(),
                .malformed(.checkpoint(.note(.unterminated)))
            ),
            (request(9, [], head), .oldSizeAbove(9, size: 8)),
            (try stranger.request(from: 0, to: 8), .unknownLog(stranger.origin)),
            (request(8, proof, try log.signed(by: stranger, 11)), .notSigned),
            (request(8, proof, try log.spoiled(11)), .badSignature(log.key)),
            (try log.request(from: 0, to: 11), .stale(latest: 8)),
            (try log.request(from: 5, to: 5), .stale(latest: 8)),
            (try log.request(from: 7, to: 8), .stale(latest: 8)),
            (request(8, [], try fork.checkpoint(8)), .inconsistent(.otherRoot)),
            (request(8, [.zero], head), .inconsistent(.needlessProof)),
            (request(8, [], try log.checkpoint(11)), .inconsistent(.badProof)),
            (request(8, proof + [.zero], try log.checkpoint(11)), .inconsistent(.badProof)),
            (try fork.request(from: 8, to: 11), .inconsistent(.badProof)),
        ]
        for (index, (body, refusal)) in table.enumerated() {
            #expect(await desk.ask(body) == .failure(refusal), "row \(index)")
        }
        // None of them changed anything.
        #expect(try await desk.ask(log.request(from: 8, to: 11)).get().size == 11)
    }

    @Test func aProofFromNothingIsRefused() async throws {
        let body = AddCheckpoint(oldSize: 0, path: [.zero], signed: try log.checkpoint(3)).encoded
        #expect(await desk.ask(body) == .failure(.inconsistent(.needlessProof)))
    }

    /// Two keys while the log changes its own: either signs, and a bad line of either spoils.
    @Test func eachKeyOfALogSignsForIt() async throws {
        let next = try WatchedLog(log.origin, seed: 9)
        desk.witness.replace(try KnownLogs(parsing: Array((log.line + next.line).utf8)))
        _ = try await desk.ask(log.request(from: 0, to: 4)).get()
        _ = try await desk.ask(next.request(from: 4, to: 6)).get()
        let both = try log.signed(by: next, 7)
        let spoiled = AddCheckpoint(
            oldSize: 6, path: log.proof(from: 6, to: 7),
            signed: try both.adding(log.spoiled(7))
        ).encoded
        #expect(await desk.ask(spoiled) == .failure(.badSignature(log.key)))
    }

    /// A clock that goes back makes no cosignature look older than the one before.
    @Test func timesNeverGoBack() async throws {
        _ = try await desk.ask(log.request(from: 0, to: 4)).get()
        let first = desk.time
        desk.time = 0
        #expect(try await desk.ask(log.request(from: 4, to: 6)).get().time == first)
        let again = try desk.reopened()
        #expect(try await again.ask(log.request(from: 6, to: 7)).get().time == first)
    }

    /// A clock that stands at 0 would claim no time at all.
    @Test func noTimeIsZero() async throws {
        desk.time = 0
        #expect(try await desk.ask(log.request(from: 0, to: 4)).get().time == 1)
    }
}
