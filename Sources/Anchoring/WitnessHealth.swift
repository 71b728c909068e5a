package import Checkpoints

/// How it stands with one witness.
package struct WitnessHealth: Hashable, Sendable {
    /// Its name in the policy.
    package let name: PolicyWord

    /// Whether its newest answer was a good one; nil before the first.
    package internal(set) var isUp: Bool?

    /// Why its newest answer was none, or a bad one; nil where it was good.
    package internal(set) var failure: WitnessFailure?

    /// The size of the newest head that it has cosigned since the start.
    package internal(set) var cosignedSize: UInt64?

    /// When it did, POSIX seconds by our clock.
    package internal(set) var cosignedAt: UInt64?
}

/// How it stands with all witnesses that are asked.
package struct AnchoringHealth: Hashable, Sendable {
    /// The witnesses with a URL, in the policy's order.
    package let witnesses: [WitnessHealth]

    /// The newest head that a quorum has cosigned since the start: its size, and when the quorum
    /// was complete by the witnesses' clocks, POSIX seconds; nil where there is none.
    package let quorum: Quorum?

    /// Whether the log may sign.
    package let permission: SigningPermission

    /// A head with its quorum.
    package struct Quorum: Hashable, Sendable {
        package let size: UInt64
        package let time: UInt64
    }
}
