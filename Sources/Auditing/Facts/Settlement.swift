package import Merkle

/// What a settlement asks of whoever reads the log, before it is committed.
package struct Settlement: Sendable {
    /// Entries whose manifest was read while it is erased now: it may have been read before the
    /// erasure. Each is to be read again; what is still served is a finding of rule `erasure`.
    package internal(set) var toReadAgain: [ErasedManifest] = []

    /// Entries without their manifest that no erasure names so far: the erasure may be newer than
    /// the head that the entries were read under.
    package internal(set) var unexplained: UInt64 = 0

    /// Entries that are named to be read again; more are left to the next settlement of a log that
    /// serves as many erased manifests.
    static let limit = 4_096

    /// An erased manifest that was served.
    package struct ErasedManifest: Hashable, Sendable {
        /// The entry that it belongs to.
        package let index: UInt64

        /// The SHA-256 of its bytes.
        package let digest: Hash

        /// The entry that erases it.
        package let erasure: UInt64

        /// The finding, where it is served still.
        package var finding: AuditFinding {
            AuditFinding(
                .erasure, .entry(index), "its manifest is served, and entry \(erasure) erases it")
        }
    }
}
