package import Files

/// Writes files that somebody named, so that every moment shows the old contents or the new.
package enum AtomicFile {
    /// Whether a file may take the place of another.
    package enum Mode: Hashable, Sendable {
        /// The path must be free.
        case create

        /// The same for a file that nobody else may read: mode 0600.
        case createPrivate

        /// An existing file is replaced; its mode and owner stay, and links are followed.
        case replace
    }

    /// Writes `bytes` to `path` and waits until file and folder are on the disk.
    ///
    /// A new file whose folder cannot be synced is taken away again: what is told to have failed is
    /// not there. A file system that knows no sync of folders has done all that it can.
    package static func write(
        _ bytes: [UInt8], to path: String, _ mode: Mode
    ) throws(FileError) {
        let folder = try writeUnsettled(bytes, to: path, mode)
        do throws(FileError) {
            try folder.settle()
        } catch {
            if mode != .replace { try Place(path).folder.remove(Place(path).name) }
            throw FileError(path, error.reason)
        }
    }

    /// The same, but for the folder, which the caller must settle later.
    ///
    /// Until then a crash may leave the old contents, never a part of the new. What fails is told
    /// of `path`, whatever lies behind it.
    package static func writeUnsettled(
        _ bytes: [UInt8], to path: String, _ mode: Mode
    ) throws(FileError) -> Folder {
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
            throw FileError(path, error.reason)
        }
    }
}
