import Checkpoints
import Encoding
import LogReader
import Manifests
import Merkle
import Provenance
import Studio

/// An entry of a log, in words or as one JSON object.
struct LeafText {
    /// Text of others that is longer is not printed: a terminal scrolls it away.
    private static let textLimit = 4 << 10

    private let leaf: ProvenLeaf
    private let bytes: [UInt8]
    private let isManifest: Bool
    private let trust: ProofTrust

    /// Takes an entry, and its bytes or those of its manifest.
    init(_ leaf: ProvenLeaf, _ bytes: [UInt8], isManifest: Bool, _ trust: ProofTrust) {
        self.leaf = leaf
        self.bytes = bytes
        self.isManifest = isManifest
        self.trust = trust
    }

    /// The entry for a person: what its signer says, or the manifest.
    var lines: [String] {
        let proof = leaf.proof
        let origin = proof.head.checkpoint.origin.string
        var lines = Columns.wrap("ENTRY \(proof.index) OF \(origin)", head: "")
        lines += ProofText.facts(
            [
                Claims.Claim(name: "proven in", value: HeadText.title(leaf.head)),
                Claims.Claim(name: "leaf hash", value: "\(proof.leafHash)"),
            ] + facts)
        if isManifest {
            lines += [""] + Columns.wrap("The manifest, whose digest is signed:", head: "")
            lines += manifestLines
        } else if leaf.entryID == nil {
            lines += [""] + content
        }
        return lines
    }

    /// What the entry itself says.
    private var facts: [Claims.Claim] {
        leaf.statement.map(Self.headers)
            ?? leaf.indexClaims + [leaf.formClaim, size].compactMap(\.self)
    }

    private var size: Claims.Claim { Claims.Claim(name: "bytes", value: "\(bytes.count)") }

    /// What the signer says; a person learns from `verify` what of it is proven.
    private static func headers(_ statement: Statement) -> [Claims.Claim] {
        var facts = [
            Claims.Claim(name: "entry", value: "\(statement.id)"),
            Claims.Claim(name: "bytes", value: "\(statement.leaf.count)"),
            Claims.Claim(name: "type", value: statement.predicate.string),
            Claims.Claim(name: "issuer", value: statement.issuer.string),
            Claims.Claim(name: "thread", value: statement.subject.string),
            Claims.Claim(name: "signed at", value: "\(Instant(statement.issuedAt)), a claim"),
            Claims.Claim(
                name: "kid",
                value: "\(Base64.encodeURL(statement.keyID.bytes)) (\(statement.algorithm.name))"),
        ]
        if let audience = statement.audience {
            facts.append(Claims.Claim(name: "audience", value: audience.string))
        }
        if let chain = statement.chain {
            facts.append(Claims.Claim(name: "number", value: "\(chain.sequence) of its chain"))
        }
        facts += statement.subjectDigests.map { Claims.Claim(name: "sha256", value: "\($0)") }
        return facts + [
            Claims.Claim(name: "manifest", value: "\(statement.manifestDigest)")
        ]
    }

    private var manifestLines: [String] {
        guard let json = try? JSON.decode(bytes) else { return content }
        return IndentedJSON.text(of: json).split(separator: "\n").flatMap { line in
            let indent = String(line.prefix { $0 == " " })
            return Columns.wrap(String(line.dropFirst(indent.count)), head: indent)
        }
    }

    /// The bytes where they are a short text.
    private var content: [String] {
        guard bytes.count <= Self.textLimit, let text = Text(utf8: bytes) else {
            return Columns.wrap(
                "The bytes are no short text: --out FILE writes them.", head: "")
        }
        return text.string.split(separator: "\n", omittingEmptySubsequences: false)
            .flatMap { Columns.wrap(String($0), head: "") }
    }

    /// The entry for programs; its bytes are in base64.
    var json: JSON.Object {
        let statement = leaf.statement
        let value = isManifest ? try? JSON.decode(bytes) : nil
        return Console.object([
            ("origin", .string(leaf.proof.head.checkpoint.origin)),
            ("index", ProofJSON.number(leaf.proof.index)),
            ("treeSize", ProofJSON.number(leaf.proof.inclusion.treeSize)),
            ("leafHash", .string(Text("\(leaf.proof.leafHash)"))),
            ("entry", leaf.entryID.map { .string(Text("\($0)")) }),
            ("formFault", leaf.formFault.map { .string(Text($0)) }),
            ("newerType", leaf.newerType.map { .string($0) }),
            ("indexHead", leaf.indexJSON),
            ("type", statement.map { .string($0.predicate) }),
            ("iss", statement.map { .string($0.issuer) }),
            ("sub", statement.map { .string($0.subject) }),
            ("aud", statement?.audience.map { .string($0) }),
            ("iat", statement.map { .integer(Int64(clamping: $0.issuedAt)) }),
            ("kid", statement.map { .string(Text(Base64.encodeURL($0.keyID.bytes))) }),
            (
                "sha256",
                statement.map { .array($0.subjectDigests.map { .string(Text("\($0)")) }) }
            ),
            ("manifestDigest", statement.map { .string(Text("\($0.manifestDigest)")) }),
            (isManifest ? "manifestBytes" : "leaf", .string(Text(Base64.encode(bytes)))),
            ("manifest", value),
        ])
    }
}
