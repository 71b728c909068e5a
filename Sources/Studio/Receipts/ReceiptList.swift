package import Provenance

/// The receipts of one file: by rising size, none twice, at most eight (record.md §2).
package struct ReceiptList {
    private struct Item {
        let bytes: [UInt8]
        let receipt: Receipt
    }

    private var items: [Item] = []

    /// Takes the receipts that a file has; one that cannot be read stays for `verify` to name.
    package init(_ encoded: [[UInt8]]) {
        unreadable = []
        for bytes in encoded {
            if let receipt = try? Receipt(bytes) {
                items.append(Item(bytes: bytes, receipt: receipt))
            } else {
                unreadable.append(bytes)
            }
        }
    }

    private var unreadable: [[UInt8]]

    /// The receipts as they are stored.
    package var bytes: [[UInt8]] {
        items.map(\.bytes) + unreadable
    }

    /// Adds a receipt unless one of the same ledger says as much already.
    package mutating func insert(_ bytes: [UInt8], of receipt: Receipt) {
        let isKnown = items.contains { item in
            item.receipt.origin == receipt.origin && item.receipt.treeSize == receipt.treeSize
                && item.receipt.isInclusion == receipt.isInclusion
        }
        guard !isKnown else { return }
        let position =
            items.firstIndex { Self.order($0.receipt) > Self.order(receipt) } ?? items.endIndex
        items.insert(Item(bytes: bytes, receipt: receipt), at: position)
        // The first bounds the time from above, the newest is the freshest: those between go.
        while items.count + unreadable.count > Limits.receipts, items.count > 2 {
            items.remove(at: 1)
        }
    }

    /// Adds an encoded receipt of our own making.
    package mutating func insert(_ bytes: [UInt8]) {
        guard let receipt = try? Receipt(bytes) else { return }
        insert(bytes, of: receipt)
    }

    /// A consistency receipt follows the inclusion receipt of its head.
    private static func order(_ receipt: Receipt) -> (UInt64, Int) {
        (receipt.treeSize, receipt.isInclusion ? 0 : 1)
    }
}

extension Receipt {
    /// Whether the receipt is about an entry, not about two heads.
    var isInclusion: Bool {
        if case .inclusion = proof { true } else { false }
    }
}
