import Checkpoints
import Encoding
import Files
import Merkle
package import Provenance

/// A receipt that speaks against a record: together they show what the ledger has done.
///
/// A file is named by its contents. What has that name already is read: one that shows the same is
/// the file that is meant, and of anything else the name is left, and one with `-2` or more is
/// taken. So the path that is returned is always one of a file that shows it.
package enum RefusedReceipt {
    /// Bytes of a root or a digest that a name tells.
    ///
    /// Who finds two that agree in them gains nothing: the contents decide.
    private static let markBytes = 8

    /// Keeps the receipt beside the record at `path`, and returns where; `verify --receipt` takes
    /// it.
    ///
    /// The name tells the head, so that what is refused every night is kept once.
    package static func keep(
        _ receipt: FittingReceipt, beside path: String
    ) throws(RecordFileError) -> String {
        let mark = "\(receipt.head.size)-\(digits(of: receipt.head.root))"
        return try keep(receipt.bytes, as: mark, beside: path) { other in
            shows(other, the: receipt)
        }
    }

    /// Keeps receipts that were in the record at `path` and gave way to a proven one, and returns
    /// where; one whose proof leads nowhere is named by its own digest.
    package static func keep(
        _ receipts: [[UInt8]], of statement: Statement, beside path: String
    ) throws(RecordFileError) -> [String] {
        try receipts.map { bytes throws(RecordFileError) in
            guard let fitting = try? FittingReceipt(bytes, for: statement) else {
                return try keep(bytes, as: digits(of: .sha256(bytes)), beside: path)
            }
            return try keep(fitting, beside: path)
        }
    }

    /// Keeps anchors that were in the record at `path` and that are false, and returns where; each
    /// is named by its own digest.
    package static func keep(
        anchors: [[UInt8]], beside path: String
    ) throws(RecordFileError) -> [String] {
        try anchors.map { bytes throws(RecordFileError) in
            try keep(bytes, as: digits(of: .sha256(bytes)), "anchor", beside: path)
        }
    }

    /// Keeps a proof of completeness that is false, or speaks against the record at `path`, and
    /// returns where; it is named by its own digest.
    package static func keep(
        complete bytes: [UInt8], beside path: String
    ) throws(RecordFileError) -> String {
        try keep(bytes, as: digits(of: .sha256(bytes)), "complete", beside: path)
    }

    private static func digits(of hash: Hash) -> String { Hex.encode(hash.bytes.prefix(markBytes)) }

    /// Whether a file is the same receipt, if with other cosignatures: who cosigns its head is
    /// another matter, and may be more each night.
    private static func shows(_ bytes: [UInt8], the receipt: FittingReceipt) -> Bool {
        guard let other = try? Receipt(bytes), let note = other.note,
            let head = try? SignedCheckpoint(parsing: note).claim
        else { return false }
        return head == receipt.head && other.proof == receipt.receipt.proof
            && other.signature == receipt.receipt.signature
    }

    private static func keep(
        _ bytes: [UInt8], as mark: String, _ kind: String = "receipt", beside path: String,
        isSame: ([UInt8]) -> Bool = { _ in false }
    ) throws(RecordFileError) -> String {
        do throws(FileError) {
            let place = try Place(path)
            let start = "\(place.name).refused-"
            for number in 1...RecordFile.refusedLimit {
                let end = ".refused-\(mark)\(number == 1 ? "" : "-\(number)").\(kind)"
                let name = place.name + end
                if let isThere = try shows(bytes, name, in: place.folder, isSame) {
                    if isThere { return path + end }
                    continue
                }
                let count = try place.folder.names().count {
                    $0.hasPrefix(start) && $0.hasSuffix(".\(kind)")
                }
                guard count < RecordFile.refusedLimit else { break }
                do throws(FileError) {
                    try AtomicFile.write(bytes, to: path + end, .create)
                } catch {
                    // Another command was faster.
                    guard error.reason == .exists else { throw error }
                    guard try shows(bytes, name, in: place.folder, isSame) == true else { continue }
                }
                return path + end
            }
        } catch {
            throw .unwritable(error)
        }
        throw .manyRefused(path)
    }

    /// Whether the file with this name shows the same; nil where nothing has the name.
    ///
    /// What cannot be read shows nothing.
    private static func shows(
        _ bytes: [UInt8], _ name: String, in folder: Folder, _ isSame: ([UInt8]) -> Bool
    ) throws(FileError) -> Bool? {
        guard let status = try folder.status(of: name) else { return nil }
        guard status.kind == .file, status.size <= UInt64(Limits.fileBytes),
            let there = try? folder.read(name, limit: Limits.fileBytes)
        else { return false }
        return there == bytes || isSame(there)
    }
}
