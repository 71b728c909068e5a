package import Files
import Provenance

/// Why a hot folder is not watched, or not watched any more; what was signed is durable.
package enum HotFolderError: Error, Hashable {
    /// The hot folder cannot be looked at, or was taken away.
    case folder(FileError)

    /// Another folder has the hot folder's path now, or none. Start again.
    case replaced(String)

    /// The hot folder holds the spool, or lies in it: the spool's own files would be signed.
    case overlaps(String, spool: String)

    /// The spool cannot be used.
    case spool(SpoolError)

    /// Another process watches for this spool.
    case inUse(String)

    /// What was signed cannot be remembered.
    case memory(FileError)

    /// The file that says what was signed is damaged. Remove it: it is made anew from the spool's
    /// records, but what was pruned may be signed again.
    case damagedMemory(String)
}
