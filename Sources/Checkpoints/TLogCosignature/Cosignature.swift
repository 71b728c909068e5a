/// A witness's claim that, at a time, a checkpoint was the newest consistent one it had seen
/// (C2SP tlog-cosignature, Ed25519: type 0x04).
///
///     time        8 bytes   POSIX seconds, big-endian, 1...2^63 - 1
///     signature  64 bytes   Ed25519 over ``message(text:time:)``
///
/// It proves nothing until a ``VerifierKey`` of kind `.cosigner` has checked it.
public struct Cosignature: Hashable, Sendable {
    /// When the witness says it signed: POSIX seconds by its own clock.
    ///
    /// Never 0, which would claim nothing about the time and which witnesses must not answer
    /// (C2SP tlog-witness).
    public let time: UInt64

    /// The Ed25519 signature, 64 bytes.
    public let signature: [UInt8]

    /// Seconds by which a cosignature may be older than its head is by the log's own word.
    ///
    /// A witness cannot have seen a head long before the log signed it. Clocks that nobody keeps
    /// are minutes off; and a log whose clock was ahead gives its heads that time until it has
    /// caught up, which an hour has room for. So much can a witness date a head back at the most.
    public static let pastSkew: UInt64 = 3_600

    /// Says whether a cosignature of `time` may be of a head that the log signed at `headTime`,
    /// both in POSIX seconds; true where the log says no time.
    public static func mayBe(at time: UInt64, ofHeadAt headTime: UInt64?) -> Bool {
        guard let headTime, time < headTime else { return true }
        return headTime - time <= pastSkew
    }

    /// Number of bytes of a cosignature.
    public static let byteCount = 72

    /// Reads the bytes that follow the key ID in a signature line.
    public init(_ bytes: [UInt8]) throws(CosignatureError) {
        guard bytes.count == Self.byteCount else { throw .wrongLength(bytes.count) }
        try self.init(
            time: bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }, signature: Array(bytes[8...]))
    }

    /// Creates a cosignature from its parts.
    public init(time: UInt64, signature: [UInt8]) throws(CosignatureError) {
        guard signature.count == 64 else { throw .wrongLength(signature.count + 8) }
        guard time > 0 else { throw .noTime }
        guard time <= maximumDecimal else { throw .timeTooLarge(time) }
        self.time = time
        self.signature = signature
    }

    /// The bytes that follow the key ID in a signature line.
    public var encoded: [UInt8] {
        let timeBytes = stride(from: 56, through: 0, by: -8).map { shift in
            UInt8(truncatingIfNeeded: time >> UInt64(shift))
        }
        return timeBytes + signature
    }

    /// Returns what a cosigner signs: two lines that no checkpoint can begin with, then the
    /// whole text of the checkpoint.
    public static func message(text: [UInt8], time: UInt64) -> [UInt8] {
        Array("cosignature/v1\ntime \(time)\n".utf8) + text
    }
}

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
