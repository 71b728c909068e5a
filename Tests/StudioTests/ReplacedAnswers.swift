import Encoding
import Provenance
import Synchronization
import TestLedger
import TestPeer

/// What a ledger's answer to `GET` of a path that begins so is replaced by, once it is set.
final class ReplacedAnswers: Sendable {
    private let answers = Mutex<[String: StubServer.Answer]>([:])

    func set(_ path: String, _ answer: StubServer.Answer?) {
        answers.withLock { $0[path] = answer }
    }

    @Sendable func answer(
        _ request: StubServer.Request, _ fixture: LedgerFixture
    ) async -> StubServer.Answer? {
        answers.withLock { answers in
            answers.first { request.method == "GET" && request.path.hasPrefix($0.key) }?.value
        }
    }
}

extension StubServer.Answer {
    /// The record of a statement with these receipts and anchors, as `/entries/ID/transparent`
    /// gives it.
    static func record(
        of statement: Statement, _ receipts: [[UInt8]], anchors: [CBORMap] = []
    ) throws -> StubServer.Answer {
        var file = try TransparentStatement(statement, manifest: nil)
        file.receipts = receipts
        file.anchors = anchors
        return .whole(200, [:], file.encoded())
    }
}
