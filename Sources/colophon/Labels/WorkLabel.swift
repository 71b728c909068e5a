import Checkpoints
import Encoding
import Manifests
import Provenance
import QRCodes
import Files

/// What a label says of a record: title, number of the copy, the start of the EntryID,
/// and the address of the entry's page as a QR code.
///
/// Nothing was checked: a label says where to look.
struct WorkLabel: Sendable {
    /// Characters of the EntryID that are printed: nobody types the others, and the code has all.
    static let idCharacters = 12

    /// The title, made safe to show.
    let title: String

    /// "Copy 3 of 50"; empty where the work is no numbered copy.
    let copy: String

    /// The start of the EntryID.
    let id: String

    /// The address as a code.
    let code: QRCode

    /// Whether the record has a receipt; without one the address answers later, if at all.
    let isRegistered: Bool

    /// Makes the label of a record.
    ///
    /// - Parameters:
    ///   - home: the ledger that a record without a receipt is going to; nil refuses such a record.
    ///   - file: the name of the record, for a failure.
    init(_ record: TransparentStatement, home: Origin?, file: String) throws(Failure) {
        let origin: Origin
        if let receipt = record.receipts.last {
            origin = try Self.origin(of: receipt, file)
        } else {
            origin = try Self.origin(record.statement, home, file)
        }
        isRegistered = !record.receipts.isEmpty
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

    private static func origin(of receipt: [UInt8], _ file: String) throws(Failure) -> Origin {
        do {
            return try Origin(try Receipt(receipt).origin)
        } catch {
            throw .unreadable(file, "its receipt cannot be read: \(error)")
        }
    }

    /// Where a record without a receipt is going to.
    private static func origin(
        _ statement: Statement, _ home: Origin?, _ file: String
    ) throws(Failure) -> Origin {
        guard let home else {
            throw .no(
                file, "has no receipt: no page shows it yet",
                hint: "colophon submit \(ShellWord.quoted(file)) --ledger URL, or --unregistered")
        }
        if let audience = statement.audience, audience != home.text {
            throw .no(
                file, "is meant for \(audience) alone, and the kit is of \(home)",
                hint: "--trust must name the kit of that ledger")
        }
        return home
    }

    /// What the manifest says; nil where it is absent, of another type, or not the signed one.
    static func facts(of record: TransparentStatement) -> ProvenanceFacts? {
        guard let manifest = record.manifest.flatMap({ try? Manifest($0) }),
            manifest.digest == record.statement.manifestDigest
        else { return nil }
        return try? ProvenanceFacts(manifest)
    }
}
