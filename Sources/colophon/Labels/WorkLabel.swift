import Checkpoints
import Encoding
import Manifests
import Provenance
import QRCodes
import Files

/// What a label says of a registered record: title, number of the copy, the start of the EntryID,
/// and the address of the entry's page as a QR code.
///
/// Nothing was checked: a label says where to look.
struct WorkLabel: Sendable {
    /// Characters of the EntryID that are printed: nobody types the others, and the code has all.
    private static let idCharacters = 12

    /// The title, made safe to show.
    let title: String

    /// "Copy 3 of 50"; empty where the work is no numbered copy.
    let copy: String

    /// The start of the EntryID.
    let id: String

    /// The address as a code.
    let code: QRCode

    /// Makes the label of a record; refuses one without a receipt, for no page shows it yet.
    init(_ record: TransparentStatement, file: String) throws(Failure) {
        guard let bytes = record.receipts.last else {
            throw .no(
                file, "has no receipt: no page shows it yet",
                hint: "colophon submit \(ShellWord.quoted(file)) --ledger URL")
        }
        let origin: Origin
        do {
            origin = try Origin(try Receipt(bytes).origin)
        } catch {
            throw .unreadable(file, "its receipt cannot be read: \(error)")
        }
        let entry = record.statement.id
        do throws(QRCodeError) {
            code = try QRCode("\(origin.uri.string)/entries/\(entry)")
        } catch {
            throw .unreadable(file, "\(error)")
        }
        id = String("\(entry)".prefix(Self.idCharacters)) + "\u{2026}"
        let facts = Self.facts(of: record)
        title = facts?.record.title.string ?? record.statement.predicate.string
        copy = facts?.edition.map { "Copy \($0.serial) of \($0.total)" } ?? ""
    }

    /// What the manifest says; nil where it is absent, of another type, or not the signed one.
    private static func facts(of record: TransparentStatement) -> ProvenanceFacts? {
        guard let manifest = record.manifest.flatMap({ try? Manifest($0) }),
            manifest.digest == record.statement.manifestDigest
        else { return nil }
        return try? ProvenanceFacts(manifest)
    }
}
