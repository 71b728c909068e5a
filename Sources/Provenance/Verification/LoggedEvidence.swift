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
        let type: Text?

        /// Its keys; none where it is of a type that is not read here.
        let keys: Set<IndexKey>
    }

    /// The heads, each once.
    private(set) var heads: [Head] = []

    /// Why a head does not count.
    private(set) var reason: String?

    private let verifier: Verifier
    private var reader: HeadReader
    private var believed: BelievedHeads
    private var listed: [Listed] = []
    private var entries: [Entry] = []

    /// Prepares to look at what the ledger of a verifier's kit has logged.
    init(by verifier: Verifier) {
        self.verifier = verifier
        reader = HeadReader(verifier.kit)
        believed = BelievedHeads(verifier.kit.head)
    }

    /// Takes what a file holds.
    mutating func take(_ file: IndexEvidence) {
        for whole in file.heads { _ = logged(whole) }
        for proof in file.proofs {
            guard let head = logged(proof.head) else { continue }
            for one in proof.proofs {
                // A proof that does not hold lists nothing, and anybody can have made it.
                guard let listing = try? one.listing(under: head.head.map, size: head.head.size)
                else { continue }
                var isList = false
                if case .list(let key, _, _) = one.end { isList = key == one.name.key }
                listed.append(
                    Listed(head: head, name: one.name, listing: listing, isList: isList))
            }
        }
        if let entry = file.entry { take(entry) }
    }

    private mutating func take(_ entry: IndexEvidence.Entry) {
        let kit = verifier.kit
        let proven = ProvenHeads(
            of: entry.logged, at: nil, by: kit, believing: believed, &reader)
        believed = proven.believed
        guard let index = proven.index else { return }
        // An entry of a type that is not read here has no keys that anybody here knows.
        let keys = (try? Statement(leaf: entry.logged.bytes).indexKeys) ?? []
        entries.append(Entry(index: index, type: entry.type, keys: Set(keys)))
    }

    /// Returns a head where the ledger's key has signed it, and a receipt places it in the log.
    private mutating func logged(_ whole: TransparentIndexHead) -> Head? {
        if let known = heads.first(where: { $0.head == whole.head }) { return known }
        let standing = IndexHeadStanding(
            of: whole, believing: believed, at: nil, by: verifier, &reader)
        believed = standing.believed
        let isSigned = standing.findings.contains { $0.check == .signature && $0.verdict == .ok }
        guard isSigned, let index = standing.index else {
            let open = standing.findings.first {
                [.signature, .issuer, .receipt].contains($0.check) && !$0.verdict.holds
            }
            reason = reason ?? open?.words
            return nil
        }
        let head = Head(head: standing.head, index: index)
        heads.append(head)
        return head
    }

    // MARK: - Contradictions

    /// What contradicts what, and the heads that show it; nil where nothing does.
    var contradiction: (kind: IndexConviction.Kind, heads: [IndexConviction.Head])? {
        omission ?? shrinking ?? betweenHeads ?? otherTree ?? unknownType
    }

    private typealias Found = (kind: IndexConviction.Kind, heads: [IndexConviction.Head])

    private var omission: Found? {
        for one in listed {
            let key = one.name.key
            let left = entries.first { entry in
                entry.index < one.head.head.size && entry.keys.contains(key)
                    && one.listing.answer(about: entry.index) == .notListed
            }
            if let left {
                return (.omission(entry: left.index, one.name), [one.head.named])
            }
        }
        return nil
    }

    /// A bucket shows the end of a key alone, so only a list shows that an entry had the name.
    private var shrinking: Found? {
        for earlier in listed where earlier.isList {
            for later in listed
            where later.name == earlier.name && later.head.head.size > earlier.head.head.size {
                let gone = earlier.listing.runs.lazy.flatMap(\.indexes).first {
                    later.listing.answer(about: $0) == .notListed
                }
                if let gone {
                    return (
                        .shrinking(entry: gone, earlier.name),
                        [earlier.head.named, later.head.named]
                    )
                }
            }
        }
        return nil
    }

    private var betweenHeads: Found? {
        for (place, one) in heads.enumerated() {
            for other in heads[..<place] {
                let both = [other.named, one.named]
                let (first, second) = (other.head, one.head)
                if first.size == second.size,
                    first.map != second.map || first.tree != second.tree
                {
                    return (.twoRoots, both)
                }
                if first.chain.id == second.chain.id,
                    first.chain.sequence == second.chain.sequence
                {
                    return (.twoOfOneNumber(first.chain.sequence), both)
                }
            }
        }
        return nil
    }

    private var otherTree: Found? {
        let wrong = heads.first { one in
            let root = believed.root(of: one.head.size, in: verifier.kit.origin.text)
            return root.map { $0 != one.head.tree } ?? false
        }
        return wrong.map { (.otherTree, [$0.named]) }
    }

    private var unknownType: Found? {
        for entry in entries where entry.type.flatMap({ EntryType($0) }) == nil {
            if let head = heads.first(where: { $0.index < entry.index }) {
                return (.unknownType(entry: entry.index, entry.type), [head.named])
            }
        }
        return nil
    }
}
