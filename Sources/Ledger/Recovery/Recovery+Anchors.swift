import Checkpoints
import Files
import LedgerStore
import LogReader
import Manifests
import Merkle
import Provenance

/// Evidence about heads that comes back with the entries of an export, and the heads with it.
extension Recovery {
    /// What one export gave, and what it did not.
    struct ReturnedAnchors {
        var count = 0
        var passedOver: [PassedOver] = []
    }

    /// Puts back what an export has of evidence about heads that the store covers.
    ///
    /// A head comes back only as the ledger's own keys have signed it, with the root of the tree at
    /// its size, and between the times of those around it; a file with another one is passed over,
    /// for entries do not depend on it. What is there already stays.
    func putBackAnchors(export path: String) throws(LedgerError) -> ReturnedAnchors {
        var returned = ReturnedAnchors()
        let folder = try LedgerError.files { () throws(FileError) in try Folder(path) }
        guard size > 0 else { return returned }
        do throws(FileError) {
            guard try folder.folder(ifThere: StaticLayout.anchors) != nil else { return returned }
        } catch {
            returned.passedOver.append(.init(path: error.path, reason: error.words))
            return returned
        }
        let verifier: HeadVerifier
        do throws(Refusal) {
            verifier = try HeadVerifier(registry)
        } catch {
            throw .corrupt("a receipt key cannot be used: \(error)")
        }
        for bundle in 0...DatedBundle.index(of: size) {
            let name = StaticLayout.anchors(bundle)
            let bytes: [UInt8]?
            do throws(FileError) {
                bytes = try folder.read(name, limit: DatedBundle.byteLimit)
            } catch {
                // The entries are back already, and do not depend on it. A folder that cannot be
                // read is met at each of its files.
                let file = PassedOver(path: error.path, reason: error.words)
                if returned.passedOver.last != file { returned.passedOver.append(file) }
                continue
            }
            guard let bytes else { continue }
            do throws(LedgerError) {
                guard let heads = DatedBundle.read(bytes) else {
                    throw .unfit(path: folder.path(of: name), reason: "is no file of evidence")
                }
                for dated in heads where dated.head.size <= size {
                    returned.count += try putBack(dated, verifier, folder.path(of: name))
                }
            } catch .unfit(let path, let reason) {
                returned.passedOver.append(.init(path: path, reason: reason))
            }
        }
        return returned
    }

    /// Puts back one head with its evidence, and returns how many rows.
    private func putBack(
        _ dated: DatedBundle.Dated, _ verifier: HeadVerifier, _ path: String
    ) throws(LedgerError) -> Int {
        let stored = try store.head(size: dated.head.size)
        if stored?.receipt == nil { try check(dated.head, verifier, path) }
        let head = stored?.receipt == nil ? dated.head : stored ?? dated.head
        guard let note = try head.signedCheckpoint()?.note else { return 0 }
        var rows: [AnchorRow] = []
        for row in dated.anchors {
            guard row.isAbout(note) else {
                throw .unfit(path: path, reason: "has evidence about another head of \(row.size)")
            }
            if try store.anchor(row.key)?.state != .complete { rows.append(row) }
        }
        guard !rows.isEmpty else { return 0 }
        try store.write(.anchor, sync: true) { batch in
            if stored?.receipt == nil { batch.put(head) }
            for row in rows { batch.put(row) }
        }
        return rows.count
    }

    /// Makes sure that a head is the ledger's, of this tree, and in its place in time.
    private func check(
        _ head: HeadRow, _ verifier: HeadVerifier, _ path: String
    ) throws(LedgerError) {
        guard let receipt = head.receipt, try store.range(size: head.size).root == head.root else {
            throw .unfit(path: path, reason: "has a head of \(head.size) that is not this tree's")
        }
        do throws(Refusal) {
            try verifier.checkNote(of: receipt, size: head.size, root: head.root)
            try verifier.checkReceipt(
                of: receipt, size: head.size, root: head.root, time: head.time)
        } catch {
            throw .unfit(
                path: path, reason: "has a head of \(head.size) that is not the ledger's: \(error)")
        }
        let before = try store.newestHead(upTo: head.size - 1, among: 1) {
            size, value throws(LedgerError) in try HeadRow(size: size, value: value)
        }
        let after = try store.headValues(from: head.size + 1, below: .max, limit: 1).first
            .map { row throws(LedgerError) in try HeadRow(size: row.size, value: row.value) }
        guard before.map({ $0.time <= head.time }) ?? true,
            after.map({ head.time <= $0.time }) ?? true
        else {
            throw .unfit(
                path: path,
                reason: "has a head of \(head.size) whose time \(head.time) is not between those "
                    + "of the heads around it")
        }
    }
}
