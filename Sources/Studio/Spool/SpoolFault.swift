import Files

/// What is wrong with a spool that somebody looked at (spool.md §1).
package enum SpoolFault: Hashable, Sendable {
    /// The folder is a copy, and signs nothing.
    case copied

    /// Nobody knows the next number.
    case noTip

    /// There is no folder for the records in this state.
    case noFolder(SpoolRecord.State)

    /// The folder is not there that tells which numbers were used.
    case noPlaces

    /// Records with these numbers were sealed, and are not here.
    case missing(ClosedRange<UInt64>)

    /// The tip is beyond these numbers, and nothing was sealed with them.
    case skipped(ClosedRange<UInt64>)

    /// Two files have this number.
    case doubled(UInt64, [String])

    /// A file that a spool does not have.
    case stranger(String)

    /// A file with a record's name that cannot be read, or is no record.
    case unreadable(String, String)

    /// A record that this spool did not seal; the words say why.
    case foreign(String, String)

    /// A record that does not name the one before it.
    case unchained(String)
}

extension SpoolFault: CustomStringConvertible {
    /// The fault in words.
    package var description: String {
        switch self {
        case .copied: "this folder is a copy of a spool, or was restored: it signs nothing"
        case .noTip: "tip is missing or damaged: nobody knows the next number"
        case .noFolder(let state): "the folder \(state.rawValue) is missing, with all in it"
        case .noPlaces: "the folder places is missing: nobody knows which records are missing"
        case .missing(let numbers) where numbers.count == 1:
            "record \(numbers.lowerBound) was sealed, and is not here"
        case .missing(let numbers):
            "records \(numbers.lowerBound) to \(numbers.upperBound) were sealed, and are not here"
        case .skipped(let numbers):
            "tip is beyond \(numbers.lowerBound) to \(numbers.upperBound), which no record was "
                + "sealed with: somebody has changed it"
        case .doubled(let number, let names):
            "record \(number) is here twice: \(names.joined(separator: " and "))"
        case .stranger(let path): "\(path) is no file of a spool"
        case .unreadable(let path, let words): "\(path) \(words)"
        case .foreign(let path, let words): "\(path) is not of this spool: \(words)"
        case .unchained(let path): "\(path) does not name the record before it"
        }
    }
}
