import CLibcrypto

/// The C library that this program runs with.
package enum Libcrypto {
    /// The first version that verifies timestamps without a type confusion (CVE-2025-69420).
    private static let firstSound: UInt = 0x3000_0130

    /// What is done where the library is too old.
    static let advice = "install 3.0.19 or newer"

    /// Whether it may be given timestamps of strangers.
    package static var isSound: Bool { isSound(OpenSSL_version_num()) }

    /// Whether the version of a number may, as `0x30000130` for 3.0.19.
    package static func isSound(_ number: UInt) -> Bool { number >= firstSound }

    /// Its version, as `3.0.19`.
    package static var version: String {
        let number = OpenSSL_version_num()
        return "\(number >> 28).\(number >> 20 & 0xff).\(number >> 4 & 0xff)"
    }

    /// Calls `body` with nothing in the thread's queue of errors, and leaves nothing there: what
    /// stays would be taken for a failure of somebody else.
    static func quietly<Value, Refusal: Error>(
        _ body: () throws(Refusal) -> Value
    ) throws(Refusal) -> Value {
        ERR_clear_error()
        defer { ERR_clear_error() }
        return try body()
    }

    /// One error of the library.
    struct Failure {
        /// The part that failed, as `ERR_LIB_TS`.
        let library: Int32

        /// Why, by the part's own numbers.
        let reason: Int32

        /// Whether there was no memory, so that nothing is known of the input.
        var isWithoutMemory: Bool { reason == ERR_R_MALLOC_FAILURE }
    }

    /// The errors of the thread, oldest first; they are taken from its queue.
    static func takeErrors() -> [Failure] {
        var errors: [Failure] = []
        while case let code = ERR_get_error(), code != 0 {
            errors.append(Failure(library: ERR_GET_LIB(code), reason: ERR_GET_REASON(code)))
        }
        return errors
    }
}
