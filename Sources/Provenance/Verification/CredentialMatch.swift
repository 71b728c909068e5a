public import Manifests

/// Whether a file carries the Content Credentials that its record names.
///
/// Evidence for a person, and no finding: it decides nothing (verification.md §4). Of the same file
/// it shows whether the signer named what is in it. A store can be copied, so to another file it
/// lends nothing.
public enum CredentialMatch: String, CaseIterable, Hashable, Sendable {
    /// What a look into a file gave.
    public enum Carried: Hashable, Sendable {
        /// These.
        case some(ProvenanceFacts.ContentCredentials)

        /// None.
        case none

        /// The look failed: nobody knows.
        case unread

        /// Nobody looked, or the format of the file is none that is looked into.
        case notLookedFor
    }

    /// The file carries those that the record names.
    case same

    /// The file carries others.
    case other

    /// The file carries none.
    case gone

    /// Those of the file cannot be read.
    case unread

    /// Nobody looked into the file.
    case notChecked

    /// Compares what a manifest names with what a file carries; nil where it names none.
    public init?(_ manifest: Manifest, _ carried: Carried) {
        guard let facts = try? ProvenanceFacts(manifest), let named = facts.contentCredentials
        else { return nil }
        self =
            switch carried {
            case .some(let credentials): credentials == named ? .same : .other
            case .none: .gone
            case .unread: .unread
            case .notLookedFor: .notChecked
            }
    }

    /// The words for a person.
    ///
    /// - Parameter isSameFile: whether the file is the one that the record is about; nil where no
    ///   file was compared.
    package func phrase(isSameFile: Bool?) -> VerdictPhrase {
        switch (self, isSameFile) {
        case (_, nil), (.notChecked, _): .credentialsUnchecked
        case (.same, true?): .credentialsSame
        case (.other, true?): .credentialsOther
        case (.gone, true?): .credentialsGone
        case (.same, false?): .credentialsCopied
        case (.other, false?): .credentialsDiffer
        case (.gone, false?): .credentialsLost
        case (.unread, _): .credentialsUnread
        }
    }
}
