package import Files

/// The outbox of a PoP: a folder of signed records on their way to one ledger (spool.md).
///
///     spool.json                    what it is for
///     tip                           the next number, and the entry before it
///     pending/ submitted/ registered/ refused/     SEQ-NAME.colophon
///     places/SEQ                    the path of the copy beside the work
///     lock, sync.lock               held by whoever seals or moves records; by one sync
///
/// Everything below the folder is opened relative to it, and no link is followed. What several
/// processes do at once is ordered by `lock`, so every number is given once.
package struct Spool: Sendable {
    /// What a spool is opened for.
    package enum Use: Hashable, Sendable {
        /// To look at it: a copy will do, and root may look at another user's.
        case reading

        /// To move and to remove records: it must be ours alone, and the one that was made.
        ///
        /// It works on a full disk, and whatever stands in the way of the next number.
        case moving

        /// To seal as well: what a crash has left half done is completed first.
        case writing
    }

    /// What opening a spool, or sealing into it, mended.
    package enum Event: Hashable, Sendable {
        /// A command that was cut off had sealed this record; it is whole now.
        case finished(SpoolRecord)

        /// The same, but its copy beside the work is still missing.
        case finishedWithoutCopy(SpoolRecord, FileError)
    }

    /// The folders beside those of the records, for the state of whoever needs one.
    package enum Part: String, Hashable, Sendable, CaseIterable {
        case places, telemetry, milestones, watch, evidence
    }

    /// The spool's folder.
    package let folder: Folder

    /// What it is for.
    package let settings: Settings

    /// Whether the folder is another than the one that was made: nothing may be sealed in it.
    package let isCopy: Bool

    let onEvent: @Sendable (Event) -> Void

    let sealedPlaces = SealedPlaces()

    /// The path, as it was named.
    package var path: String { folder.path }

    static let settingsName = FolderWalk.spoolMark
    static let tipName = "tip"
    static let lockName = "lock"

    /// The file whose lock the one sync that is at work has.
    package static let syncLockName = "sync.lock"

    /// A path, and what ends it.
    static let placeByteLimit = 8 << 10

    /// Opens the spool in the folder that a person named.
    package init(
        _ path: String, for use: Use, onEvent: @escaping @Sendable (Event) -> Void = { _ in }
    ) throws(SpoolError) {
        self.onEvent = onEvent
        folder = try Self.folder(at: path)
        do throws(FileError) {
            let owner = use == .reading ? try Ownership.ownerForRoot(of: path) : nil
            try Ownership.requireOwn(folder: path, believing: owner.map { [$0] } ?? [])
        } catch {
            throw .unreadable(error)
        }
        settings = try Self.settings(in: folder)
        do throws(FileError) {
            isCopy = try !settings.isMeant(folder)
        } catch {
            throw .unreadable(error)
        }
        guard use != .reading else { return }
        guard !isCopy else { throw .copied(path) }
        try locked { () throws(SpoolError) in
            try removeTemporaries()
            if use == .writing { _ = try healed(tip()) }
        }
    }

    private static func folder(at path: String) throws(SpoolError) -> Folder {
        do throws(FileError) {
            return try Folder(path)
        } catch {
            throw error.isMissing ? .missing(path) : .unreadable(error)
        }
    }

    /// Takes what is known of a spool.
    init(_ folder: Folder, _ settings: Settings, isCopy: Bool) {
        self.folder = folder
        self.settings = settings
        self.isCopy = isCopy
        onEvent = { _ in }
    }

    static func settings(in folder: Folder) throws(SpoolError) -> Settings {
        let bytes: [UInt8]?
        do throws(FileError) {
            bytes = try folder.read(settingsName, limit: Settings.byteLimit)
        } catch {
            throw .unreadable(error)
        }
        guard let bytes else { throw .noSpool(folder.path) }
        do throws(SpoolSettingsError) {
            return try Settings(parsing: bytes)
        } catch {
            throw .settings(folder.path(of: settingsName), error)
        }
    }

    /// The folder of all records in this state.
    package func folder(_ state: SpoolRecord.State) throws(SpoolError) -> Folder {
        do throws(FileError) {
            return try folder.folder(state.rawValue)
        } catch {
            throw .unreadable(error)
        }
    }

    /// The folder of this part, made where it is missing.
    package func folder(_ part: Part) throws(SpoolError) -> Folder {
        do throws(FileError) {
            if let there = try folder.folder(ifThere: part.rawValue) { return there }
            return try folder.folder(making: part.rawValue, .secret)
        } catch {
            throw .unwritable(error)
        }
    }

    /// Runs `body` while no other process seals or moves records of this spool.
    ///
    /// Others wait as long, so it does a few steps and no more; it must not call this again.
    package func locked<Value>(
        _ body: () throws(SpoolError) -> Value
    ) throws(SpoolError) -> Value {
        let lock: FileLock
        do throws(FileError) {
            lock = try FileLock(Self.lockName, in: folder, .waits)
        } catch {
            throw .unwritable(error)
        }
        return try lock.whileHeld(body)
    }

    /// Takes the lock of which one sync at a time has; the error is in use where another has it.
    package func lockForSync() throws(SpoolError) -> FileLock {
        do throws(FileError) {
            return try FileLock(Self.syncLockName, in: folder, .none)
        } catch {
            throw .unwritable(error)
        }
    }
}
