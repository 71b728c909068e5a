import CLibcrypto

/// The C library that this program runs with.
package enum Libcrypto {
    /// The first version that verifies timestamps without a type confusion (CVE-2025-69420).
    private static let firstSound: UInt = 0x3000_0130

    /// Whether it may be given timestamps of strangers.
    package static var isSound: Bool { OpenSSL_version_num() >= firstSound }

    /// Its version, as `3.0.19`.
    package static var version: String {
        let number = OpenSSL_version_num()
        return "\(number >> 28).\(number >> 20 & 0xff).\(number >> 4 & 0xff)"
    }
}
