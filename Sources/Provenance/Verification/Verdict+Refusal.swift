import Checkpoints
import Manifests

/// What was asked when a refusal came: how much else could be known decides what it means.
enum Question {
    /// Whether the bytes are a statement, with parts that are known here.
    case form

    /// Whether the manifest whose digest was signed has the form of its type.
    case signedManifest

    /// Whether a manifest that was not signed is the one that was.
    case otherManifest

    /// Whether a receipt, or the signature of one, holds.
    case receipt

    /// Whether the statement's signature is by its key.
    case signature

    /// Whether the signer was in its right by the registry.
    case signer(Place)

    /// Whether a control statement follows the newest one that the kit knows.
    case laterControl

    /// Whether the `key` statements in a file lead to a key that the kit knows.
    case keyStatement

    /// Whether an anchor is about the entry and a head of its log.
    case anchor

    /// Where the entry stands in the kit's ledger.
    enum Place {
        /// Below the kit's size: the kit has all that decided.
        case belowKit

        /// From the kit's size on: a later policy may have decided.
        case aboveKit

        /// Nothing proves where; whether there is a position at which the key was valid.
        case unproven(wasValidOnce: Bool)
    }
}

/// The one table from what was refused to what a report calls it.
///
/// A refusal is *false* where nothing that could still be learned would change it, and *unknown*
/// where a newer kit, or a newer version of this program, may know better (verification.md §1,
/// §7). *Absent* and *not checked here* are not refusals: they are found where a part is not
/// there, or where a checker is not.
extension Verdict {
    /// What `refusal` means as an answer to `question`.
    init(_ refusal: Refusal, in question: Question) {
        let open: Set<Refusal.Reason> =
            switch question {
            case .form: [.unknownType]
            // A type that only a later version knows can be the one that was signed all the same.
            case .signedManifest: [.predicate]
            case .receipt, .keyStatement: [.unknownKey]
            case .signer(.aboveKit), .signer(.unproven(wasValidOnce: false)):
                // What the policy says; a later one that the kit does not know may differ.
                [.predicate, .algorithm, .tooLarge]
            case .signer(.unproven(wasValidOnce: true)):
                [.predicate, .algorithm, .tooLarge, .keyState]
            case .laterControl: [.outOfTurn, .unknownKey]
            case .otherManifest, .signature, .signer(.belowKit), .anchor: []
            }
        self = open.contains(refusal.reason) ? .unknown : .refuted
    }

    /// What it means that a checkpoint could not be opened.
    init(_ refusal: CheckpointRefusal) {
        self = refusal == .unknownKey ? .unknown : .refuted
    }

    /// What the answer of a checker of evidence means.
    init(_ answer: EvidenceChecker.Answer) {
        self =
            switch answer {
            case .holds: .ok
            case .unknown: .unknown
            case .notChecked: .notChecked
            case .refuted: .refuted
            }
    }
}
