import Checkpoints
import Encoding
import Manifests
import Merkle

/// The third step: the `key` statements that a file carries for a signer that the kit is too old
/// to know (record.md §3).
///
/// Takes the kit, the parsed record and the proven heads. `[0]` added the signing key, each next
/// one the key that signed the one before; the last is signed by an administrator, or the recovery
/// key, that the kit knows.
struct KeyStatements {
    /// The kit's registry with what the statements add; the kit's own where they do not hold.
    private(set) var registry: Registry

    /// The heads that are believed after this step.
    private(set) var believed: BelievedHeads

    /// What was found about the statements.
    private(set) var findings: [Finding] = []

    private let kit: TrustKit

    /// Reads the key statements of `record`, whose place is proven by `heads`.
    init(
        of record: ParsedRecord, after heads: ProvenHeads, by kit: TrustKit,
        _ reader: inout HeadReader
    ) {
        self.kit = kit
        believed = heads.believed
        registry = kit.registry
        guard !record.file.issuers.isEmpty else { return }
        do throws(Refusal) {
            var extended = kit.registry
            // What lies below the kit's size is folded into its registry already.
            for link in try links(of: record.file, before: heads.index, &reader).reversed()
            where link.index >= kit.size {
                try extended.applyLater(link.statement, at: link.index)
            }
            registry = extended
        } catch {
            findings.note(.issuer, Verdict(error, in: .keyStatement), "key statements: \(error)")
        }
    }

    /// Reads the chain: each statement adds the key that signed the one before it, and was
    /// logged before it.
    private mutating func links(
        of file: TransparentStatement, before index: UInt64?, _ reader: inout HeadReader
    ) throws(Refusal) -> [(statement: Statement, index: UInt64)] {
        var links: [(statement: Statement, index: UInt64)] = []
        var signer = file.statement.keyID
        var bound = index ?? .max
        for bytes in file.issuers {
            let link = try TransparentStatement(bytes, known: { kit.control($0)?.statement })
            try checkAddition(in: link, of: signer)
            let place = try provenIndex(of: link, &reader)
            guard place < bound else {
                throw Self.refusal("must be logged before what its key signed")
            }
            guard place >= kit.size || kit.control(link.statement.id)?.index == place else {
                throw Self.refusal("must be in the kit's registry")
            }
            links.append((link.statement, place))
            signer = link.statement.keyID
            bound = place
        }
        return links
    }

    /// Checks that `link` is an `add` of the key `keyID` with nothing but receipts beside it.
    private func checkAddition(
        in link: TransparentStatement, of keyID: Hash
    ) throws(Refusal) {
        guard link.manifest == nil, link.issuers.isEmpty, link.anchors.isEmpty,
            link.completes.isEmpty, !link.receipts.isEmpty
        else {
            throw Self.refusal("must carry receipts and nothing else")
        }
        guard let manifest = link.statement.controlManifest,
            manifest.predicateType == PredicateType.key
        else {
            throw Self.refusal("must be a key statement")
        }
        guard try adds(link.statement, manifest, keyID) else {
            throw Self.refusal("must add the key that signed")
        }
    }

    /// Says whether a key statement adds the key `keyID`; of its own control statements the kit
    /// knows that, for it has folded them.
    private func adds(
        _ statement: Statement, _ manifest: Manifest, _ keyID: Hash
    ) throws(Refusal) -> Bool {
        if let known = kit.control(statement.id) {
            return kit.registry.keys[keyID]?.additions.contains(known.index) ?? false
        }
        let change = try KeyManifest(manifest)
        let key = try Registry.coseKey(change.coseKey, field: "coseKey")
        return change.operation == .add && key.keyID == keyID
    }

    /// The position at which the receipts of `link` prove it in the kit's ledger.
    private mutating func provenIndex(
        of link: TransparentStatement, _ reader: inout HeadReader
    ) throws(Refusal) -> UInt64 {
        var receipts: [Receipt] = []
        var places: Set<UInt64> = []
        for bytes in link.receipts {
            let receipt = try Receipt(bytes)
            receipts.append(receipt)
            if let place = try place(of: link, in: receipt, &reader) { places.insert(place) }
        }
        guard places.count <= 1, Receipt.areInOrder(receipts) else {
            throw Self.refusal("must have receipts by rising size, for one position")
        }
        guard let place = places.first else {
            throw Refusal(
                .unknownKey, field: "issuer", rule: "has no receipt under a key the kit knows")
        }
        return place
    }

    /// The position that one receipt of `link` proves; nil where the kit does not know its keys.
    private mutating func place(
        of link: TransparentStatement, in receipt: Receipt, _ reader: inout HeadReader
    ) throws(Refusal) -> UInt64? {
        guard receipt.origin == kit.origin.text, case .inclusion(let proof) = receipt.proof,
            let note = receipt.note
        else {
            throw Self.refusal("must carry receipts of this ledger with checkpoints")
        }
        let root = proof.root(from: .leaf(link.statement.leaf))
        do throws(Refusal) {
            try reader.checkSignature(of: receipt, over: root)
        } catch {
            let verdict = Verdict(error, in: .receipt)
            guard verdict == .unknown else {
                throw Self.refusal("has a receipt that \(error.rule)")
            }
            findings.note(.receipt, verdict, "of a key statement: \(error.rule)")
        }
        let head: Checkpoint
        do throws(CheckpointRefusal) {
            head = try reader.read(note, as: receipt.origin).open(about: (proof.treeSize, root))
                .checkpoint
        } catch {
            let verdict = Verdict(error)
            guard verdict == .unknown else {
                throw Self.refusal("has a receipt whose checkpoint \(error)")
            }
            findings.note(
                .receipt, verdict,
                "of a key statement: its checkpoint is signed by no key that the kit knows")
            return nil
        }
        guard believed.add(head) else {
            throw Self.refusal("has a receipt of a split view, size \(head.size)")
        }
        return proof.leafIndex
    }

    private static func refusal(_ rule: String) -> Refusal {
        Refusal(.mismatch, field: "issuer", rule: rule)
    }
}
