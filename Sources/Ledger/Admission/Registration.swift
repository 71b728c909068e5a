public import Manifests
public import Provenance

/// The answer to one statement that was sent to be registered.
public enum Registration: Sendable {
    /// It is in the log now, durably, at a head that is served.
    case registered(EntryID, receipt: [UInt8])

    /// It was in the log before; the receipt is as valid as the first.
    case known(EntryID, receipt: [UInt8])

    /// It is in the log, durably, and no head covers it yet that anyone may see: the quorum of the
    /// witnesses is required. The index is its place; `isKnown` says that it was there before.
    case unpublished(EntryID, index: UInt64, isKnown: Bool)

    /// It is not in the log because of this; with its name where the bytes have one.
    indirect case refused(Refusal, EntryID?)

    /// Whether it is in the log, and no head covers it yet that anyone may see.
    public var isUnpublished: Bool {
        if case .unpublished = self { true } else { false }
    }
}
