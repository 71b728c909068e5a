package import Checkpoints
package import Merkle

/// The log whose heads authorities and calendars shall date: what anchoring asks of it, and gives
/// to it.
///
/// All calls may come from any task, and take no longer than a few reads of a disk.
package protocol AnchoredLog: Sendable {
    /// The log's name.
    var origin: Origin { get }

    /// The newest head that may be dated, as it is dated (``AnchorInput``): the newest that meets
    /// the quorum of the log's witnesses where it has one; nil while there is none.
    func newestHeadToDate() throws -> AnchorInput?

    /// Returns once a head may be dated that is larger than `size`, or throws where the task is
    /// cancelled.
    func headToDate(above size: UInt64) async throws

    /// The evidence of a source about the largest head, of what is in `state`, or in any where that
    /// is nil; nil where there is none.
    func newestAnchor(
        of source: AnchorSource, in state: KeptAnchor.State?
    ) throws -> KeptAnchor?

    /// The evidence of a source that is pending, of the largest head first, at most `limit`.
    ///
    /// Asked once for each calendar, when the conductor begins: it may look at every row.
    func pendingAnchors(of source: AnchorSource, limit: Int) throws -> [KeptAnchor]

    /// The evidence of a kind about the head of a size, of every source.
    func anchors(ofSize size: UInt64, _ kind: AnchorKind) throws -> [KeptAnchor]

    /// Keeps evidence durably, in place of what the same source gave about the same head; everyone
    /// who asks sees it from then on.
    func keep(_ anchor: KeptAnchor) throws
}

/// What is dated: the text of a head, an empty line and the log's own signature line, of type 0x01
/// (record.md §5).
///
/// It covers the log's signature, so a key that is stolen later cannot date a head back, and it
/// stays the same when cosignatures arrive.
package struct AnchorInput: Hashable, Sendable {
    /// The exact bytes.
    package let checkpoint: [UInt8]

    /// The size of the head.
    package let size: UInt64

    /// What evidence must be about: SHA-256 of ``checkpoint``.
    package let digest: Hash

    /// Takes the checkpoint of a head of `size`.
    package init(checkpoint: [UInt8], size: UInt64) {
        self.checkpoint = checkpoint
        self.size = size
        digest = .sha256(checkpoint)
    }
}

/// The two kinds of evidence.
package enum AnchorKind: Hashable, Sendable, CaseIterable {
    /// An RFC 3161 token of an authority.
    case timestamp

    /// A proof of an OpenTimestamps calendar.
    case openTimestamps
}

/// Whom evidence is from: an authority or a calendar by its URL.
package struct AnchorSource: Hashable, Sendable {
    /// The kind of evidence that it gives.
    package let kind: AnchorKind

    /// Its URL, as ``HTTPCalls/ServiceURL`` spells it: without a slash at its end.
    package let url: String

    /// Names a source.
    package init(_ kind: AnchorKind, url: String) {
        self.kind = kind
        self.url = url
    }
}

/// Evidence that a head existed, as a log keeps it.
package struct KeptAnchor: Hashable, Sendable {
    /// How far it is.
    package enum State: Hashable, Sendable {
        /// A calendar has promised; there is no block yet.
        case pending

        /// It needs nobody any more to be checked.
        case complete

        /// A calendar never kept its promise; another proof took its place.
        case abandoned
    }

    /// Whom it is from.
    package let source: AnchorSource

    /// What is dated.
    package let input: AnchorInput

    /// How far it is.
    package var state: State

    /// When it was asked for, POSIX seconds of the log's clock.
    package let askedAt: UInt64

    /// The time that it gives: of a token its own, of a proof that is complete when it became so by
    /// the log's clock, of one that is pending when it was asked for.
    package var time: UInt64

    /// A DER TimeStampToken with its chain, or a detached `.ots` file.
    package var evidence: [UInt8]

    /// Takes the parts.
    package init(
        of source: AnchorSource, about input: AnchorInput, state: State, askedAt: UInt64,
        time: UInt64, evidence: [UInt8]
    ) {
        self.source = source
        self.input = input
        self.state = state
        self.askedAt = askedAt
        self.time = time
        self.evidence = evidence
    }
}
