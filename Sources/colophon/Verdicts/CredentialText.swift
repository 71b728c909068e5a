import Capture
import Encoding
import Manifests
import Provenance

/// What is said of the Content Credentials that a record names: whether the file has them still.
struct CredentialText {
    /// Whether the file has what the record names.
    let match: CredentialMatch

    private let isSameFile: Bool?

    /// Why those of the file cannot be read; empty where they can.
    private let reason: String

    /// - Parameters:
    ///   - carried: what a look into the file gave; nil where no file was opened.
    ///   - isSameFile: whether it is the one that the record is about; nil where nobody knows.
    init?(
        _ manifest: Manifest?,
        _ carried: Result<ProvenanceFacts.ContentCredentials, NoCredentials>?, isSameFile: Bool?
    ) {
        guard let manifest else { return nil }
        var reason = ""
        let look: CredentialMatch.Carried =
            switch carried {
            case .success(let credentials): .some(credentials)
            case .failure(.notThere): .none
            case .failure(.notLookedFor), nil: .notLookedFor
            case .failure(.damaged): .unread
            }
        if case .failure(.damaged(let fault)) = carried { reason = "\(fault)" }
        guard let match = CredentialMatch(manifest, look) else { return nil }
        (self.match, self.isSameFile, self.reason) = (match, isSameFile, reason)
    }

    /// The sentence.
    var words: String {
        let phrase = match.phrase(isSameFile: isSameFile)
        return phrase == .credentialsUnread ? phrase.with(["reason": reason]) : phrase.words
    }

    /// The object of verification.md §9.
    var json: JSON {
        [
            "match": .string(Text(match.rawValue)),
            "sameFile": isSameFile.map { .bool($0) } ?? .null,
        ]
    }
}

extension Report {
    /// Whether the file that was compared is the one that the record is about; nil where none was
    /// compared, or nobody knows.
    var isSameFile: Bool? {
        switch findings.first(where: { $0.check == .artifact })?.verdict {
        case .ok: true
        case .refuted: false
        default: nil
        }
    }
}
