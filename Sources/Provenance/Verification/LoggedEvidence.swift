import Checkpoints
import Encoding
import IndexMap
import Merkle

/// What some files hold that the kit's ledger is shown to have logged.
struct LoggedEvidence {
    /// An index head that the ledger's key has signed, with the place at which it is logged.
    struct Head {
        let head: IndexHead
        let index: UInt64

        /// The doubt about all receipts that place it there.
        let doubt: KeyDoubt?

        var named: IndexConviction.Head {
            IndexConviction.Head(entry: head.id, index: index, size: head.size)
        }
    }

    /// What is listed of a name under a logged head.
    private struct Listed {
        let head: Head
        let name: IndexName
        let listing: IndexListing

        /// Whether the name has a list of its own, which shows its whole key.
        let isList: Bool
    }

    /// An entry with the place at which it is logged.
    private struct Entry {
        let index: UInt64
        let doubt: KeyDoubt?
        let type: Text?

        /// Its keys; none where it is of a type that is not read here.
        let keys: Set<IndexKey>
    }

    /// What contradicts what.
    struct Contradiction {
        let kind: IndexConviction.Kind
        let heads: [IndexConviction.Head]

        /// The first tree size at which a thief may have signed what this rests on; nil where the
        /// ledger says that of none of it.
        let suspectFrom: UInt64?
    }

    /// The heads, each once.
    private(set) var heads: [Head] = []

    /// Why a head does not count.
    private(set) var reason: String?

    /// Why a proof that a record carries was passed over; nil where all can be read.
    let unread: String?

    private let verifier: Verifier
    private var reader: HeadReader
    private var believed: BelievedHeads
    private var listed: [Listed] = []
    private var entries: [Entry] = []

    /// Looks at what the ledger of a verifier's kit has logged of what some files hold.
    ///
    /// Everything is taken together: a head may have its receipt in one file, and be named by a
    /// proof in another.
    init(of files: [IndexEvidence], by verifier: Verifier) {
        self.verifier = verifier
        reader = HeadReader(verifier.kit)
        believed = BelievedHeads(verifier.kit.head)
        unread = files.compactMap(\.unread).first.map {
            "a proof that a record carries cannot be read: \($0)"
        }
        for file in files {
            for head in file.heads { take(head) }
        }
        for file in files {
            for proof in file.proofs { take(proof) }
            if let entry = file.entry { take(entry) }
        }
    }

    /// Takes a head where the ledger's key has signed it, and a receipt places it in the log.
    private mutating func take(_ whole: TransparentIndexHead) {
        guard !heads.contains(where: { $0.head == whole.head }) else { return }
        let standing = IndexHeadStanding(
            of: whole, believing: believed, at: nil, by: verifier, &reader)
        believed = standing.believed
        let isSigned = standing.findings.contains { $0.check == .signature && $0.verdict == .ok }
        guard isSigned, let index = standing.index else {
            let open = standing.findings.first {
                [.signature, .issuer, .receipt].contains($0.check) && !$0.verdict.holds
            }
            reason = reason ?? open?.words
            return
        }
        heads.append(Head(head: standing.head, index: index, doubt: standing.doubt))
    }

    /// Takes what a proof lists under a head that counts.
    ///
    /// One that does not lead to the head's map lists nothing, and anybody can have made it.
    private mutating func take(_ proof: CompleteProof) {
        guard let head = heads.first(where: { $0.head == proof.head.head }) else { return }
        for one in proof.proofs {
            guard let listing = try? one.listing(under: head.head.map, size: head.head.size)
            else { continue }
            var isList = false
            if case .list(let key, _, _) = one.end { isList = key == one.name.key }
            listed.append(Listed(head: head, name: one.name, listing: listing, isList: isList))
        }
    }

    private mutating func take(_ entry: IndexEvidence.Entry) {
        let standing = LeafStanding(
            of: entry.logged, believing: believed, at: nil, by: verifier, &reader)
        believed = standing.evidence.believed
        guard let index = standing.index else { return }
        // An entry of a type that is not read here has no keys that anybody here knows.
        let keys = (try? Statement(leaf: entry.logged.bytes).indexKeys) ?? []
        entries.append(
            Entry(index: index, doubt: standing.doubt, type: entry.type, keys: Set(keys)))
    }
}

// MARK: - Contradictions

extension LoggedEvidence {
    /// What contradicts what, and the heads that show it; nil where nothing does.
    var contradiction: Contradiction? {
        omission ?? betweenListings ?? betweenHeads ?? otherTree ?? unknownType ?? splitView
    }

    private static func found(
        _ kind: IndexConviction.Kind, _ heads: [Head], _ entry: Entry? = nil
    ) -> Contradiction {
        let doubts = heads.map(\.doubt) + [entry?.doubt]
        return Contradiction(
            kind: kind, heads: heads.map(\.named),
            suspectFrom: doubts.compactMap { $0?.sizes.lowerBound }.min())
    }

    private var omission: Contradiction? {
        for one in listed {
            let key = one.name.key
            let left = entries.first { entry in
                entry.index < one.head.head.size && entry.keys.contains(key)
                    && one.listing.answer(about: entry.index) == .notListed
            }
            if let left {
                return Self.found(.omission(entry: left.index, one.name), [one.head], left)
            }
        }
        return nil
    }

    /// A bucket shows the end of a key alone, so only a list shows that an entry had the name.
    ///
    /// Both heads speak of the entries that the smaller covers, and must say the same of them.
    private var betweenListings: Contradiction? {
        for earlier in listed {
            for later in listed
            where later.name == earlier.name && later.head.head.size > earlier.head.head.size {
                let heads = [earlier.head, later.head]
                if let gone = Self.first(of: earlier, missingFrom: later) {
                    return Self.found(.shrinking(entry: gone, earlier.name), heads)
                }
                if earlier.isList, later.listing.count < earlier.listing.count {
                    return Self.found(.shrinking(entry: nil, earlier.name), heads)
                }
                if let late = Self.first(of: later, missingFrom: earlier) {
                    return Self.found(.late(entry: late, earlier.name), heads)
                }
            }
        }
        return nil
    }

    /// The first entry of a list that another head covers too and does not list.
    private static func first(of one: Listed, missingFrom other: Listed) -> UInt64? {
        guard one.isList else { return nil }
        return one.listing.runs.lazy.flatMap(\.indexes).first {
            $0 < other.head.head.size && other.listing.answer(about: $0) == .notListed
        }
    }

    private var betweenHeads: Contradiction? {
        for (place, one) in heads.enumerated() {
            for other in heads[..<place] {
                let (first, second) = (other.head, one.head)
                if first.size == second.size,
                    first.map != second.map || first.tree != second.tree
                {
                    return Self.found(.twoRoots, [other, one])
                }
                // A ledger has one chain of heads: another identifier makes no second one.
                if first.chain.sequence == second.chain.sequence {
                    return Self.found(.twoOfOneNumber(first.chain.sequence), [other, one])
                }
                let isFirst = first.chain.sequence < second.chain.sequence
                let (earlier, later) = isFirst ? (other, one) : (one, other)
                if !Self.mayFollow(later, earlier) {
                    return Self.found(.outOfOrder, [earlier, later])
                }
            }
        }
        return nil
    }

    /// Whether a head with the higher number may stand above another (index.md §9).
    private static func mayFollow(_ later: Head, _ earlier: Head) -> Bool {
        let (first, second) = (earlier.head, later.head)
        let isNext = second.chain.sequence == first.chain.sequence + 1
        return earlier.index < later.index && first.size < second.size
            && first.issuedAt <= second.issuedAt
            && (!isNext || second.chain.previous == first.id.hash)
    }

    private var otherTree: Contradiction? {
        let wrong = heads.first { one in
            let root = believed.root(of: one.head.size, in: verifier.kit.origin.text)
            return root.map { $0 != one.head.tree } ?? false
        }
        return wrong.map { Self.found(.otherTree, [$0]) }
    }

    private var unknownType: Contradiction? {
        for entry in entries where entry.type.flatMap({ EntryType($0) }) == nil {
            if let head = heads.first(where: { $0.index < entry.index }) {
                return Self.found(
                    .unknownType(entry: entry.index, entry.type), [head], entry)
            }
        }
        return nil
    }

    /// What a head or an entry rests on must not contradict the rest either.
    private var splitView: Contradiction? {
        let kit = verifier.kit
        guard let split = believed.splits.first(where: { $0.origin == kit.origin.text }) else {
            return nil
        }
        return Contradiction(
            kind: .splitView(size: split.size), heads: [],
            suspectFrom: kit.registry.doubt(about: split.size, withReceipt: false)?
                .sizes.lowerBound)
    }
}
