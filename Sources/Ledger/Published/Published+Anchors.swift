import Anchoring
import Checkpoints
import Encoding
import LedgerStore
import Merkle
import Provenance

extension Published {
    /// The note of a head; nil where there is no head, or it lacks the quorum that there is.
    static func meetingQuorum(_ head: HeadRow?, _ rule: WitnessRule) -> SignedCheckpoint? {
        // A note that cannot be read is for whoever serves it to report.
        guard let head, let signed = try? head.signedCheckpoint(),
            !rule.hasQuorum || rule.isMet(by: signed, at: head.time)
        else { return nil }
        return signed
    }

    /// The head that is served, as it is dated, and from then on not pruned for as long as that
    /// takes; nil where none may be seen yet, or none has met the quorum of a new policy.
    func headToDate() throws(LedgerError) -> AnchorInput? {
        // While no head is pruned: one that was served a moment ago may be gone the next.
        let found = try store.writer.changingHeads { () throws(LedgerError) -> HeadRow? in
            guard let head = served else { return nil }
            anchors.hold(head.size)
            return head
        }
        guard let signed = Self.meetingQuorum(found, rule) else { return nil }
        let size = signed.claim.size
        let keys = registry.noteKeys.terms.filter { $0.covers(size) }.map(\.key)
        let line = signed.note.signatures.first { line in
            keys.contains { $0.name == line.name && $0.keyID == line.keyID }
        }
        guard let line else {
            throw .corrupt("the head of size \(size) has no line of the ledger's own")
        }
        do throws(NoteError) {
            let note = try SignedNote(text: signed.note.text, signatures: [line])
            return AnchorInput(checkpoint: note.encoded, size: size)
        } catch {
            throw .corrupt("the note of the head of size \(size) cannot be cut: \(error)")
        }
    }

    /// Returns once a head may be dated that is larger than `size`, or the task is cancelled.
    func headToDate(above size: UInt64) async throws {
        var seen = size
        while true {
            await headsToDate.wait(above: seen)
            try Task.checkCancellation()
            // What met the quorum of a policy may not meet that of the next one.
            let newest = headsToDate.newestSize
            if let head = try headToDate(), head.size > size { return }
            seen = newest
        }
    }

    /// Keeps evidence about a head that is published.
    ///
    /// Only while the head has its row: evidence about a head that nobody can be shown proves
    /// nothing.
    func keep(_ anchor: KeptAnchor) throws(LedgerError) {
        let row = AnchorRow(anchor)
        let store = store
        do throws(LedgerError) {
            try store.writer.changingHeads { () throws(LedgerError) in
                guard let head = try store.head(size: row.size)?.signedCheckpoint(),
                    row.isAbout(head.note)
                else {
                    throw .badRequest(
                        "the head of size \(row.size) is not the ledger's, or is not there any "
                            + "more: what \(row.url) says of it is not kept")
                }
                try store.put(row)
                anchors.wrote(row)
            }
        } catch {
            writingMayHaveFailed()
            throw error
        }
    }

    /// The evidence of a source about the largest head, in this state or in any.
    func newestAnchor(
        of source: AnchorSource, in state: KeptAnchor.State?
    ) throws(LedgerError) -> KeptAnchor? {
        try store.newestAnchors(
            of: AnchorRow.Kind(source.kind), AnchorRow.Key.source(Text(source.url)),
            in: state.map { AnchorRow.State($0) }, limit: 1, among: AnchorMemory.newestRows
        ).first.map { KeptAnchor($0) }
    }

    /// The evidence of a source that waits for more, of the largest head first.
    func pendingAnchors(of source: AnchorSource, limit: Int) throws(LedgerError) -> [KeptAnchor] {
        try store.newestAnchors(
            of: AnchorRow.Kind(source.kind), AnchorRow.Key.source(Text(source.url)),
            in: .pending, limit: limit, among: AnchorMemory.promiseRows
        ).map { KeptAnchor($0) }
    }

    // MARK: - What anyone may ask

    /// The earliest complete evidence of each source about a head that covers an entry, rising.
    func anchors(covering index: UInt64) throws(LedgerError) -> [AnchorRow] {
        let (store, size) = readable
        guard index < size else { return [] }
        var missing = try anchors.sources(in: store)
        var found: [AnchorRow] = []
        guard !missing.isEmpty else { return found }
        try store.forEachAnchor(of: (index + 1)...size, limit: AnchorMemory.coveringRows) {
            key, value throws(LedgerError) in
            let row = try Store.anchor(key, value)
            let source = AnchorMemory.Source(row.key)
            guard row.state == .complete, !found.contains(where: { source == .init($0.key) })
            else { return true }
            found.append(row)
            missing.remove(source)
            if found.count(where: { $0.kind == row.kind }) == AnchorMemory.coveringOfAKind {
                missing = missing.filter { $0.kind != row.kind }
            }
            return !missing.isEmpty
        }
        return Self.fewest(found)
    }

    /// The first of each kind, as many as a record takes.
    private static func fewest(_ rows: [AnchorRow]) -> [AnchorRow] {
        var counts: [AnchorRow.Kind: Int] = [:]
        return rows.filter { row in
            counts[row.kind, default: 0] += 1
            return counts[row.kind, default: 0] <= AnchorMemory.coveringOfAKind
        }
    }

    /// A page of all evidence about heads that anyone may see.
    func anchors(after cursor: UInt64?, limit: Int) throws(LedgerError) -> [AnchorRow] {
        let (store, size) = readable
        let start = cursor ?? 0
        guard start < size else { return [] }
        return try store.anchorPage(
            of: (start + 1)...size, limit: limit, more: AnchorMemory.rowsOfAHead)
    }
}

extension AnchorMemory.Source {
    /// Whom a row is from.
    init(_ key: AnchorRow.Key) {
        self.init(kind: key.kind, name: key.source)
    }
}
