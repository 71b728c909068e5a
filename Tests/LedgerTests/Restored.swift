import Checkpoints
import Encoding
import Foundation
import Ledger
import Logging
import Merkle
import Provenance
import LogReader
import Testing
import TestLedger

/// A copy of a ledger's folder in another place, with the keys and the memories of the first.
struct Restored {
    let options: LedgerOptions

    /// Restores a backup beside `original`, which must be closed where both would sign.
    init(
        _ original: LedgerFixture, from backups: String, backup: UInt32? = nil,
        highWater: String? = nil
    ) throws {
        let data = original.folder.appending(path: "restored-\(UUID())").path()
        // A copy of the high-water file: the original goes on with its own.
        let copy = data + ".highwater"
        if highWater == nil {
            try FileManager.default.copyItem(atPath: original.options.highWater, toPath: copy)
        }
        options = LedgerOptions(
            data: data, keys: original.options.keys, highWater: highWater ?? copy)
        _ = try Ledger.restore(from: backups, backup: backup, to: options)
    }

    /// Opens it as a server would, and closes it again.
    func open<Value>(_ body: (Ledger) async throws -> Value) async throws -> Value {
        let ledger = try Ledger.open(options, logger: Logger(label: "test"))
        defer { ledger.close() }
        return try await body(ledger)
    }
}

/// Recomputes the tree from the leaves, by way of an export, and checks every id, manifest and
/// receipt of it through the ledger's own reads.
func checkWhole(_ ledger: Ledger, in folder: URL) async throws -> UInt64 {
    let out = folder.appending(path: "whole-\(UUID())").path()
    defer { try? FileManager.default.removeItem(atPath: out) }
    _ = try ledger.export(to: out)
    let log = try await TiledLog(
        LogFolder(path: out), trust: .key(try noteKey(of: ledger))
    ).newest()
    try await log.verify { index, leaf, manifest throws in
        let statement = try Statement(leaf: leaf)
        let id = EntryID(ofLeaf: leaf)
        #expect(try ledger.statement(id) == leaf)
        let receipt = try Receipt(#require(try ledger.receipt(id)))
        guard case .inclusion(let proof) = receipt.proof else {
            Issue.record("entry \(index) has no inclusion receipt")
            return
        }
        #expect(proof.leafIndex == index)
        #expect(proof.root(from: .leaf(leaf)) == log.checkpoint.root)
        guard case .envelope(let digest, let subjects, _) = statement.body else { return }
        if let manifest { #expect(Hash.sha256(manifest) == digest) }
        for subject in subjects {
            let found = try ledger.entries(
                subject: subject, after: index == 0 ? nil : index - 1, limit: 1)
            #expect(found.first?.index == index)
        }
    }
    return log.checkpoint.size
}

/// The key that the ledger's notes are signed with.
func noteKey(of ledger: Ledger) throws -> VerifierKey {
    let policy = try ledger.trustKit().policy
    let line = String(decoding: policy, as: UTF8.self).split(separator: "\n")[0]
    return try VerifierKey(parsing: Text(String(line.dropFirst("log ".count))))
}
