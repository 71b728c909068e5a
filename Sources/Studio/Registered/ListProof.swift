import Checkpoints
import Encoding
import HTTPCalls
import IndexMap
import LedgerClient
import LogReader
import Manifests
import Merkle
import Provenance

/// Proves that a ledger's list of the entries about a URI leaves none out, as of its newest head
/// (milestones.md §2).
///
/// Of the first entries an index head says which are about the URI. The others are read, each
/// proven by the newest head. A log that has few entries is read as a whole where there is no index
/// head.
struct ListProof {
    private let digest: Hash
    private let ledger: FreshLedger

    /// Prepares to ask `ledger` about `uri`.
    init(of uri: Text, in ledger: FreshLedger) {
        digest = .sha256(uri.utf8)
        self.ledger = ledger
    }

    /// Holds what was listed to the log, and returns how many entries an index head covers.
    ///
    /// What came after the newest head that the kit knows is not asked for: whoever listed it shows
    /// it, and it may be on its way into the list. An entry whose place no receipt proves is looked
    /// at in the log itself.
    ///
    /// - Parameters:
    ///   - shown: the entries whose places are proven by their receipts.
    ///   - listed: all entries that the ledger lists.
    func check(
        _ shown: [PlacedEntry], listed: [ListedEntry]
    ) async throws(RegisteredError) -> UInt64 {
        let size = ledger.kit.size
        let places = Dictionary(
            shown.filter { $0.digests.contains(digest) }.map { ($0.index, $0.entry) },
            uniquingKeysWith: { first, _ in first })
        let claimed = Dictionary(
            listed.map { ($0.index, $0.entry) }, uniquingKeysWith: { first, _ in first }
        ).merging(places) { _, placed in placed }
        let before = ledger.memory[digest].flatMap { $0.head.size <= size ? $0 : nil }
        let known = before?.places ?? [:]
        if let gone = known.keys.filter({ claimed[$0] != known[$0] }).min() {
            throw .leftOut(gone)
        }
        var (covered, reason): (UInt64, String) = (0, "")
        var open: [UInt64] = []
        switch try await proof(beside: shown) {
        case .listed(let indexes, let count):
            open = indexes.filter { $0 < size && places[$0] == nil }
            covered = min(count, size)
            reason = "its index head covers \(covered) entries"
        case .none(let words): reason = words
        }
        let begin = max(covered, before?.head.size ?? 0)
        let due = size - begin + UInt64(open.count)
        guard due <= ledger.readLimit else {
            throw .notShown(reason, entries: due, limit: ledger.readLimit)
        }
        let found = try await read(
            Self.ranges(of: open) + [begin..<size], claimed,
            after: begin > covered ? before?.head : nil)
        ledger.memory[digest] = ListMemory.Entry(
            head: ledger.kit.head,
            places: known.merging(places) { $1 }.merging(found) { $1 }.filter { $0.key < size })
        return covered
    }

    // MARK: - The index

    /// What the ledger's proof of completeness shows.
    private enum Proven {
        /// The entries about the URI among the first `covered`.
        case listed([UInt64], covered: UInt64)

        /// There is none, or it does not reach far enough; the reason in words.
        case none(String)
    }

    private func proof(beside shown: [PlacedEntry]) async throws(RegisteredError) -> Proven {
        let proof: CompleteProof
        do throws(CompleteCallError) {
            let call = CompleteCall(ledger.client, entries: ledger.pageEntries)
            switch try await call.ask([.artifact(digest)]) {
            case .proof(let answer): proof = answer
            case .notYet: return .none("no head covers its newest index head yet")
            case .noIndex: return .none("it gives no proofs by an index head")
            }
        } catch {
            switch error {
            case .ledger(.unavailable(let problem)):
                return .none("it gives no proof now: \(problem)")
            case .ledger(let error): throw .ledger(error)
            case .wrong(let words): throw .falseProof("it \(words)")
            case .useless(let words): return .none("its proof \(words)")
            }
        }
        let verifier = Verifier(ledger.kit)
        let found = verifier.verify(
            complete: proof.encoded(), shown: ShownEntries(shown.map(\.indexed)),
            time: ledger.askedAt)
        if let refuted = found.findings.first(where: { $0.verdict == .refuted }) {
            // A head that the ledger has not signed and logged shows nothing of it.
            guard found.head?.level != nil else { throw .falseProof(refuted.detail) }
            throw .falseProof(refuted.detail, await leftOut(among: shown, by: proof))
        }
        let answer = found.answers.first { $0.name == .artifact(digest) }
        guard let head = found.head, let answer else {
            return .none("its proof is about something else")
        }
        guard found.holds(at: verifier.defaultLevel) else {
            let open = found.findings.first { $0.verdict != .ok }?.detail
            let level = head.level?.rawValue ?? "nothing"
            return .none(open ?? "its index head has reached \"\(level)\" only")
        }
        return .listed(answer.indexes, covered: head.size)
    }

    /// One of the entries that were shown which a proof leaves out, with what shows that; nil where
    /// the proof is false for another reason.
    private func leftOut(
        among shown: [PlacedEntry], by proof: CompleteProof
    ) async -> LeftOutEntry? {
        let (name, head) = (IndexName.artifact(digest), proof.head.head)
        guard let one = proof.proofs.first(where: { $0.name == name }),
            let listing = try? one.listing(under: head.map, size: head.size)
        else { return nil }
        let bytes = proof.encoded()
        let missing = Array(
            shown.lazy.filter { $0.index < head.size && $0.digests.contains(digest) }
                .filter { listing.answer(about: $0.index) == .notListed }
                .prefix(CompleteLimit.strays))
        for entry in missing {
            if let record = entry.record,
                let evidence = OmissionEvidence(record, leftOutOf: bytes, by: ledger.kit)
            {
                return .convicts(evidence)
            }
        }
        guard let first = missing.first else { return nil }
        let omission = Omission(
            of: first.index, under: name, by: head.id, in: ledger.kit.origin.text)
        return await LeftOutEntry(
            first.entry, omission, shownBy: bytes, asking: ledger.client, by: ledger.kit)
    }

    // MARK: - The rest

    /// Reads entries, each of which must be in `claimed` where it is about the URI, and returns
    /// those that are.
    ///
    /// An index head lists entries of which no more is known than a tag: one that is about
    /// something else is passed over (index.md §10).
    ///
    /// - Parameter known: the head below which they were read before; the log must have grown from
    ///   it.
    private func read(
        _ ranges: [Range<UInt64>], _ claimed: [UInt64: EntryID], after known: Checkpoint?
    ) async throws(RegisteredError) -> [UInt64: EntryID] {
        let isNewer = known.map { $0 != ledger.kit.head } ?? false
        guard isNewer || !ranges.allSatisfy(\.isEmpty) else { return [:] }
        let kit = ledger.kit
        let trust = LogTrust.log(
            origin: kit.origin.text, keys: kit.logTerms(of: kit.origin.text))
        var found: [UInt64: EntryID] = [:]
        do {
            let tree = try await TiledLog(LogService(ledger.client.caller), trust: trust)
                .newest(extending: kit.head)
            if let known { try await tree.requireExtends(known) }
            for range in ranges {
                try await tree.forEachEntry(in: range) { index, leaf in
                    guard try names(leaf, at: index) else { return }
                    let entry = EntryID(ofLeaf: leaf)
                    guard claimed[index] == entry else { throw RegisteredError.leftOut(index) }
                    found[index] = entry
                }
            }
        } catch let error as LogError {
            throw RegisteredError(error)
        } catch let error as RegisteredError {
            throw error
        } catch {
            preconditionFailure("entries are read with errors of these two kinds: \(error)")
        }
        return found
    }

    /// The ranges that hold `indexes`, which rise: one for each bundle of the log.
    private static func ranges(of indexes: [UInt64]) -> [Range<UInt64>] {
        let width = UInt64(TileID.width)
        var ranges: [Range<UInt64>] = []
        for index in indexes {
            if let last = ranges.last, last.lowerBound / width == index / width {
                ranges[ranges.count - 1] = last.lowerBound..<index + 1
            } else {
                ranges.append(index..<index + 1)
            }
        }
        return ranges
    }

    /// Whether an entry is about the URI.
    private func names(_ leaf: [UInt8], at index: UInt64) throws(RegisteredError) -> Bool {
        do throws(Refusal) {
            return try IndexedLabels(ofLeaf: leaf).digests.contains(digest)
        } catch {
            throw .unread(index, error)
        }
    }
}
