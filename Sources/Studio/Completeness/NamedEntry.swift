package import Provenance

/// An entry by its place and its name.
package struct NamedEntry: Hashable, Sendable {
    /// Its index in the log.
    package let index: UInt64

    /// Its name.
    package let entry: EntryID
}
