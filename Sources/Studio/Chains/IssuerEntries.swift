package import Manifests
import Provenance

/// What a ledger has of one issuer: the entries that it lists, each proven by a trust kit.
package struct IssuerEntries: Sendable {
    /// The size of the tree that they are proven in.
    package internal(set) var size: UInt64 = 0

    /// The statements that a spool has numbered.
    package internal(set) var numbered: [NumberedEntry] = []

    /// How many statements have no number: they were signed without a spool.
    package internal(set) var unnumberedCount = 0

    /// Entries that the list lacks, although the log has them.
    package internal(set) var unlisted: [NamedEntry] = []

    /// Entries whose key the kit does not know: it may be newer than the kit.
    package internal(set) var unknown: [NamedEntry] = []

    /// Entries that the ledger's own rules forbid at their place.
    package internal(set) var refused: [(entry: NamedEntry, refusal: Refusal)] = []

    /// How many listed entries are newer than the tree: nothing proves them yet.
    package internal(set) var newerCount = 0

    /// How far it is shown that no entry is left out.
    package internal(set) var standing = ListStanding.claimed

    /// Nothing was found yet.
    init() {}

    /// Takes what an audit has of an issuer: of the first `size` entries none is left out.
    package init(audited size: UInt64, _ numbered: [NumberedEntry], newerCount: Int) {
        (self.size, self.numbered, self.newerCount) = (size, numbered, newerCount)
    }

    /// How many statements were looked at.
    package var count: Int {
        numbered.count + unnumberedCount + unknown.count + refused.count
    }
}
