package import Checkpoints
package import LogReader

/// Why a copy of a log was not brought up to date; it is as it was before.
package enum MirrorError: Error, Hashable, Sendable {
    /// The folder cannot be used, or belongs to something else. A full disk is one of the reasons:
    /// make room, and run it again.
    case folder(StaticLogError)

    /// The log cannot be read, or what it shows is wrong: run it again, or take another source.
    case log(LogError)

    /// The checkpoint that the log shows is not signed by whom the kit trusts.
    case untrusted(path: String, CheckpointRefusal)

    /// Fewer witnesses have seen the head than the kit asks for: run it again later.
    case quorum(size: UInt64)

    /// The log shows a smaller head than is known: another copy may be newer.
    case behind(size: UInt64, known: UInt64, KnownHead)

    /// The log has signed two histories. The file at the path shows it to everybody.
    case fork(ForkEvidence, path: String)

    /// The same, but the file that would show it could not be written.
    case forkUnwritten(ForkEvidence, StaticLogError)

    /// Which head is meant.
    package enum KnownHead: Hashable, Sendable {
        /// That of the copy.
        case copy
        /// That of the trust kit.
        case kit
    }
}
