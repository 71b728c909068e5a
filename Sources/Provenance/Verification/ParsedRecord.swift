import Encoding
import Manifests
import Merkle

/// The first step: what a `.colophon` file holds, read and not verified.
///
/// Takes the file's bytes alone. Gives the statement with all that stands beside it, and the
/// manifest where it is the one that was signed.
struct ParsedRecord {
    /// The statement and what stands beside it.
    let file: TransparentStatement

    /// The manifest; nil where it is not there, cannot be read, or is another one.
    let manifest: Manifest?

    /// What was found about the statement's form and about the manifest.
    let findings: [Finding]

    /// Reads a file; a refusal means that there is no statement to verify.
    init(_ bytes: [UInt8]) throws(Refusal) {
        file = try TransparentStatement(bytes)
        let finding: Finding
        (manifest, finding) = Self.manifest(of: file)
        findings = [
            Finding(.statement, .ok, "is one statement, \(file.statement.id)"), finding,
        ]
    }

    /// The signed statement.
    var statement: Statement { file.statement }

    /// The statement's leaf, with its receipts and anchors.
    var logged: LoggedLeaf {
        LoggedLeaf(bytes: statement.leaf, receipts: file.receipts, anchors: file.anchors)
    }

    private static func manifest(of file: TransparentStatement) -> (Manifest?, Finding) {
        if let manifest = file.statement.controlManifest {
            return (manifest, Finding(.manifest, .ok, "is inside the statement"))
        }
        guard let bytes = file.manifest else {
            let words = "was erased or left out; its digest stays in the statement"
            return (nil, Finding(.manifest, .absent, words))
        }
        do throws(Refusal) {
            let manifest = try Manifest(bytes)
            try file.statement.check(manifest)
            let words = "is the one that the statement names, \(manifest.digest)"
            return (manifest, Finding(.manifest, .ok, words))
        } catch {
            let isSigned = Hash.sha256(bytes) == file.statement.manifestDigest
            let verdict = Verdict(error, in: isSigned ? .signedManifest : .otherManifest)
            return (nil, Finding(.manifest, verdict, "\(error)"))
        }
    }
}
