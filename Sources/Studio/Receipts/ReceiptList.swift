package import Checkpoints
import Encoding
package import Provenance

/// The receipts of one file: by rising size, none twice, at most eight (record.md §2).
package struct ReceiptList {
    private struct Item {
        var bytes: [UInt8]
        var receipt: Receipt
    }

    private var items: [Item] = []

    /// Says of a receipt whether witnesses have seen its head.
    private let isWitnessed: (Receipt) -> Bool

    /// Takes the receipts that a file has; one that cannot be read stays for `verify` to name.
    ///
    /// - Parameter isWitnessed: says whether witnesses have seen the head of a receipt. The first
    ///   such receipt always stays.
    package init(
        _ encoded: [[UInt8]], isWitnessed: @escaping (Receipt) -> Bool = { $0.isCosigned }
    ) {
        self.isWitnessed = isWitnessed
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

    /// Keys whose lines are evidence for whoever writes; those of others are verified by nobody.
    private var known: [VerifierKey] = []

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
        while items.count + unreadable.count > Limits.receipts, items.count > 2 {
            items.remove(at: leastPlace)
        }
    }

    /// Adds an encoded receipt of our own making.
    package mutating func insert(_ bytes: [UInt8]) {
        guard let receipt = try? Receipt(bytes) else { return }
        insert(bytes, of: receipt)
    }

    /// Takes out the lines in the name of one of these keys that do not verify, or whose time is
    /// too old for the head.
    ///
    /// Such a line is no evidence: it makes the record false or counts for nothing, and keeps the
    /// good one out.
    package mutating func removeBadLines(of keys: [VerifierKey]) {
        known = keys
        for place in items.indices {
            let receipt = items[place].receipt
            guard let note = receipt.note, let signed = try? SignedNote(parsing: note) else {
                continue
            }
            let good = signed.signatures.filter { line in
                !keys.contains { key in
                    switch key.verify(line, over: signed.text) {
                    case .invalid: true
                    case .cosigned(let time):
                        !Cosignature.mayBe(at: time, ofHeadAt: receipt.issuedAt)
                    case .absent, .valid, .tooEarly, .unsupported: false
                    }
                }
            }
            // A note of nothing but bad lines cannot be mended: `verify` names it.
            guard good != signed.signatures,
                let mended = try? SignedNote(text: signed.text, signatures: good),
                let changed = try? Receipt(receipt.noting(mended.encoded))
            else { continue }
            items[place] = Item(bytes: changed.encoded(), receipt: changed)
        }
    }

    /// Puts more signature lines under the notes of one head: those whose keys have none there.
    ///
    /// The text stays, and so do the lines that are there, but for those that nobody here can
    /// verify where there is no room. The caller has verified the lines.
    package mutating func add(_ lines: [NoteSignature], toHeadOf head: Checkpoint) {
        for place in items.indices {
            let receipt = items[place].receipt
            guard receipt.head == head, let note = receipt.note,
                let signed = try? SignedNote(parsing: note),
                let joined = signed.joining(lines, insteadOfOthersThan: known), joined != signed,
                let changed = try? Receipt(receipt.noting(joined.encoded))
            else { continue }
            items[place] = Item(bytes: changed.encoded(), receipt: changed)
        }
    }

    /// The place of the receipt that says least: the first that bounds nothing.
    ///
    /// The first receipt of a ledger bounds the time from above, the first that witnesses have seen
    /// bounds it without the ledger's word, and the newest is the freshest. A consistency receipt
    /// bounds it from below, together with the inclusion receipt of its head.
    private var leastPlace: Int {
        var kept: Set<Int> = []
        for origin in Set(items.map(\.receipt.origin)) {
            let own = items.indices.filter { items[$0].receipt.origin == origin }
            let entries = own.filter { items[$0].receipt.isInclusion }
            let proofs = own.filter { !items[$0].receipt.isInclusion }
            let seen = entries.first { isWitnessed(items[$0].receipt) }
            let proven = Set(proofs.map { items[$0].receipt.treeSize })
            kept.formUnion([entries.first, seen, entries.last].compactMap { $0 } + proofs)
            kept.formUnion(entries.filter { proven.contains(items[$0].receipt.treeSize) })
        }
        return items.indices.first { !kept.contains($0) } ?? 1
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

    /// The head of its note; nil where it carries none that can be read.
    var head: Checkpoint? {
        note.flatMap { try? SignedCheckpoint(parsing: $0).claim }
    }

    /// Whether its note has a line of anybody but the log: who that is, a trust kit says.
    package var isCosigned: Bool {
        guard let note, let signed = try? SignedCheckpoint(parsing: note) else { return false }
        return !signed.cosignatures.isEmpty
    }
}

extension SignedNote {
    /// Returns the note with those of `lines` whose keys have no line in it yet, as many as others
    /// have to read; nil where they make no note.
    ///
    /// A line under which a key has one already is left out: what is there is evidence. Where there
    /// is no room, lines of keys that are not `known` give way, the last one first: anybody can
    /// have put them there.
    func joining(
        _ lines: [NoteSignature], insteadOfOthersThan known: [VerifierKey]
    ) -> SignedNote? {
        let log = text.split(separator: UInt8(ascii: "\n")).first.map(Array.init) ?? []
        var signatures = signatures
        func isEvidence(_ line: NoteSignature) -> Bool {
            line.name.utf8 == log || lines.contains(line)
                || known.contains { $0.name == line.name && $0.keyID == line.keyID }
        }
        for line in lines {
            let isThere = signatures.contains {
                $0.name == line.name && $0.keyID == line.keyID
            }
            guard !isThere else { continue }
            while signatures.count >= SignedCheckpoint.maximumLineCount,
                let place = signatures.lastIndex(where: { !isEvidence($0) })
            {
                signatures.remove(at: place)
            }
            guard signatures.count < SignedCheckpoint.maximumLineCount else { break }
            signatures.append(line)
        }
        return try? SignedNote(text: text, signatures: signatures)
    }
}
