public import Manifests
public import Provenance

/// The answer to one statement that was sent to be registered.
public enum Registration: Sendable {
    /// It is in the log now, durably, at a head that is served.
    case registered(EntryID, receipt: [UInt8])

    /// It was in the log before; the receipt is as valid as the first.
    case known(EntryID, receipt: [UInt8])

    /// It is not in the log because of this; with its name where the bytes have one.
    case refused(Refusal, EntryID?)
}
