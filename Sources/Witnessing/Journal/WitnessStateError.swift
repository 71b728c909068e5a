package import Files

/// Why what a witness has cosigned cannot be read or kept.
package enum WitnessStateError: Error, Hashable, CustomStringConvertible {
    /// The system refuses a file.
    case file(FileError)

    /// The file holds something that was not written as it stands, `offset` bytes from its start.
    case damaged(path: String, offset: Int)

    /// The folder is another witness's.
    case otherWitness(path: String, found: String, wanted: String)

    /// The folder has no journal, and is not empty: it may have been lost.
    case notEmpty(path: String)

    /// The file does not hold what it held.
    case lost(path: String, origin: String)

    /// The failure with the file that it is about.
    package var description: String {
        switch self {
        case .file(let error): "\(error)"
        case .damaged(let path, let offset): "\(path): is damaged at byte \(offset)"
        case .otherWitness(let path, let found, let wanted):
            "\(path): is the state of \(found), not of \(wanted)"
        case .notEmpty(let path): "\(path): holds other files, and no journal of a witness"
        case .lost(let path, let origin):
            "\(path): no longer holds what was cosigned of \(origin)"
        }
    }

    /// The failure for those who asked for a cosignature.
    package var words: String {
        guard case .file(let error) = self else { return "its state is not what it was" }
        return "its state cannot be kept: \(error.words)"
    }
}

/// Throws where a sync shall fail: a test's alone.
package typealias JournalFaultHook = @Sendable (_ path: String) throws(FileError) -> Void
