package import Files

/// Why a spool was not used as it was asked for.
package enum SpoolError: Error, Hashable {
    /// The system does not give a file of the spool out.
    case unreadable(FileError)

    /// The system does not take a file of the spool, or another process holds its lock.
    case unwritable(FileError)

    /// There is no such folder. Make a spool there.
    case missing(String)

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

extension SpoolError: CustomStringConvertible {
    /// The file or folder that it is about; nil for what was to be signed.
    package var path: String? {
        switch self {
        case .unreadable(let error), .unwritable(let error): error.path
        case .missing(let path), .noSpool(let path), .isSpool(let path), .notEmpty(let path),
            .copied(let path), .adopted(let path), .otherKey(let path), .noTip(let path),
            .taken(let path), .full(let path):
            path
        case .settings(let path, _), .broken(let path, _), .sealed(let path, _): path
        case .notSigned, .place: nil
        }
    }

    /// What is wrong, as the second half of a sentence that begins with the path.
    package var words: String {
        switch self {
        case .unreadable(let error): error.words
        case .unwritable(let error):
            error.reason == .inUse ? error.words : "cannot be written: \(error.words)"
        case .missing: "no such file or directory"
        case .noSpool: "is no spool: it has no spool.json"
        case .isSpool: "is a spool already"
        case .notEmpty: "holds something: the folder of a new spool must be empty"
        case .settings(_, let error): "\(error)"
        case .copied: "is a copy of a spool: two that sign would use each number twice"
        case .adopted: "was adopted with a new chain by another command just now"
        case .otherKey: "is not the key that the spool was made for"
        case .noTip: "is missing or damaged, so nobody knows the next number"
        case .broken(_, let words): words
        case .taken: "another record of this name is there already"
        case .full: "has used all numbers"
        case .sealed(_, let record): "the work is sealed already, as \(record.fileName)"
        case .notSigned(let error): "\(error)"
        case .place(let error): "\(error)"
        }
    }

    /// `PATH: WORDS`.
    package var description: String { path.map { "\($0): \(words)" } ?? words }
}
