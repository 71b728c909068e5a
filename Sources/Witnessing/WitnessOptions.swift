package import Files

/// Where a witness keeps what it has cosigned, and what it is told of the world.
package struct WitnessOptions: Sendable {
    /// The folder of its state, which this witness alone holds.
    package let folder: Folder

    /// The time in POSIX seconds: what cosignatures say.
    package let clock: @Sendable () -> UInt64

    /// Requests that wait for the disk at most: a second of the fastest disk's work.
    package var queueLimit = 4096

    /// Bytes after which the journal is written anew with the newest records alone: a minute of the
    /// fastest logs, and half a second to read when the witness starts.
    package var oldByteLimit = 64 * 1024 * 1024

    /// Asked before each sync whether it shall fail; only tests have one.
    package var fault: JournalFaultHook?

    /// Options for a witness in `folder`.
    package init(folder: Folder, clock: @escaping @Sendable () -> UInt64) {
        self.folder = folder
        self.clock = clock
    }
}
