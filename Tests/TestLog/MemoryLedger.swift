package import Checkpoints
import Crypto
package import Encoding
package import Manifests
package import Merkle
package import Provenance

/// Keys, nonces and times that follow from a seed, so that every run makes the same bytes.
package struct SeededValues {
    package let seed: String

    package init(seed: String) {
        self.seed = seed
    }

    package func digest(_ name: String) -> [UInt8] {
        Array(SHA256.hash(data: Array("\(seed)/\(name)".utf8)))
    }

    /// 16 bytes.
    package func nonce(_ name: String) -> [UInt8] {
        Array(digest("nonce/" + name).prefix(16))
    }

    package func ed25519(_ name: String) throws -> SigningKey {
        .ed25519(try Curve25519.Signing.PrivateKey(rawRepresentation: digest("key/" + name)))
    }

    package func es256(_ name: String) throws -> SigningKey {
        .es256(try P256.Signing.PrivateKey(rawRepresentation: digest("key/" + name)))
    }
}

/// The hashes of complete subtrees, computed from the leaves each time they are asked for.
package struct LeafNodes: NodeReader {
    package let leaves: [Hash]

    package init(leaves: [Hash]) {
        self.leaves = leaves
    }

    package func hashes(of nodes: [NodeID]) -> [Hash] {
        nodes.map { node in
            var row = leaves[Int(node.index << node.level)..<Int((node.index + 1) << node.level)]
            while row.count > 1 {
                let start = row.startIndex
                row =
                    stride(from: start, to: row.endIndex, by: 2)
                    .map { Hash.node(row[$0], row[$0 + 1]) }[...]
            }
            return row[row.startIndex]
        }
    }
}

/// A whole ledger in memory: it signs and logs what it is told to, right or wrong.
package struct MemoryLedger {
    package static let berlin: Text = "https://pops.example/berlin"
    package static let rome: Text = "https://pops.example/rome"

    /// 2025-10-09 08:53:20 UTC.
    package static let start: UInt64 = 1_760_000_000

    package let values: SeededValues
    package let origin: Origin
    package let receipt: SigningKey
    package let ledger: SigningKey
    package let admin: SigningKey
    package let recovery: SigningKey
    package let pop: SigningKey
    package var note: NoteSigner
    package var receiptKey: SigningKey
    package var noteWitnesses: [(name: Text, key: SigningKey, time: UInt64)] = []

    package private(set) var leaves: [[UInt8]] = []
    package private(set) var hashes: [Hash] = []
    /// The manifests that are kept beside the entries.
    package var manifests: [UInt64: [UInt8]] = [:]
    package private(set) var controls: [(statement: Statement, index: UInt64)] = []
    /// The index heads that were logged, each with its index.
    package var indexHeads: [(head: IndexHead, index: UInt64)] = []
    package var registry: Registry
    private var counter = 0

    /// Makes entries 0 and 1.
    package init(
        seed: String = "ledger", origin: Text = "ledger.example/prints",
        settings: PolicyManifest.Settings = .init(), recovery: SigningKey? = nil
    ) throws {
        values = SeededValues(seed: seed)
        self.origin = try Origin(origin)
        note = try NoteSigner(name: origin, key: values.ed25519("note"))
        receipt = try values.ed25519("receipt")
        receiptKey = receipt
        ledger = try values.ed25519("ledger")
        admin = try values.ed25519("admin")
        self.recovery = try recovery ?? values.ed25519("recovery")
        pop = try values.ed25519("pop")
        let policy = try PolicyManifest.make(
            origin: origin, noteKey: Text(note.verifierKey.description),
            receiptKey: Text(receipt.publicKey.string), ledgerKey: Text(ledger.publicKey.string),
            recoveryKey: Text(self.recovery.publicKey.string), settings: settings,
            nonce: values.nonce("genesis"))
        let uri = self.origin.uri
        let genesis = try StatementDraft(
            manifest: policy, issuer: uri, subject: uri, audience: origin, issuedAt: Self.start,
            claimID: values.nonce("genesis cti"),
            chain: try Chain(id: values.nonce("genesis"), sequence: 0, previous: .zero)
        ).sign(with: ledger)
        registry = try Registry(genesis: genesis)
        append(genesis)
        try apply(
            adding(admin.publicKey, issuer: uri + "/admin", roles: [.admin]), by: ledger,
            issuer: uri)
    }

    package var size: UInt64 { UInt64(leaves.count) }
    package var uri: Text { origin.uri }
    package var adminIssuer: Text { uri + "/admin" }

    /// A fresh value of 16 bytes.
    package mutating func nonce() -> [UInt8] {
        counter += 1
        return values.nonce("\(counter)")
    }

    /// Logs a statement, whatever it says; returns its index.
    @discardableResult
    package mutating func append(_ statement: Statement) -> UInt64 {
        leaves.append(statement.leaf)
        hashes.append(.leaf(statement.leaf))
        if statement.controlManifest != nil { controls.append((statement, size - 1)) }
        return size - 1
    }
}

// MARK: - Control

extension MemoryLedger {
    package mutating func adding(
        _ key: COSEKey, issuer: Text = berlin, roles: [Role] = [.pop],
        _ operation: KeyManifest.Operation = .add, notBefore: Int64 = 0,
        notAfter: Int64 = KeyManifest.never, signedUntil: Int64? = nil, suspectFrom: UInt64? = nil
    ) throws -> Manifest {
        try KeyManifest(
            operation, coseKey: Text(key.string), issuer: issuer, roles: roles,
            notBefore: notBefore, notAfter: notAfter, signedUntil: signedUntil,
            suspectFrom: suspectFrom
        ).manifest(origin: origin.text, nonce: nonce())
    }

    /// Signs a control manifest on top of the newest control statement.
    package mutating func control(
        _ manifest: Manifest, by signer: SigningKey? = nil, issuer: Text? = nil,
        issuedAt: UInt64 = start
    ) throws -> Statement {
        try StatementDraft(
            manifest: manifest, issuer: issuer ?? adminIssuer, subject: uri, audience: origin.text,
            issuedAt: issuedAt, claimID: nonce(),
            chain: try Chain(
                id: registry.chainID, sequence: registry.sequence, previous: registry.newest.hash)
        ).sign(with: signer ?? admin)
    }

    /// Signs, folds and logs a control manifest.
    @discardableResult
    package mutating func apply(
        _ manifest: Manifest, by signer: SigningKey? = nil, issuer: Text? = nil,
        issuedAt: UInt64 = start
    ) throws -> UInt64 {
        let statement = try control(manifest, by: signer, issuer: issuer, issuedAt: issuedAt)
        try registry.apply(statement, at: size)
        return append(statement)
    }

    /// Adds the PoP's key.
    @discardableResult
    package mutating func addPoP(_ key: COSEKey? = nil, issuer: Text = berlin) throws -> UInt64 {
        try apply(adding(key ?? pop.publicKey, issuer: issuer))
    }

    /// Puts other settings in force.
    @discardableResult
    package mutating func apply(settings: PolicyManifest.Settings) throws -> UInt64 {
        try apply(registry.policy.replacing(settings: settings, nonce: nonce()))
    }
}

extension MemoryLedger {
    /// Erases the manifest that these entries share, for all that have it; returns the index of
    /// the statement.
    @discardableResult
    package mutating func erase(_ entries: [UInt64]) throws -> UInt64 {
        let named = try entries.map { try Statement(leaf: leaves[Int($0)]) }
        guard let digest = named.first?.manifestDigest else {
            throw FixtureFault("an erasure names an entry")
        }
        let erasure = ErasureManifest(
            entries: named.map { Text("\($0.id)") }, sha256: digest, reason: "a person asked",
            authority: "the data protection officer")
        let index = try apply(erasure.manifest(origin: origin.text, nonce: nonce()))
        manifests = manifests.filter { Hash.sha256($0.value) != digest }
        return index
    }

    /// Hands the receipt key over to a new one.
    @discardableResult
    package mutating func rotateReceiptKey() throws -> UInt64 {
        let new = try values.ed25519("receipt \(size)")
        let change = LogKeyManifest(
            .receipt, old: Text(receiptKey.publicKey.string), new: Text(new.publicKey.string),
            lastSize: size)
        let manifest = try change.manifest(origin: origin.text, nonce: nonce())
        let index = try apply(manifest, by: ledger, issuer: uri)
        receiptKey = new
        return index
    }

    /// Hands the note key over to a new one; the old one may have signed for others from a size on.
    @discardableResult
    package mutating func rotateNoteKey(suspectFrom: UInt64) throws -> UInt64 {
        let key = try values.ed25519("note \(size)")
        let new = try NoteSigner(name: origin.text, key: key)
        let change = LogKeyManifest(
            .note, old: Text("\(note.verifierKey)"), new: Text("\(new.verifierKey)"),
            lastSize: size, suspectFrom: suspectFrom)
        let manifest = try change.manifest(origin: origin.text, nonce: nonce())
        let index = try apply(manifest, by: ledger, issuer: uri)
        note = new
        return index
    }
}

// MARK: - Entries

extension MemoryLedger {
    /// The manifest of a capture.
    package mutating func manifest(
        _ artifact: String, pop: Text = berlin, _ more: [(Text, JSON)] = []
    ) throws -> Manifest {
        var predicate: JSON.Object = [
            "event": "capture",
            "creator": ["name": "Ana Example"],
            "pop": .string(pop),
            "capturedAt": ["at": "2025-10-09T10:10:00+02:00", "clock": "gnss"],
            "record": ["lang": "en", "title": .string(Text("Photograph \(artifact)"))],
        ]
        for (name, value) in more { predicate[name] = value }
        let subject = Subject(
            name: Text(artifact + ".jpg"), digest: .sha256(Array(artifact.utf8)),
            mediaType: "image/jpeg")
        return try Manifest.provenance(of: [subject], predicate, nonce: nonce())
    }

    /// Everything about a statement before it is signed; the subject's name is `artifact`.
    package mutating func draft(
        _ manifest: Manifest, issuer: Text = berlin, sub: Text = "urn:example:thread",
        audience: Text? = nil, issuedAt: UInt64 = start
    ) -> StatementDraft {
        StatementDraft(
            manifest: manifest, issuer: issuer, subject: sub, audience: audience,
            issuedAt: issuedAt, claimID: nonce())
    }

    /// Signs and logs a capture, and returns its file with a receipt at the newest head.
    package mutating func capture(
        _ artifact: String, by signer: SigningKey? = nil, issuer: Text = berlin,
        audience: Text? = nil, issuedAt: UInt64 = start, _ more: [(Text, JSON)] = []
    ) throws -> TransparentStatement {
        let manifest = try manifest(artifact, pop: issuer, more)
        let statement = try draft(
            manifest, issuer: issuer, audience: audience, issuedAt: issuedAt
        ).sign(with: signer ?? pop)
        return try log(statement, manifest)
    }

    /// Signs and logs a capture without making its file; returns its index.
    @discardableResult
    package mutating func add(
        _ artifact: String, by signer: SigningKey? = nil, issuer: Text = berlin,
        audience: Text? = nil, issuedAt: UInt64 = start, chain: Chain? = nil,
        _ more: [(Text, JSON)] = []
    ) throws -> UInt64 {
        let manifest = try manifest(artifact, pop: issuer, more)
        var draft = draft(manifest, issuer: issuer, audience: audience, issuedAt: issuedAt)
        draft.chain = chain
        return add(try draft.sign(with: signer ?? pop), manifest)
    }

    /// Logs a statement with its manifest; returns its index.
    @discardableResult
    package mutating func add(_ statement: Statement, _ manifest: Manifest?) -> UInt64 {
        let index = append(statement)
        manifests[index] = manifest?.bytes
        return index
    }

    /// Logs bytes that need not be a statement, as a ledger with an error would.
    @discardableResult
    package mutating func append(leaf: [UInt8]) -> UInt64 {
        leaves.append(leaf)
        hashes.append(.leaf(leaf))
        return size - 1
    }

    /// Logs a statement and returns its file.
    package mutating func log(_ statement: Statement, _ manifest: Manifest?) throws
        -> TransparentStatement
    {
        let index = add(statement, manifest)
        var file = try TransparentStatement(statement, manifest: manifest?.bytes)
        file.receipts = [try receipt(index)]
        return file
    }
}

// MARK: - Heads

extension MemoryLedger {
    package func root(_ size: UInt64) -> Hash {
        var range = CompactRange()
        for hash in hashes[..<Int(size)] { range.append(hash) }
        return range.root
    }

    /// The signed note of the head of `size`, by the keys in use.
    package func noteBytes(_ size: UInt64, root: Hash? = nil, origin: Text? = nil) throws -> [UInt8]
    {
        let checkpoint = try Checkpoint(
            origin: origin ?? self.origin.text, size: size, root: root ?? self.root(size))
        var signed = try note.note(checkpoint)
        for witness in noteWitnesses {
            signed = try signed.adding([
                MemoryLedger.cosign(
                    signed, name: witness.name, key: witness.key, time: witness.time)
            ])
        }
        return signed.encoded
    }

    package static func cosign(
        _ note: SignedNote, name: Text, key: SigningKey, time: UInt64
    ) throws -> NoteSignature {
        let signature = try key.sign(Cosignature.message(text: note.text, time: time))
        let vkey = try witnessKey(name, key)
        return try NoteSignature(
            name: name, keyID: vkey.keyID,
            signature: Cosignature(time: time, signature: signature).encoded)
    }

    package static func witnessKey(_ name: Text, _ key: SigningKey) throws -> VerifierKey {
        guard case .ed25519(let bytes) = key.publicKey.material else {
            throw FixtureFault("a witness has an Ed25519 key")
        }
        return try VerifierKey(name: name, ed25519: bytes, kind: .cosigner)
    }

    /// Each head is a minute later than the one of a size less.
    package func time(of size: UInt64) -> UInt64 { Self.start + 60 * size }

    package func head(_ size: UInt64, note: [UInt8]? = nil) throws -> HeadReceipt {
        try HeadReceipt(
            origin: origin.text, root: root(size), time: time(of: size),
            note: note ?? noteBytes(size), key: receiptKey)
    }

    package func proof(_ index: UInt64, in size: UInt64) throws -> InclusionProof {
        try InclusionProof(leafIndex: index, treeSize: size, reading: LeafNodes(leaves: hashes))
    }

    /// The receipt of an entry, at the newest head unless `size` names another.
    package func receipt(_ index: UInt64, in size: UInt64? = nil) throws -> [UInt8] {
        let size = size ?? self.size
        return try head(size).receipt(proof(index, in: size))
    }

    /// The receipt that the tree of `new` leaves extends that of `old`.
    package func growth(from old: UInt64, to new: UInt64) throws -> [UInt8] {
        let proof = try ConsistencyProof(
            from: old, to: new, reading: LeafNodes(leaves: hashes))
        return try head(new).receipt(proof)
    }

    /// A trust kit as of the newest head.
    package func kitFiles() throws -> TrustKit.Files {
        let size = size
        return TrustKit.make(
            registry: registry, head: try head(size),
            controls: try controls.map {
                TrustKit.Evidence(leaf: $0.statement.leaf, proof: try proof($0.index, in: size))
            })
    }

    package func kit() throws -> TrustKit {
        try TrustKit(kitFiles())
    }

    /// What a kit taken now says about a file; about the record alone where no artifact is named.
    package func judge(_ file: TransparentStatement, _ artifact: String? = nil) throws -> Report {
        try Verifier(kit()).verify(
            file: file.encoded(), artifact: artifact.map { .sha256(Array($0.utf8)) },
            recordOnly: artifact == nil)
    }
}

/// A fixture was asked for what it cannot make.
package struct FixtureFault: Error {
    package let reason: String

    package init(_ reason: String) { self.reason = reason }
}
