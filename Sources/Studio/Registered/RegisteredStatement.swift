package import Encoding
package import Manifests
package import Provenance

/// A statement that is an entry, verified by a trust kit, with its manifest.
package struct RegisteredStatement: Sendable {
    /// The name of the entry.
    package let entry: EntryID

    /// Its proven place in the log.
    package let index: UInt64

    /// Who signed it, as the registry says.
    package let issuer: Text

    /// `iat`, as the signer claims, in POSIX seconds.
    package let issuedAt: UInt64

    /// The time of the earliest head that is proven to hold it, in POSIX seconds.
    package let loggedAt: UInt64

    /// What it says; it is about the URI that was asked for.
    package let manifest: Manifest

    /// The members of its predicate.
    package var predicate: JSON.Object { manifest.predicate }

    /// The type of its predicate.
    package var type: Text { manifest.predicateType }

    /// The object `ext` of its predicate; nil where it has none.
    package var ext: JSON.Object? { predicate["ext"]?.object }
}

/// An entry of an accepted issuer of which it cannot be told what it says.
package struct UnclearStatement: Hashable, Sendable {
    /// Why it is unclear.
    package enum Reason: Hashable, Sendable {
        /// Its manifest was erased, or is not there.
        case noManifest

        /// The key that signed it was revoked, and it may be a thief's.
        case suspect(String)

        /// It is not proven as far as the kit asks for; the words say what is missing.
        case unproven(String)

        /// Its manifest is about another URI.
        case otherSubject
    }

    /// The name of the entry.
    package let entry: EntryID

    /// Its place in the log: proven where anything is, else the ledger's word.
    package let index: UInt64

    /// The type of its predicate.
    package let type: Text

    /// Why it is unclear.
    package let reason: Reason
}

extension UnclearStatement: CustomStringConvertible {
    /// The entry and the reason in words.
    package var description: String {
        switch reason {
        case .noManifest: "the manifest of entry \(entry) was erased or is not there"
        case .suspect(let words): "entry \(entry) is suspect: \(words)"
        case .unproven(let words): "entry \(entry) is not proven: \(words)"
        case .otherSubject: "the manifest of entry \(entry) is about something else"
        }
    }
}
