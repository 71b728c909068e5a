import Encoding
import Manifests
package import Provenance

/// What the ledger says of a drop: whether a record that is bound to it may be registered.
///
/// The newest statement whose window covers the record decides (milestones.md §7).
package struct DropStanding: Sendable {
    private let windows: [InventoryWindow]
    private let unclear: [UnclearStatement]

    /// Takes what is registered about the drop.
    package init(_ registered: RegisteredStatements) {
        let all = registered.statements
        windows = all.compactMap { InventoryWindow($0) }
        unclear = registered.unclear
    }

    /// Says whether a record that was signed at this time, in POSIX seconds, may go.
    package func answer(forSignedAt issuedAt: UInt64) -> GateAnswer {
        let newest = windows.last { $0.covers(issuedAt) }
        // What cannot be read may be a mismatch, and newer.
        if let doubt = unclear.last, doubt.index > newest?.index ?? 0 {
            return .held(.unclear(doubt))
        }
        guard let newest else {
            return .held(windows.isEmpty ? .silence : .uncovered(issuedAt))
        }
        switch newest.verdict {
        case .balanced: return .open(newest.entry)
        case .mismatch: return .held(.mismatch(newest.entry))
        case .miscounted(let words): return .held(.miscounted(newest.entry, words))
        }
    }
}

/// Whether a record may go to the ledger.
package enum GateAnswer: Sendable {
    /// It may: it is bound to no drop.
    case free

    /// It may, by the reconciliation in this entry.
    case open(EntryID)

    /// It must wait.
    case held(GateHold)
}

/// Why a record that is bound to a drop must wait.
package enum GateHold: Error {
    /// Nobody who counts has registered a reconciliation of the drop.
    case silence

    /// No window covers the time at which it was signed, in POSIX seconds.
    case uncovered(UInt64)

    /// The reconciliation that covers it says that the numbers do not match.
    case mismatch(EntryID)

    /// The reconciliation that covers it says that they do, and they do not; the words say which.
    case miscounted(EntryID, String)

    /// It cannot be told what a newer statement says.
    case unclear(UnclearStatement)

    /// The ledger cannot be asked, or what it says cannot be trusted.
    case unknown(RegisteredError)

    /// Its manifest cannot be read: it may be bound to any drop.
    case unreadable

    /// There is no trust kit by which the ledger's answer could be judged.
    case noKit
}

extension GateHold: CustomStringConvertible {
    /// The reason in words, without a full stop.
    package var description: String {
        switch self {
        case .silence: "no reconciliation of the drop is registered"
        case .uncovered(let time):
            "no window of a reconciliation covers \(Instant(time)), when it was signed"
        case .mismatch(let entry): "the reconciliation in entry \(entry) is a mismatch"
        case .miscounted(let entry, let words):
            "the reconciliation in entry \(entry) does not add up: \(words)"
        case .unclear(let statement): "\(statement)"
        case .unknown(let error): "the ledger \(error)"
        case .unreadable: "its manifest cannot be read, and it may be bound to a drop"
        case .noKit: "the gate needs a trust kit"
        }
    }
}
