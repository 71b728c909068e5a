import Checkpoints
import Encoding
import Foundation
import Ledger
import LedgerCheck
import LedgerStore
import LogReader
import Provenance
import TestSupport

extension FuzzTarget {
    /// Names in a folder of backups that RocksDB's engine or we look at.
    static let backupNames = [
        "LEDGER", "meta/1", "meta", "private", "private/1", "shared_checksum", "letter", "meta/2",
        "meta/1.tmp", "private/1/CURRENT", "private/2", "private/2/CURRENT", "shared",
        "shared_checksum/000001_x_0.sst", "000009.log", "meta/2.tmp",
    ]

    /// Names in an export's folder.
    static let exportNames = [
        "checkpoint", "checkpoint.previous", "control", "tile", "letter", "tile/0/000.p/2",
        "tile/0", "tile/0/000.p", "tile/entries", "tile/entries/000.p/2", "manifests/000.p/2",
        "manifests", ".well-known", ".well-known/scitt-keys", "checkpoint.tmp", "tile/0/000",
    ]

    /// A folder of backups that somebody has changed is restored right, or refused as a value.
    static func backupFolder(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        let desk = try hostileDesk()
        return try desk.changing("backups", backupNames, by: bytes) { copy throws(BrokenProperty) in
            let options = LedgerOptions(data: copy + ".restored")
            defer { try? FileManager.default.removeItem(atPath: options.data) }
            let report: RestoreReport
            do throws(LedgerError) {
                report = try Ledger.restore(from: copy, to: options)
            } catch {
                for path in [options.data, options.data + ".restoring"] {
                    let isAbsent = (try? isThere(path)) == false
                    try hold(isAbsent, "what was refused is not there: \(error)")
                }
                return false
            }
            try hold(report.size == 2, "what is restored is the whole ledger")
            let check = try? Ledger.check(folder: options)
            try hold(check?.findings.isEmpty == true, "what is restored is right")
            return true
        }
    }

    /// An export that somebody has changed is read right or refused, and a later one is written
    /// into it or refused.
    static func exportFolder(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        let desk = try hostileDesk()
        return try desk.changing("export", exportNames, by: bytes) { copy throws(BrokenProperty) in
            let before = isWhole(copy, desk)
            let exported = try? desk.ledger.export(to: copy)
            try hold(exported.map { $0.size == 2 } ?? true, "the whole log is written")
            let after = isWhole(copy, desk)
            try hold(after || !before || exported == nil, "writing again breaks nothing")
            return after
        }
    }

    private static func isWhole(_ folder: String, _ desk: HostileDesk) -> Bool {
        guard let policy = try? desk.ledger.trustKit().policy,
            let line = policy.split(separator: UInt8(ascii: "\n")).first,
            let key = try? VerifierKey(
                parsing: Text(String(decoding: line.dropFirst("log ".utf8.count), as: UTF8.self)))
        else { return false }
        do {
            return try WaitingThread.run {
                let trust = LogTrust.key(key)
                try await TiledLog(LogFolder(path: folder), trust: trust).newest().verify()
                return true
            }
        } catch {
            return false
        }
    }

    static func hostileDesk() throws(BrokenProperty) -> HostileDesk {
        do {
            return try HostileDesk.shared.get()
        } catch {
            throw BrokenProperty(description: "no ledger to attack: \(error)")
        }
    }
}
