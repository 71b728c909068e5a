package import Checkpoints
import Encoding
import Merkle
package import Files
package import Provenance

/// Where a trust kit is written: a name that ends in `.colophon-kit` is one file, any other a
/// folder.
package enum NewKit {
    /// Writes a kit under a name that is free, and waits until it is on the disk.
    package static func write(
        _ files: TrustKit.Files, to path: String
    ) throws(FileError) {
        guard !(try NamedPath.isTaken(path)) else { throw FileError(path, .exists) }
        guard !path.hasSuffix(TrustKit.Files.suffix) else {
            return try AtomicFile.write(files.oneFile, to: path, .create)
        }
        let folder = try Folder(making: path, .usual)
        for file in files.named {
            try folder.writeUnsettled(file.bytes, to: file.name, .new(.usual))
        }
        try folder.synchronize()
        try Place(path).folder.synchronize()
    }

    /// Puts `files` in the place of the kit that was read as `kit`, in its form.
    ///
    /// One file is replaced in one step. Of a folder the files that differ are, one after the
    /// other: a crash between two leaves a kit that is refused, and is fetched again.
    package static func replace(_ kit: NamedKit, by files: TrustKit.Files) throws(FileError) {
        guard kit.form == .folder else {
            return try AtomicFile.write(files.oneFile, to: kit.path, .replace)
        }
        let folder = try Folder(kit.path)
        for (name, bytes) in files.named
        where !kit.files.named.contains(where: { $0 == (name, bytes) }) {
            let isThere = try folder.status(of: name) != nil
            try folder.writeUnsettled(bytes, to: name, isThere ? .keepingOwner : .new(.usual))
        }
        let kept = files.named.map(\.name)
        for name in TrustKit.Files.Name.allCases where !kept.contains(name.rawValue) {
            try folder.remove(name.rawValue)
        }
        try folder.synchronize()
    }

    /// Keeps a kit that was refused beside the one that it speaks against, and returns where.
    ///
    /// The name tells the head, so that what is refused every night is kept once.
    package static func keep(
        _ refused: TrustKit.Files, head: Checkpoint, beside path: String
    ) throws(FileError) -> String {
        var start = path
        while start.hasSuffix("/"), start != "/" { start.removeLast() }
        if start.hasSuffix(TrustKit.Files.suffix) {
            start.removeLast(TrustKit.Files.suffix.count)
        }
        let mark = Hex.encode(head.root.bytes.prefix(rootBytes))
        let name = "\(start).refused-\(head.size)-\(mark)\(TrustKit.Files.suffix)"
        do throws(FileError) {
            try AtomicFile.write(refused.oneFile, to: name, .create)
        } catch {
            guard error.reason == .exists else { throw error }
        }
        return name
    }

    /// Bytes of a root that a name tells: nobody makes two trees that agree in them by chance.
    private static let rootBytes = 4
}
