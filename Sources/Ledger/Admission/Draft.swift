import LedgerStore
import Manifests
import Provenance

/// One statement on its way from its arrival to its answer.
struct Draft: Sendable {
    /// How far it has come.
    enum Stage: Sendable {
        /// Nobody has judged it.
        case open

        /// It is judged, and the sequencer is to decide about it.
        case candidate(Candidate)

        /// Its answer is decided.
        case decided(Outcome)
    }

    private let sent: SentStatement

    /// The entry that holds its nonce, as far as the store was asked.
    private(set) var nonceIndex: UInt64?

    private(set) var stage = Stage.open

    init(_ bytes: [UInt8]) {
        sent = SentStatement(bytes)
        if sent.id == nil, case .failure(let refusal) = sent.named {
            stage = .decided(.refused(refusal))
        }
    }

    /// Its name; nil where the bytes are no COSE message.
    var id: EntryID? { sent.id }

    /// The bytes of the manifest beside it, where they were sent.
    var manifest: [UInt8]? { sent.manifest }

    /// The statement in it, or why it cannot be read.
    var named: Result<NamedStatement, Refusal> { sent.named }

    /// What the sequencer is to decide about; nil before it is judged and after it is decided.
    var candidate: Candidate? {
        if case .candidate(let candidate) = stage { candidate } else { nil }
    }

    /// What was decided about it; nil as long as nothing is.
    var outcome: Outcome? {
        if case .decided(let outcome) = stage { outcome } else { nil }
    }

    /// Takes what the store has under its names: a statement that is stored is decided about.
    mutating func found(_ stored: StoredNames) {
        nonceIndex = stored.nonceIndex
        if let index = stored.index, outcome == nil { stage = .decided(.known(index)) }
    }

    /// Has the sequencer decide about it.
    mutating func propose(_ candidate: Candidate) {
        stage = .candidate(candidate)
    }

    /// Decides about it.
    mutating func decide(_ outcome: Outcome) {
        stage = .decided(outcome)
    }
}

/// What was sent, as far as it could be read.
///
/// It never changes and passes from array to array until it is answered, so it is one reference.
private final class SentStatement: Sendable {
    let id: EntryID?
    let manifest: [UInt8]?
    let named: Result<NamedStatement, Refusal>

    init(_ bytes: [UInt8]) {
        do throws(Refusal) {
            let submission = try Submission(bytes)
            id = submission.id
            manifest = submission.manifest
            named = Result { () throws(Refusal) in NamedStatement(try submission.statement()) }
        } catch {
            id = nil
            manifest = nil
            named = .failure(error)
        }
    }
}
