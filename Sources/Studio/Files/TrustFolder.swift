package import Files
package import Provenance

/// Reads a trust kit from its folder.
package enum TrustFolder {
    /// Returns the kit in the folder at `path`, verified from its genesis on.
    package static func kit(_ path: String) throws(TrustFolderError) -> TrustKit {
        let folder: Folder
        do throws(FileError) {
            folder = try Folder(path)
        } catch {
            throw .noFolder(path, error)
        }
        let files: TrustKit.Files
        do throws(FileError) {
            files = try TrustKit.Files(
                reading: { name throws(FileError) in try file(name.rawValue, folder) },
                optional: { name throws(FileError) in
                    try folder.read(name.rawValue, limit: FileLimit.kit)
                })
        } catch {
            throw .unreadable(error)
        }
        do throws(TrustKitError) {
            return try TrustKit(files)
        } catch {
            throw .refused(folder.path(of: error.file), error)
        }
    }

    private static func file(_ name: String, _ folder: Folder) throws(FileError) -> [UInt8] {
        guard let bytes = try folder.read(name, limit: FileLimit.kit) else {
            throw FileError(folder.path(of: name), .missing)
        }
        return bytes
    }
}

/// Why a trust kit was not read.
package enum TrustFolderError: Error, Hashable {
    /// There is no folder of this name. Have the ledger write a kit, or fetch one.
    case noFolder(String, FileError)

    /// A file of the kit is missing, or the system does not give it out.
    case unreadable(FileError)

    /// A file of the kit does not follow from its genesis, or is damaged.
    case refused(String, TrustKitError)
}
