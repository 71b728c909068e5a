import Checkpoints
import Encoding
import Ledger
import LedgerControl
import LedgerStore
import Manifests

extension ControlJob {
    /// Hands over one of the ledger's own keys, or makes the next one.
    ///
    /// `which` is `note`, `receipt` or `ledger`; with `prepare=true` the key in force stays.
    package static let rotate = ControlJob(
        "rotate", parameters: ["which", "prepare", "suspect-from", "again"]
    ) { ledger, arguments, _ in
        guard let which = LogKeyManifest.Which(rawValue: arguments["which"] ?? "") else {
            throw ControlError("which: must be note, receipt or ledger", remedy: .mend)
        }
        let rotation =
            try arguments.flag("prepare")
            ? ledger.prepareRotation(of: which)
            : ledger.rotate(
                which, suspectFrom: arguments.number("suspect-from"),
                again: arguments.flag("again"))
        return try json(rotation, of: ledger)
    }

    private static func json(
        _ rotation: Ledger.Rotation, of ledger: Ledger
    ) throws -> JSON.Object {
        var object: JSON.Object = [
            "which": .string(Text(rotation.which.rawValue)),
            "status": .string(Text(rotation.status.rawValue)),
            "wasPrepared": .bool(rotation.wasPrepared), "old": .string(rotation.old),
            "new": .string(rotation.new), "origin": .string(ledger.origin.text),
        ]
        object["removed"] = rotation.removed.map { .string($0) }
        guard let entry = rotation.entry else { return object }
        object["index"] = .integer(Int64(clamping: entry.index))
        object["entry"] = .string(Text("\(entry.id)"))
        object["lastSize"] = .integer(Int64(clamping: entry.lastSize))
        object["suspectFrom"] = entry.suspectFrom.map { .integer(Int64(clamping: $0)) }
        if let record = try ledger.transparent(entry.id) {
            object["record"] = .string(Text(Base64.encode(record)))
        }
        return object
    }
}
