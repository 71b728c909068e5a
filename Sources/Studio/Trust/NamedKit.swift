package import Files
package import Provenance

/// A trust kit that somebody named: a folder with its files, or one file (trust-kit.md).
package struct NamedKit: Sendable {
    /// The form of a kit.
    package enum Form: Hashable, Sendable {
        /// A folder with the kit's files.
        case folder

        /// One file.
        case file
    }

    /// How it was named.
    package let path: String

    /// The form it has.
    package let form: Form

    /// Its files, not verified.
    package let files: TrustKit.Files

    /// Reads the files of the kit at `path`.
    package init(_ path: String) throws(NamedKitError) {
        self.path = path
        do throws(FileError) {
            let status = try NamedPath.status(path)
            form = status?.kind == .folder ? .folder : .file
        } catch {
            throw .unreadable(error)
        }
        files = form == .folder ? try Self.files(inFolder: path) : try Self.files(inFile: path)
    }

    /// Returns the kit at `path`, verified from its genesis on.
    package static func kit(_ path: String) throws(NamedKitError) -> TrustKit {
        try NamedKit(path).kit()
    }

    /// Verifies the kit from its genesis on.
    package func kit() throws(NamedKitError) -> TrustKit {
        do throws(TrustKitError) {
            return try TrustKit(files)
        } catch {
            throw refusal(error)
        }
    }

    /// Says which file it is that breaks a rule.
    package func refusal(_ error: TrustKitError) -> NamedKitError {
        switch (form, error.file) {
        case (.folder, let file?):
            .refused("\(path)\(path.hasSuffix("/") ? "" : "/")\(file)", error)
        default: .refused(path, error)
        }
    }

    private static func files(inFolder path: String) throws(NamedKitError) -> TrustKit.Files {
        do throws(FileError) {
            let folder = try Folder(path)
            // An update that was cut off: it is whole, and the files beside it may be of two kits.
            let update = try folder.read(TrustKit.Files.updateName, limit: FileLimit.kit)
            if let update, let files = try? TrustKit.Files(oneFile: update) { return files }
            return try TrustKit.Files(
                reading: { name throws(FileError) in
                    guard let bytes = try folder.read(name.rawValue, limit: FileLimit.kit) else {
                        throw FileError(folder.path(of: name.rawValue), .missing)
                    }
                    return bytes
                },
                optional: { name throws(FileError) in
                    try folder.read(name.rawValue, limit: FileLimit.kit)
                })
        } catch {
            throw .unreadable(error)
        }
    }

    private static func files(inFile path: String) throws(NamedKitError) -> TrustKit.Files {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try InputFile(path).bytes(limit: FileLimit.kit)
        } catch {
            throw error.isMissing ? .missing(error) : .unreadable(error)
        }
        do throws(TrustKitError) {
            return try TrustKit.Files(oneFile: bytes)
        } catch {
            throw .refused(path, error)
        }
    }
}

/// Why a trust kit was not read.
package enum NamedKitError: Error, Hashable {
    /// Nothing has this name. Have the ledger write a kit, or fetch one.
    case missing(FileError)

    /// A file of the kit is missing, or the system does not give it out.
    case unreadable(FileError)

    /// A file of the kit does not follow from its genesis, or is damaged; the path is that of the
    /// kit where it is one file.
    case refused(String, TrustKitError)
}
