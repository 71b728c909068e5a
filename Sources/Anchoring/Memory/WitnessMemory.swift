package import Checkpoints
import Encoding

/// What a witness remembers of our log, as far as it says so.
package struct WitnessMemory: Hashable, Sendable {
    /// What was found.
    package enum Finding: Hashable, Sendable {
        /// It has seen no head of this log.
        case nothing

        /// It has seen a head of our tree, of this size.
        case agrees(size: UInt64)

        /// It shows nothing, and says that it has seen this size, which our log has, too.
        case says(size: UInt64)

        /// It shows a checkpoint that no key of ours signed. That is nobody's word.
        case foreign

        /// It shows a head that our key signed, and that is larger than our log: the folder is an
        /// old copy.
        case signedMore(SignedCheckpoint)

        /// It says that it has seen more entries than our log has, and shows no head for it that a
        /// key of ours has signed.
        case saysMore(size: UInt64)

        /// It shows a head that our key signed, and that is not one of our tree.
        case splitView(SignedCheckpoint)

        /// It gave no answer that says anything.
        case silent(WitnessFailure)
    }

    /// What follows for signing.
    package enum Effect: Hashable, Sendable {
        case none

        /// Nothing more is signed until the witness says otherwise, or is overruled.
        case holds

        /// Nothing more is signed: this is a proof.
        case forbids
    }

    /// The witness's name in the policy.
    package let witness: PolicyWord

    /// What was found.
    package let finding: Finding

    /// Whether the operator has said to go on against this witness's mere word.
    package let isOverruled: Bool

    /// Creates a memory.
    package init(of witness: PolicyWord, _ finding: Finding, isOverruled: Bool = false) {
        self.witness = witness
        self.finding = finding
        self.isOverruled = isOverruled
    }

    /// What follows for signing.
    package var effect: Effect {
        switch finding {
        case .signedMore, .splitView: .forbids
        case .saysMore: isOverruled ? .none : .holds
        case .nothing, .agrees, .says, .foreign, .silent: .none
        }
    }
}

extension WitnessMemory: CustomStringConvertible {
    /// What was found and what to do, as a sentence without a full stop.
    package var description: String {
        let name = "witness \(SafeText.line(witness.description))"
        return switch finding {
        case .nothing: "\(name) has seen no head of this log"
        case .agrees(let size): "\(name) has seen this log at size \(size)"
        case .says(let size): "\(name) says that it has seen this log at size \(size)"
        case .foreign: "\(name) shows a checkpoint of this log that no key of ours has signed"
        case .signedMore(let head):
            "\(name) shows a head of \(head.claim.size) entries that our key has signed, and the "
                + "folder has fewer: it is an old copy. Bring the newer folder back"
        case .saysMore(let size):
            "\(name) says that it has seen \(size) entries, more than the folder has, and shows no "
                + "head for it by a key of ours. Is the folder an old copy, perhaps from before a "
                + "key was handed over? If not, say --overrule-witness NAME"
        case .splitView(let head):
            "\(name) shows a head of \(head.claim.size) entries that our key has signed, and that "
                + "is another tree's: two logs sign with this key"
        case .silent(let failure): "\(name) \(failure)"
        }
    }
}

extension WitnessMemory.Finding {
    /// Whether it stands against signing without a proof.
    var isMereWord: Bool { if case .saysMore = self { true } else { false } }
}

/// Whether the log may sign, as far as witnesses have a say.
package struct SigningPermission: Hashable, Sendable {
    /// What stands against it; empty where nothing does.
    ///
    /// A proof comes before a mere word.
    package let obstacles: [WitnessMemory]

    /// Takes from all that is remembered what stands against signing.
    package init(_ memories: [WitnessMemory]) {
        obstacles =
            memories.filter { $0.effect == .forbids } + memories.filter { $0.effect == .holds }
    }

    /// Whether it may sign.
    package var isGranted: Bool { obstacles.isEmpty }

    /// Whether a proof stands against it, which nobody can overrule.
    package var isForbidden: Bool { obstacles.first?.effect == .forbids }
}
