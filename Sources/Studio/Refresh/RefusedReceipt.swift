import Checkpoints
import Encoding
package import Files
import Merkle

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
        let name = "\(path).refused-\(receipt.head.size)-\(mark).receipt"
        do throws(FileError) {
            try AtomicFile.write(receipt.bytes, to: name, .create)
        } catch {
            guard error.reason == .exists else { throw error }
        }
        return name
    }
}
