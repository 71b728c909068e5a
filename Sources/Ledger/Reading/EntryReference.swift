public import Provenance

/// One entry in a list: where it is and what it is called.
public struct EntryReference: Hashable, Sendable {
    /// Zero-based position in the log.
    public let index: UInt64

    /// Its name.
    public let id: EntryID
}
