package import Manifests
package import Merkle

/// An erasure that is logged: the bytes of one manifest are gone for every entry that has them,
/// those that are logged later included (registry.md §10).
package struct LoggedErasure: Hashable, Sendable {
    /// SHA-256 of the manifest.
    package let digest: Hash

    /// The statement that erased it.
    package let id: EntryID

    /// Index of that statement.
    package let index: UInt64

    /// An erasure as a control statement asks for it.
    package struct Order: Hashable, Sendable {
        package let erasure: LoggedErasure

        /// The entries that it names: one or more, all of which must have the manifest.
        package let entries: [EntryID]

        /// Reads a control statement; nil for one of another kind.
        package init?(_ statement: Statement, at index: UInt64) throws(Refusal) {
            guard let manifest = statement.controlManifest,
                manifest.predicateType == PredicateType.erasure
            else { return nil }
            let content = try ErasureManifest(manifest)
            var entries: [EntryID] = []
            for name in content.entries {
                guard let entry = EntryID(name) else {
                    throw Refusal(
                        .schema, field: "predicate.entries", rule: "must hold EntryIDs")
                }
                entries.append(entry)
            }
            self.entries = entries
            erasure = LoggedErasure(digest: content.sha256, id: statement.id, index: index)
        }
    }
}
