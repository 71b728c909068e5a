package import Files

/// Writes files that somebody named, so that every moment shows the old contents or the new.
package enum AtomicFile {
    /// Whether a file may take the place of another.
    package enum Mode {
        /// The path must be free.
        case create

        /// The same for a file that nobody else may read: mode 0600.
        case createPrivate

        /// What is there is replaced; its mode and owner stay, and links are followed.
        case replace
    }

    /// Writes `bytes` to `path` and waits until file and folder are on the disk.
    package static func write(_ bytes: [UInt8], to path: String, _ mode: Mode) throws(Failure) {
        try synchronize(writeUnsettled(bytes, to: path, mode))
    }

    /// The same, but for the folder, which the caller must ``synchronize(_:)`` later.
    ///
    /// Until then a crash may leave the old contents, never a part of the new.
    package static func writeUnsettled(
        _ bytes: [UInt8], to path: String, _ mode: Mode
    ) throws(Failure) -> Folder {
        do throws(FileError) {
            let place = mode == .replace ? try Place(following: path) : try Place(path)
            let placement: Folder.Placement =
                switch mode {
                case .create: .new(.usual)
                case .createPrivate: .new(.secret)
                case .replace: try place.status == nil ? .new(.usual) : .keepingOwner
                }
            try place.folder.writeUnsettled(bytes, to: place.name, placement)
            return place.folder
        } catch {
            throw .unwritable(path, error.words)
        }
    }

    /// Makes the names in `folder` as durable as the files' contents.
    package static func synchronize(_ folder: Folder) throws(Failure) {
        do throws(FileError) {
            try folder.synchronize()
        } catch {
            throw Failure(writing: error)
        }
    }

    /// Whether something, if only a broken link, has this name.
    package static func isTaken(_ path: String) throws(Failure) -> Bool {
        do throws(FileError) {
            return try NamedPath.isTaken(path)
        } catch {
            throw Failure(reading: error)
        }
    }

    /// Returns the folder that holds `path`, with links followed as far as they lead.
    package static func folder(of path: String) throws(Failure) -> Folder {
        do throws(FileError) {
            return try Place(following: path).folder
        } catch {
            throw Failure(reading: error)
        }
    }
}
