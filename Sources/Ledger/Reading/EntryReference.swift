public import Provenance

/// One entry in a list: its index and its EntryID.
public struct EntryReference: Hashable, Sendable {
    /// Zero-based position in the log.
    public let index: UInt64

    /// Its name.
    public let id: EntryID
}
