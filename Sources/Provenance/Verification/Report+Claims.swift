public import Encoding
public import Manifests

extension Report {
    /// What the record says: claims of its signer, none of which is proven.
    ///
    /// Where the signature does not verify they are nobody's.
    public struct Claims: Hashable, Sendable {
        /// The type of the manifest, a URI.
        public let type: Text

        /// The `iss` of the statement, a URI; who signed is ``Report/signer``.
        public let issuer: Text

        /// The `sub` of the statement: the thread, the life of one artifact.
        public let thread: Text

        /// The `iat` of the statement in POSIX seconds: when it was signed, by the signer's clock.
        public let issuedAt: UInt64

        /// What the manifest is about; empty where it is not there.
        public let subjects: [Subject]

        /// Title, creator, event, time, edition, parents; nil for every other type, and where the
        /// manifest is not there.
        public let provenance: ProvenanceFacts?
    }

    /// What the record says; nil where the file holds no statement.
    public var claims: Claims? {
        guard let statement else { return nil }
        let isProvenance = manifest?.predicateType == PredicateType.provenance
        return Claims(
            type: statement.predicate, issuer: statement.issuer, thread: statement.subject,
            issuedAt: statement.issuedAt, subjects: manifest?.subjects ?? [],
            provenance: isProvenance ? manifest.flatMap { try? ProvenanceFacts($0) } : nil)
    }
}
