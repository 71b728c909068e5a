package import Files
import Provenance

/// What a hot folder tells while it is watched.
package enum HotFolderEvent: Sendable {
    /// All was looked at for the first time.
    case begun(HotFolderStart)

    /// A file has its record.
    case signed(WatchedWork)

    /// How the clock is kept by which the next file is signed, and what the PoP has seen of time.
    case clock(PoPClock, SeenHead?)

    /// The newest head that the PoP has seen cannot be read; records do not refer to it.
    case withoutSeen(SeenHeadError)

    /// A file was not signed, and why; told once, until it changes.
    case skipped(path: String, SkipReason)

    /// The spool takes nothing now; the file is tried again.
    case delayed(path: String, SpoolError)

    /// The list of what was signed cannot be written; the records themselves decide.
    case forgetful(FileError)

    /// There are more files than can wait at once; the others are found later.
    case overfull(limit: Int)
}

/// How a hot folder was found.
package struct HotFolderStart: Hashable, Sendable {
    /// The files that have no record beside them.
    package let workCount: Int

    /// Whether the system tells what happens in all of its folders; else they are looked at.
    package let isTold: Bool

    /// Whether records can be written beside the works; else the spool alone has them.
    package let takesCopies: Bool
}

/// A file that was signed.
package struct WatchedWork: Sendable {
    /// Its path.
    package let path: String

    /// Where its record lies beside it; nil where the spool alone has it.
    package let copyPath: String?

    /// What was read of it.
    package let artifact: Artifact

    /// What its record says.
    package let draft: ProvenanceDraft

    /// Its record.
    package let sealed: SealedRecord
}
