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
        let files = TrustKit.Files(
            policy: try file("policy", folder), genesis: try file("genesis", folder),
            registry: try file("registry.cbor", folder),
            receiptKeys: try file("receipt-keys.cbor", folder),
            timestampRoots: try optionalFile("tsa.pem", folder))
        do throws(TrustKitError) {
            return try TrustKit(files)
        } catch {
            throw .unreadable(folder.path(of: error.file), error.rule)
        }
    }

    private static func file(_ name: String, _ folder: Folder) throws(Failure) -> [UInt8] {
        guard let bytes = try optionalFile(name, folder) else {
            throw Failure(reading: FileError(folder.path(of: name), .missing))
        }
        return bytes
    }

    private static func optionalFile(
        _ name: String, _ folder: Folder
    ) throws(Failure) -> [UInt8]? {
        do throws(FileError) {
            return try folder.read(name, limit: FileLimit.kit)
        } catch {
            throw Failure(reading: error)
        }
    }
}
