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
    ///
    /// - Parameters:
    ///   - hold: what the caller holds of the record's folder already.
    ///   - limit: how long another command that is at work in the folder is waited for.
    package static func keep(
        _ receipt: FittingReceipt, beside path: String, under hold: RecordHold? = nil,
        within limit: Duration = FileLock.longestWait
    ) throws(RecordFileError) -> String {
        let mark = "\(receipt.head.size)-\(digits(of: receipt.head.root))"
        return try keep(receipt.bytes, as: mark, beside: path, under: hold, within: limit) {
            shows($0, the: receipt)
        }
    }

    /// Keeps receipts that were in the record at `path` and gave way to a proven one, and returns
    /// where; one whose proof leads nowhere is named by its own digest.
    package static func keep(
        _ receipts: [[UInt8]], of statement: Statement, beside path: String,
        under hold: RecordHold? = nil, within limit: Duration = FileLock.longestWait
    ) throws(RecordFileError) -> [String] {
        try receipts.map { bytes throws(RecordFileError) in
            guard let fitting = try? FittingReceipt(bytes, for: statement) else {
                return try keep(
                    bytes, as: digits(of: .sha256(bytes)), beside: path, under: hold, within: limit)
            }
            return try keep(fitting, beside: path, under: hold, within: limit)
        }
    }

    /// Keeps anchors that were in the record at `path` and that are false, and returns where; each
    /// is named by its own digest.
    package static func keep(
        anchors: [[UInt8]], beside path: String, under hold: RecordHold? = nil,
        within limit: Duration = FileLock.longestWait
    ) throws(RecordFileError) -> [String] {
        try anchors.map { bytes throws(RecordFileError) in
            try keep(
                bytes, as: digits(of: .sha256(bytes)), "anchor", beside: path, under: hold,
                within: limit)
        }
    }

    /// Keeps a proof of completeness that is false, or speaks against the record at `path`, and
    /// returns where; it is named by its own digest.
    package static func keep(
        complete bytes: [UInt8], beside path: String, under hold: RecordHold? = nil,
        within limit: Duration = FileLock.longestWait
    ) throws(RecordFileError) -> String {
        try keep(
            bytes, as: digits(of: .sha256(bytes)), "complete", beside: path, under: hold,
            within: limit)
    }

    /// What stands in a name behind that of the record, which has so many bytes.
    private static func end(of name: String, after count: Int) -> String {
        String(decoding: name.utf8.dropFirst(count), as: UTF8.self)
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
        under hold: RecordHold?, within limit: Duration, isSame: ([UInt8]) -> Bool = { _ in false }
    ) throws(RecordFileError) -> String {
        let outcome: KeptFiles.Outcome
        let start: Int
        do throws(FileError) {
            let place = try Place(path)
            let kept = KeptFiles(prefix: "\(place.name).refused-", suffix: ".\(kind)")
            start = place.name.utf8.count
            outcome = try kept.keep(
                bytes, as: kept.names(for: mark), in: place.folder, under: hold, within: limit,
                isSame: isSame
            ) { name throws(FileError) in
                try AtomicFile.write(bytes, to: path + end(of: name, after: start), .create)
            }
        } catch {
            throw .unwritable(error)
        }
        switch outcome {
        case .kept(let name): return path + end(of: name, after: start)
        case .full, .taken: throw .manyRefused(path)
        }
    }
}
