package import Encoding
package import Provenance

/// Which log a state is of, and what its audit looks at: another one needs another folder.
package struct AuditedLog: Hashable, Sendable {
    /// What a log is known by.
    package enum Name: Hashable, Sendable {
        /// A ledger: its origin, and the EntryID of its entry 0.
        case ledger(origin: Text, genesis: EntryID)

        /// Any other log: the vkey strings of its keys, of which the first names it.
        case generic(keys: [Text])
    }

    /// What the log is known by.
    package let name: Name

    /// Words for what this audit looks at beyond the form, such as `signatures` and `manifests`;
    /// sorted.
    ///
    /// Entries that were passed over without a look are not looked at again, so an audit that looks
    /// at more must begin anew.
    package let looks: [String]

    /// Creates the name of an audit.
    package init(_ name: Name, looks: some Sequence<String> = []) {
        self.name = name
        self.looks = Set(looks).sorted()
    }
}
