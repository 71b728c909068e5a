import Checkpoints
import Encoding
import Manifests
import Merkle

extension Examination {
    /// Reads the `key` statements that a file carries for a signer that the kit is too old to
    /// know, and returns the registry with what they add; the kit's where they do not hold
    /// (record.md §3).
    ///
    /// `[0]` added the signing key, each next one the key that signed the one before; the last
    /// is signed by an administrator, or the recovery key, that the kit knows.
    mutating func examineIssuers(_ file: TransparentStatement) -> Registry {
        var registry = kit.registry
        do throws(Refusal) {
            // What lies below the kit's size is folded into its registry already.
            for link in try links(of: file).reversed() where link.index >= kit.size {
                try registry.applyLater(link.statement, at: link.index)
            }
            return registry
        } catch {
            note(
                .issuer, error.reason == .unknownKey ? .unknown : .refuted,
                "key statements: \(error)")
            return kit.registry
        }
    }

    /// Reads the chain: each statement adds the key that signed the one before it, and was
    /// logged before it.
    private mutating func links(
        of file: TransparentStatement
    ) throws(Refusal) -> [(statement: Statement, index: UInt64)] {
        var links: [(statement: Statement, index: UInt64)] = []
        var signer = file.statement.keyID
        var bound = index ?? .max
        for bytes in file.issuers {
            let link = try TransparentStatement(
                bytes,
                known: { id in kit.controls.first { $0.statement.id == id }?.statement })
            try checkAddition(in: link, of: signer)
            let place = try provenIndex(of: link)
            guard place < bound else {
                throw Self.issuerRefusal("must be logged before what its key signed")
            }
            let isKnown = kit.controls.contains {
                $0.index == place && $0.statement.id == link.statement.id
            }
            guard isKnown || place >= kit.size else {
                throw Self.issuerRefusal("must be in the kit's registry")
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
            !link.receipts.isEmpty
        else {
            throw Self.issuerRefusal("must carry receipts and nothing else")
        }
        guard let manifest = link.statement.controlManifest,
            manifest.predicateType == PredicateType.key
        else {
            throw Self.issuerRefusal("must be a key statement")
        }
        guard try adds(link.statement, manifest, keyID) else {
            throw Self.issuerRefusal("must add the key that signed")
        }
    }

    /// Says whether a key statement adds the key `keyID`; of its own control statements the kit
    /// knows that, for it has folded them.
    private func adds(
        _ statement: Statement, _ manifest: Manifest, _ keyID: Hash
    ) throws(Refusal) -> Bool {
        if let known = kit.controls.first(where: { $0.statement.id == statement.id }) {
            return kit.registry.keys[keyID]?.additions.contains(known.index) ?? false
        }
        let change = try KeyManifest(manifest)
        let key = try Registry.coseKey(change.coseKey, field: "coseKey")
        return change.operation == .add && key.keyID == keyID
    }

    /// The position at which the receipts of `link` prove it in the kit's ledger.
    private mutating func provenIndex(of link: TransparentStatement) throws(Refusal) -> UInt64 {
        var receipts: [Receipt] = []
        var places: Set<UInt64> = []
        for bytes in link.receipts {
            let receipt = try Receipt(bytes)
            receipts.append(receipt)
            guard receipt.origin == kit.origin.text, case .inclusion(let proof) = receipt.proof,
                let note = receipt.note
            else {
                throw Self.issuerRefusal("must carry receipts of this ledger with checkpoints")
            }
            let root = proof.root(from: .leaf(link.statement.leaf))
            let signature = signatureVerdict(on: receipt, root: root)
            guard signature.verdict != .refuted else {
                throw Self.issuerRefusal("has a receipt that \(signature.detail)")
            }
            if signature.verdict == .unknown {
                self.note(.receipt, .unknown, "of a key statement: \(signature.detail)")
            }
            let verdict = headNote(note, origin: receipt.origin)
            switch verdict.about(size: proof.treeSize, root: root).result {
            case .failure(.unknownKey):
                self.note(
                    .receipt, .unknown,
                    "of a key statement: its checkpoint is signed by no key that the kit knows")
            case .failure(let refusal):
                throw Self.issuerRefusal("has a receipt whose checkpoint \(refusal)")
            case .success(let verified):
                let head = verified.checkpoint
                guard believe(head) else {
                    throw Self.issuerRefusal("has a receipt of a split view, size \(head.size)")
                }
                places.insert(proof.leafIndex)
            }
        }
        guard places.count <= 1, Receipt.areInOrder(receipts) else {
            throw Self.issuerRefusal("must have receipts by rising size, for one position")
        }
        guard let place = places.first else {
            throw Refusal(
                .unknownKey, field: "issuer", rule: "has no receipt under a key the kit knows")
        }
        return place
    }

    private static func issuerRefusal(_ rule: String) -> Refusal {
        Refusal(.mismatch, field: "issuer", rule: rule)
    }
}
