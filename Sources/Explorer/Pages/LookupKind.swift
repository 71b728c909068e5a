/// What a person looks something up by.
enum LookupKind: String, CaseIterable {
    case any, digest, entry, edition, work, issuer

    /// The word of the form.
    var word: String {
        switch self {
        case .any: "anything"
        case .digest: "the digest of a file"
        case .entry: "an entry"
        case .edition: "a copy of an edition"
        case .work: "a work"
        case .issuer: "an issuer"
        }
    }

    /// The heading over what was found.
    var heading: String {
        switch self {
        case .any: "Entries found"
        case .digest: "Entries that name this file"
        case .entry: "Entry"
        case .edition: "Entries of this copy"
        case .work: "Entries of this work"
        case .issuer: "Entries of this issuer"
        }
    }
}
