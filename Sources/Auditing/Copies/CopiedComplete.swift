package import Provenance

/// A proof that was made from a copy, and what it shows.
package struct CopiedComplete: Sendable {
    /// What it shows of one name.
    package struct Answer: Sendable {
        /// What the proof of this name alone shows, by the trust kit.
        package let completeness: Report.Completeness

        /// The entries that are listed and were read in the copy, by rising index.
        package let entries: [Entry]
    }

    /// An entry that is listed, and was read in the copy.
    package struct Entry: Sendable {
        /// Where it stands.
        package let index: UInt64

        /// Its name.
        package let entry: EntryID
    }

    /// The bytes of the proof of all names, as a file has them.
    package let bytes: [UInt8]

    /// What it shows of each name, in the order in which they were asked for.
    package let answers: [Answer]
}
