import Encoding
import LogReader
import Manifests
import Merkle
import Provenance

/// The leaves of a bundle, each read in place or decoded: what no registry decides.
final class ReadBundle: Sendable {
    let leaves: LeafBundle

    /// What was read of each leaf that was asked for.
    let entries: [ReadLeaf]

    /// Statements that were decoded: control statements, and such as have no usual form.
    let statements: [Statement]

    /// The control statements, rising by index.
    var controls: [(index: UInt64, statement: Statement)] {
        guard !statements.isEmpty else { return [] }
        return entries.enumerated().compactMap { position, entry in
            guard case .statement(let place) = entry.form,
                statements[place].controlManifest != nil
            else { return nil }
            return (leaves.indexes.lowerBound + UInt64(position), statements[place])
        }
    }

    /// Why leaves are no statements, by their positions.
    let refusals: [Int: Refusal]

    /// Leaves that only a newer version reads, by their positions.
    let newer: [Int: NewerStatement]

    /// The index heads, by their positions.
    let indexHeads: [Int: IndexHead]

    /// Reads every leaf that was asked for.
    init(_ leaves: LeafBundle) {
        var reader = LeafReader(count: leaves.indexes.count)
        for index in leaves.indexes {
            leaves.withLeaf(at: index) { reader.read($0, at: index, of: leaves) }
        }
        self.leaves = leaves
        entries = reader.entries
        statements = reader.statements
        refusals = reader.refusals
        newer = reader.newer
        indexHeads = reader.indexHeads
    }

    /// The control statements as they are folded, rising by index; nil for one that only a newer
    /// version reads.
    var folded: [(index: UInt64, statement: Statement?)] {
        let known = controls.map { (index: $0.index, statement: Optional($0.statement)) }
        let unknown = newer.filter(\.value.isControl).map {
            (index: leaves.indexes.lowerBound + UInt64($0.key), statement: Statement?.none)
        }
        return unknown.isEmpty ? known : (known + unknown).sorted { $0.index < $1.index }
    }

    /// How many keys the entries have in the index, at the most.
    var keyCount: Int {
        entries.reduce(0) { $0 + ($1.claims.map { $0.artifactCount + 2 } ?? 0) }
    }

    /// The statement at `index`.
    func statement(at index: UInt64) throws(Refusal) -> Statement {
        if case .statement(let place) = entries[Int(index - leaves.indexes.lowerBound)].form {
            return statements[place]
        }
        return try Statement(leaf: Array(leaves[index]))
    }

    /// A copy of a part of a leaf.
    func bytes(_ part: Range<Int>, at index: UInt64) -> [UInt8] {
        let start = leaves.place(of: index).lowerBound
        return Array(leaves.bytes[(start + part.lowerBound)..<(start + part.upperBound)])
    }

    /// A digest in a leaf.
    func hash(_ part: Range<Int>, at index: UInt64) -> Hash {
        leaves.withLeaf(at: index) { Hash(required: $0.extracting(part)) }
    }

    /// Whether each manifest of a file is the one that its entry names.
    func names(_ file: ManifestFile) -> Bool {
        for (position, entry) in entries.enumerated() where entry.kind == .plain {
            let place = Int(leaves.indexes.lowerBound - leaves.firstIndex) + position
            if let digest = file.digest(place), digest != entry.payload { return false }
        }
        return true
    }

    /// The place in a chain that a leaf names.
    func link(_ fields: LeafFields, at index: UInt64) -> ChainLink? {
        guard let id = fields.chainID, let previous = fields.previous,
            let sequence = fields.sequence
        else { return nil }
        return leaves.withLeaf(at: index) { leaf in
            ChainLink(
                keyID: Hash(required: leaf.extracting(fields.keyID)),
                id: SpoolID(at: id.lowerBound, of: leaf), sequence: sequence,
                previous: Hash(required: leaf.extracting(previous)))
        }
    }
}

/// What was read of one leaf.
struct ReadLeaf: Sendable {
    enum Form: Sendable {
        /// It is no statement.
        case unreadable

        /// It has the usual form, and was read in place.
        case fields(LeafFields)

        /// It was decoded, and is among the statements of its bundle.
        case statement(Int)
    }

    /// What a leaf is: its form says it, and never the value of a digest, which anybody chooses.
    enum Kind: Sendable {
        /// No statement.
        case unreadable

        /// A control statement, which holds its own manifest.
        case control

        /// A statement with a manifest beside it.
        case plain
    }

    let form: Form

    let kind: Kind

    /// SHA-256 of the leaf.
    let id: Hash

    /// SHA-256(iss || 0 || cti); zero where it is no statement.
    var nonce = Hash.zero

    /// The digest of the manifest; nothing in a control statement.
    var payload = Hash.zero

    /// What a registry decides about; nil where it is no statement.
    var claims: SignedClaims?
}

/// Reads the leaves of one bundle, in memory that is used again and again.
private struct LeafReader {
    private(set) var entries: [ReadLeaf] = []
    private(set) var statements: [Statement] = []
    private(set) var refusals: [Int: Refusal] = [:]
    private(set) var newer: [Int: NewerStatement] = [:]
    private(set) var indexHeads: [Int: IndexHead] = [:]

    private var texts = TextCache()
    private var scratch: [UInt8] = []

    init(count: Int) {
        entries.reserveCapacity(count)
    }

    mutating func read(_ leaf: Span<UInt8>, at index: UInt64, of leaves: LeafBundle) {
        let id = Hash.sha256(leaf)
        guard let fields = LeafFields(leaf) else { return decode(Array(leaves[index]), id) }
        let claims = SignedClaims(
            algorithm: fields.algorithm, keyID: Hash(required: leaf.extracting(fields.keyID)),
            issuer: texts.text(leaf.extracting(fields.issuer)),
            audience: fields.audience.map { texts.text(leaf.extracting($0)) },
            issuedAt: fields.issuedAt, predicate: texts.text(leaf.extracting(fields.predicate)),
            artifactCount: fields.artifactCount, byteCount: leaf.count)
        entries.append(
            ReadLeaf(
                form: .fields(fields), kind: .plain, id: id,
                nonce: nonce(claims.issuer, leaf.extracting(fields.claimID)),
                payload: Hash(required: leaf.extracting(fields.payload)), claims: claims))
    }

    /// SHA-256(iss || 0 || cti), as ``Statement/nonceDigest``.
    private mutating func nonce(_ issuer: Text, _ claimID: Span<UInt8>) -> Hash {
        scratch.removeAll(keepingCapacity: true)
        scratch += issuer.utf8
        scratch.append(0)
        for place in claimID.indices { scratch.append(claimID[place]) }
        return .sha256(scratch)
    }

    /// Reads a leaf with every rule of its form named.
    private mutating func decode(_ leaf: [UInt8], _ id: Hash) {
        do throws(Refusal) {
            let statement = try Statement(leaf: leaf)
            let isControl = statement.controlManifest != nil
            entries.append(
                ReadLeaf(
                    form: .statement(statements.count), kind: isControl ? .control : .plain, id: id,
                    nonce: statement.nonceDigest,
                    payload: isControl ? .zero : statement.manifestDigest,
                    claims: statement.claims))
            statements.append(statement)
        } catch {
            readOther(leaf, refused: error)
            entries.append(ReadLeaf(form: .unreadable, kind: .unreadable, id: id))
        }
    }

    /// Reads what is no statement: an index head, or what a newer version may know.
    private mutating func readOther(_ leaf: [UInt8], refused refusal: Refusal) {
        do throws(Refusal) {
            indexHeads[entries.count] = try IndexHead(leaf: leaf)
        } catch {
            if error.reason != .unknownType {
                // It says that it is an index head, or it is none of ours at all.
                refusals[entries.count] = refusal.reason == .unknownType ? error : refusal
            } else if let statement = NewerStatement(leaf, refused: refusal) {
                newer[entries.count] = statement
            } else {
                refusals[entries.count] = refusal
            }
        }
    }
}

extension Hash {
    /// Takes 32 bytes that a leaf's form has promised.
    init(required bytes: Span<UInt8>) {
        guard let hash = Hash(bytes) else {
            preconditionFailure("a digest that was read in a leaf has 32 bytes")
        }
        self = hash
    }
}
