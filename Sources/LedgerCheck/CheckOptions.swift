import Foundation

/// The optional parts of a check.
public struct CheckOptions: Hashable, Sendable {
    /// Whether each statement is judged as an auditor would: signature, key, role, policy.
    public var signatures = false

    /// Whether manifests are read and compared with the digests in the leaves.
    public var manifests = true

    /// Threads that read and hash.
    public var workers = ProcessInfo.processInfo.activeProcessorCount

    /// Creates the options of a check that leaves out nothing but signatures.
    public init() {}
}
