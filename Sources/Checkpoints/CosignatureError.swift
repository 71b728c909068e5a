/// Why bytes are not a timestamped Ed25519 cosignature (C2SP tlog-cosignature).
///
/// Every case means the line does not verify.
public enum CosignatureError: Error, Hashable, Sendable {
    /// The bytes are not 8 of time and 64 of signature.
    case wrongLength(Int)

    /// The time is 0: the cosigner claims none.
    case noTime

    /// The time is above 2^63 - 1.
    case timeTooLarge(UInt64)
}
