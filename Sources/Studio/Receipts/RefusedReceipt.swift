import Checkpoints
import Encoding
package import Files
import Merkle
package import Provenance

/// A receipt that speaks against a record: together they show what the ledger has done.
package enum RefusedReceipt {
    /// Bytes of a root that a name tells: nobody makes two trees that agree in them by chance.
    private static let rootBytes = 4

    /// Keeps the receipt beside the record at `path`, and returns where; `verify --receipt` takes
    /// it.
    ///
    /// The name tells the head, so that what is refused every night is kept once.
    package static func keep(
        _ receipt: FittingReceipt, beside path: String
    ) throws(FileError) -> String {
        let mark = Hex.encode(receipt.head.root.bytes.prefix(rootBytes))
        return try keep(receipt.bytes, as: "\(receipt.head.size)-\(mark)", beside: path)
    }

    /// Keeps receipts that were in the record at `path` and gave way to a proven one, and returns
    /// where; one whose proof leads nowhere is named by its own digest.
    package static func keep(
        _ receipts: [[UInt8]], of statement: Statement, beside path: String
    ) throws(FileError) -> [String] {
        try receipts.map { bytes throws(FileError) in
            guard let fitting = try? FittingReceipt(bytes, for: statement) else {
                let mark = Hex.encode(Hash.sha256(bytes).bytes.prefix(rootBytes))
                return try keep(bytes, as: mark, beside: path)
            }
            return try keep(fitting, beside: path)
        }
    }

    /// Keeps anchors that were in the record at `path` and that are false, and returns where; each
    /// is named by its own digest.
    package static func keep(
        anchors: [[UInt8]], beside path: String
    ) throws(FileError) -> [String] {
        try anchors.map { bytes throws(FileError) in
            let mark = Hex.encode(Hash.sha256(bytes).bytes.prefix(rootBytes))
            return try keep(bytes, as: mark, "anchor", beside: path)
        }
    }

    /// Keeps a proof of completeness that is false, or speaks against the record at `path`, and
    /// returns where; it is named by its own digest.
    package static func keep(
        complete bytes: [UInt8], beside path: String
    ) throws(FileError) -> String {
        let mark = Hex.encode(Hash.sha256(bytes).bytes.prefix(rootBytes))
        return try keep(bytes, as: mark, "complete", beside: path)
    }

    private static func keep(
        _ bytes: [UInt8], as mark: String, _ kind: String = "receipt", beside path: String
    ) throws(FileError) -> String {
        let name = "\(path).refused-\(mark).\(kind)"
        do throws(FileError) {
            try AtomicFile.write(bytes, to: name, .create)
        } catch {
            guard error.reason == .exists else { throw error }
        }
        return name
    }
}
