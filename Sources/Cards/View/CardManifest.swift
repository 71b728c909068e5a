import Manifests
import Provenance

/// The manifest of a record, where it is there and is the one that was signed.
struct CardManifest {
    /// What is there of it.
    enum Standing {
        case signed, absent, other
        case unreadable(String)
    }

    /// The manifest; nil in every standing but `signed`.
    let manifest: Manifest?

    let standing: Standing

    /// Reads the manifest of a record, unless it is one that a report has `known` already.
    init(of record: TransparentStatement, known: Manifest?) {
        if let manifest = record.statement.controlManifest {
            (self.manifest, standing) = (manifest, .signed)
            return
        }
        guard let bytes = record.manifest else {
            (manifest, standing) = (nil, .absent)
            return
        }
        do throws(Refusal) {
            let manifest =
                if let known, known.bytes == bytes { known } else { try Manifest(bytes) }
            let isSigned = manifest.digest == record.statement.manifestDigest
            (self.manifest, standing) = isSigned ? (manifest, .signed) : (nil, .other)
        } catch {
            (manifest, standing) = (nil, .unreadable("\(error)"))
        }
    }
}
