import Encoding
public import Jobs
public import LedgerStore
import Merkle
import Provenance
public import LogReader

extension Ledger {
    /// Writes the log as of its newest head into `folder` as static files; see ``StaticLayout``.
    ///
    /// Only files that are new since the last time are written, and erased bytes are taken from the
    /// files too. Registration goes on meanwhile.
    public func export(
        to folder: String, progress: JobProgress = .silent
    ) throws(LedgerError) -> StaticLogWriter.Summary {
        try LedgerSurroundings(options).refuse(folder)
        guard let (store, view) = published.newest else { throw unmetQuorum }
        let head = view.head
        guard let receipt = head.receipt else { throw .corrupt("no head was ever signed") }
        let content = ExportedLog(
            ledger: self, store: store, note: receipt.note, size: head.size)
        do {
            var writer = try StaticLogWriter(folder: folder)
            return try writer.write(content) { done, total in
                try progress.report("writing entries", done: done, of: total)
            }
        } catch let error as LedgerError {
            throw error
        } catch let error as StaticLogError {
            throw LedgerError(error)
        } catch {
            throw .unfit(path: folder, reason: "\(error)")
        }
    }
}

/// The ledger as of one head, in the form that static files are written from.
private struct ExportedLog: StaticLogContent {
    let ledger: Ledger
    let store: Store
    let note: [UInt8]
    let size: UInt64

    func root(size: UInt64) throws -> Hash {
        try store.range(size: size).root
    }

    func tile(_ id: TileID, width: Int) throws -> [UInt8] {
        try existing(ledger.tile(id, width: width), "tile \(id.level)/\(id.index)")
    }

    func entries(_ index: UInt64, width: Int) throws -> [UInt8] {
        try existing(ledger.entryBundle(index: index, width: width), "bundle \(index)")
    }

    func manifests(_ index: UInt64, width: Int) throws -> [UInt8] {
        try existing(ledger.manifestBundle(index: index, width: width), "bundle \(index)")
    }

    func bundlesErased(since size: UInt64) throws -> Set<UInt64> {
        // Files from before all rows were marked may have bytes of older erasures, too.
        let covered = try store.erasureMark().map { size > $0.coveredSince } ?? false
        let start = covered ? size : 0
        var bundles: Set<UInt64> = []
        try store.forEachControl { index, statement throws(LedgerError) in
            guard index >= start, let order = try? LoggedErasure.Order(statement, at: index) else {
                return
            }
            try ledger.published.forEachPage(of: order.erasure, in: store) {
                page throws(LedgerError) in
                for entry in page { bundles.insert(entry / UInt64(TileID.width)) }
            }
        }
        return bundles
    }

    func evidence(_ body: (UInt64, [UInt8]) throws -> Void) throws {
        var bundle: DatedBundle?
        var next: UInt64 = 0
        while next < size {
            let page = try store.anchorPage(
                of: (next + 1)...size, limit: DatedBundle.page, more: AnchorMemory.rowsOfAHead)
            guard let last = page.last else { break }
            for row in page {
                if let full = bundle, full.index != DatedBundle.index(of: row.size) {
                    try body(full.index, full.bytes)
                    bundle = nil
                }
                var open = bundle ?? DatedBundle(of: row.size)
                try open.append(row, from: store)
                bundle = open
            }
            next = last.size
        }
        if let bundle { try body(bundle.index, bundle.bytes) }
    }

    func control() throws -> [UInt8] { try ledger.control() }

    func receiptKeys() throws -> [UInt8] {
        CBOR.array(ledger.scittKeys().map(\.keySetMember)).encoded()
    }

    func indexHead() throws -> [UInt8]? {
        guard let found = try store.indexHead(below: size) else { return nil }
        let head = try ledger.transparent(found)
        // The quorum of a newer head may be missing; what an earlier export has stays.
        return head.receipts.isEmpty ? nil : head.encoded()
    }

    private func existing(_ bytes: [UInt8]?, _ what: String) throws(LedgerError) -> [UInt8] {
        guard let bytes else { throw .corrupt("\(what) is below the head and not there") }
        return bytes
    }
}
