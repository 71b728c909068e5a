import Encoding
import Ledger
import LedgerControl
import LogReader

extension ControlJob {
    /// Takes a backup: `to` is the folder of backups, `keep` the number of the newest that stay.
    package static let backup = ControlJob("backup", parameters: ["to", "keep"]) {
        ledger, arguments, progress in
        let keep = try arguments.number("keep").map { UInt32(clamping: $0) }
        let report = try ledger.backup(
            to: arguments.path("to"), keeping: keep, progress: progress)
        return [
            "backup": .integer(Int64(report.id)), "size": number(report.size),
            "newBytes": number(report.newByteCount), "bytes": number(report.byteCount),
            "kept": .integer(Int64(report.kept)),
        ]
    }

    /// Writes the log as static files into the folder `to`.
    package static let export = ControlJob("export", parameters: ["to"]) {
        ledger, arguments, progress in
        let summary = try ledger.export(to: arguments.path("to"), progress: progress)
        return [
            "oldSize": number(summary.oldSize), "size": number(summary.size),
            "files": .integer(Int64(summary.files)), "bytes": .integer(Int64(summary.bytes)),
        ]
    }

    private static func number(_ number: UInt64) -> JSON {
        .integer(min(Int64(clamping: number), JSON.maximumInteger))
    }
}
