import Files
package import Provenance

/// Reads a trust kit from its folder.
package enum TrustFolder {
    package static func kit(_ path: String) throws(Failure) -> TrustKit {
        let folder: Folder
        do throws(FileError) {
            folder = try Folder(path)
        } catch {
            throw .unreadable(
                path, error.words, hint: "colophond trust-kit writes a trust kit's folder")
        }
        let files = try TrustKit.Files(
            reading: { name throws(Failure) in try file(name, folder) },
            optional: { name throws(Failure) in try optionalFile(name, folder) })
        do throws(TrustKitError) {
            return try TrustKit(files)
        } catch {
            throw .unreadable(folder.path(of: error.file), error.rule)
        }
    }

    private static func file(
        _ name: TrustKit.Files.Name, _ folder: Folder
    ) throws(Failure) -> [UInt8] {
        guard let bytes = try optionalFile(name, folder) else {
            throw Failure(reading: FileError(folder.path(of: name.rawValue), .missing))
        }
        return bytes
    }

    private static func optionalFile(
        _ name: TrustKit.Files.Name, _ folder: Folder
    ) throws(Failure) -> [UInt8]? {
        do throws(FileError) {
            return try folder.read(name.rawValue, limit: FileLimit.kit)
        } catch {
            throw Failure(reading: error)
        }
    }
}
