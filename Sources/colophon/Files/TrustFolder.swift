import Provenance

/// Reads a trust kit from its folder.
enum TrustFolder {
    static func kit(_ folder: String) throws(Failure) -> TrustKit {
        var root = folder
        while root.count > 1, root.hasSuffix("/") { root.removeLast() }
        let status: FileStatus
        do throws(SystemError) {
            status = try FileStatus(ofPath: root)
        } catch {
            throw .unreadable(
                folder, error.reason, hint: "colophond trust-kit writes a trust kit's folder")
        }
        guard status.kind == .folder else {
            throw .unreadable(folder, "is not a folder", hint: "name the folder of a trust kit")
        }
        let authorities = root + "/tsa.pem"
        let files = TrustKit.Files(
            policy: try file("policy", root), genesis: try file("genesis", root),
            registry: try file("registry.cbor", root),
            receiptKeys: try file("receipt-keys.cbor", root),
            timestampRoots: Paths.exists(authorities) ? try file("tsa.pem", root) : nil)
        do throws(TrustKitError) {
            return try TrustKit(files)
        } catch {
            throw .unreadable("\(root)/\(error.file)", error.rule)
        }
    }

    private static func file(_ name: String, _ folder: String) throws(Failure) -> [UInt8] {
        try InputFile(folder + "/" + name).bytes(limit: FileLimit.kit)
    }
}
