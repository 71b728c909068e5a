package import Files

/// Why a spool was not used as it was asked for.
package enum SpoolError: Error, Hashable {
    /// The system does not give a file of the spool out.
    case unreadable(FileError)

    /// The system does not take a file of the spool, or another process holds its lock.
    case unwritable(FileError)

    /// There is no `spool.json` in the folder. Make a spool there, or name another folder.
    case noSpool(String)

    /// The folder is a spool already. Use it.
    case isSpool(String)

    /// The folder for a new spool holds something. Name an empty one, or none.
    case notEmpty(String)

    /// `spool.json` cannot be followed. Mend it.
    case settings(String, SpoolSettingsError)

    /// The folder is a copy, or was moved between file systems, or restored. Adopt it.
    case copied(String)

    /// The spool was adopted with a new chain since it was opened. Run the same command again.
    case adopted(String)

    /// The key at this path is not the one that the spool was made for.
    case otherKey(String)

    /// The file that holds the next number is missing, or cannot be read.
    case noTip(String)

    /// A file of the spool stands where the next record would, and is not the spool's own next
    /// record; the text says what it is.
    case broken(String, String)

    /// A record that is to be moved stands there already.
    case taken(String)

    /// All numbers of ten digits are used.
    case full(String)

    /// The spool has a record of this very work, whose copy beside it is missing. Seal it again only
    /// where a second entry is meant.
    case sealed(String, SpoolRecord)

    /// Nothing was signed, and no number was used.
    case notSigned(SignerError)

    /// The record beside the work cannot stand there; no number was used.
    case place(RecordFileError)
}
