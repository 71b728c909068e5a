import CLibcrypto

/// A key of 32 bytes that follows from a passphrase: slow to make, so that guessing is.
///
/// The parameters come from a file that anybody may have written: each has a limit, so that reading
/// a key takes seconds at the most.
public struct PassphraseKey: Sendable {
    /// How a key follows from a passphrase.
    public enum Derivation: Hashable, Sendable {
        /// Scrypt (RFC 7914): N, r and p.
        case scrypt(cost: UInt64, blockSize: UInt64, parallelism: UInt64)

        /// PBKDF2 (RFC 8018 §5.2) with HMAC over a hash, so many times.
        case pbkdf2(PseudorandomFunction, rounds: UInt64)

        /// What new keys are made with: 128 MiB and about half a second.
        public static let usual = Derivation.scrypt(
            cost: 1 << 17, blockSize: 8, parallelism: 1)
    }

    /// The hash of a PBKDF2.
    public enum PseudorandomFunction: Hashable, Sendable, CaseIterable {
        /// HMAC with SHA-1, which is the default of the standard and still sound here.
        case sha1

        /// HMAC with SHA-256, which OpenSSL writes.
        case sha256

        /// HMAC with SHA-384.
        case sha384

        /// HMAC with SHA-512.
        case sha512
    }

    /// Bytes of a key: AES-256.
    public static let byteCount = 32

    /// Most memory that a derivation may take: twice what new keys take.
    public static let memoryLimit: UInt64 = 256 << 20

    /// Most bytes that scrypt may go through, which is what it takes time for: four times the most
    /// memory.
    public static let workLimit: UInt64 = 1 << 30

    /// Most rounds of PBKDF2: some seconds, ten times what is advised today.
    public static let roundLimit: UInt64 = 10_000_000

    let bytes: [UInt8]

    /// Derives the key of `passphrase`.
    public init(
        _ passphrase: [UInt8], salt: [UInt8], _ derivation: Derivation
    ) throws(PassphraseCipherError) {
        switch derivation {
        case .scrypt(let cost, let blockSize, let parallelism):
            try Self.checkScrypt(cost, blockSize, parallelism)
            bytes = try Self.scrypt(passphrase, salt, cost, blockSize, parallelism)
        case .pbkdf2(let function, let rounds):
            guard (1...Self.roundLimit).contains(rounds), let count = Int32(exactly: rounds) else {
                throw .tooCostly
            }
            bytes = try Self.pbkdf2(passphrase, salt, function, count)
        }
    }

    private static func checkScrypt(
        _ cost: UInt64, _ blockSize: UInt64, _ parallelism: UInt64
    ) throws(PassphraseCipherError) {
        guard cost > 1, cost.nonzeroBitCount == 1, blockSize > 0, parallelism > 0 else {
            throw .malformed
        }
        // Each factor is small enough before they are multiplied.
        guard cost <= memoryLimit, blockSize <= memoryLimit, parallelism <= 1 << 10,
            128 * cost * blockSize <= memoryLimit,
            128 * cost * blockSize * parallelism <= workLimit
        else { throw .tooCostly }
    }

    private static func scrypt(
        _ passphrase: [UInt8], _ salt: [UInt8], _ cost: UInt64, _ blockSize: UInt64,
        _ parallelism: UInt64
    ) throws(PassphraseCipherError) -> [UInt8] {
        var key = [UInt8](repeating: 0, count: byteCount)
        // The library counts some blocks beside the table.
        let memory = memoryLimit + 128 * blockSize * (parallelism + 2)
        let isDone = unsafe passphrase.withSignedBytes { passphrase, length in
            unsafe EVP_PBE_scrypt(
                passphrase, length, salt, salt.count, cost, blockSize, parallelism, memory, &key,
                byteCount)
        }
        guard isDone == 1 else { throw .failed }
        return key
    }

    private static func pbkdf2(
        _ passphrase: [UInt8], _ salt: [UInt8], _ function: PseudorandomFunction, _ rounds: Int32
    ) throws(PassphraseCipherError) -> [UInt8] {
        var key = [UInt8](repeating: 0, count: byteCount)
        let isDone = unsafe passphrase.withSignedBytes { passphrase, length in
            unsafe PKCS5_PBKDF2_HMAC(
                passphrase, Int32(clamping: length), salt, Int32(clamping: salt.count), rounds,
                function.digest, Int32(byteCount), &key)
        }
        guard isDone == 1 else { throw .failed }
        return key
    }
}

extension PassphraseKey.PseudorandomFunction {
    fileprivate var digest: OpaquePointer? {
        switch self {
        case .sha1: unsafe EVP_sha1()
        case .sha256: unsafe EVP_sha256()
        case .sha384: unsafe EVP_sha384()
        case .sha512: unsafe EVP_sha512()
        }
    }
}

extension [UInt8] {
    /// Calls `body` with the bytes as C's `char`, and how many they are.
    fileprivate func withSignedBytes<Result>(
        _ body: (UnsafePointer<CChar>?, Int) -> Result
    ) -> Result {
        let signed = map { CChar(bitPattern: $0) }
        return unsafe signed.withUnsafeBufferPointer { unsafe body($0.baseAddress, $0.count) }
    }
}
