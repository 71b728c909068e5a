package import Provenance

/// An index head, and where it stands in the log.
package struct PlacedIndexHead: Hashable, Sendable {
    /// The head.
    package let head: IndexHead

    /// The index of its entry.
    package let index: UInt64

    package init(_ head: IndexHead, at index: UInt64) {
        self.head = head
        self.index = index
    }
}
