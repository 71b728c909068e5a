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

    /// Its name; nil where the bytes are no COSE message.
    let id: EntryID?

    /// The bytes of the manifest beside it, where they were sent.
    let manifest: [UInt8]?

    /// The statement in it, or why it cannot be read.
    let named: Result<NamedStatement, Refusal>

    /// The entry that holds its nonce, as far as the store was asked.
    private(set) var nonceIndex: UInt64?

    private(set) var stage = Stage.open

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
            stage = .decided(.refused(error))
        }
    }

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
