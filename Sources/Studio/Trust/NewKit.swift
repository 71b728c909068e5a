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
    /// One file is replaced in one step. Into a folder the new kit is put whole first, as
    /// `update.colophon-kit`, which counts while it is there; then the files that differ are
    /// replaced, one after the other. So a crash between two leaves the new kit.
    package static func replace(_ kit: NamedKit, by files: TrustKit.Files) throws(FileError) {
        guard kit.form == .folder else {
            return try AtomicFile.write(files.oneFile, to: kit.path, .replace)
        }
        let folder = try Folder(kit.path)
        try folder.writeUnsettled(files.oneFile, to: TrustKit.Files.updateName, .replacing(.usual))
        try folder.synchronize()
        // After a crash the files are not those that were read.
        for (name, bytes) in files.named
        where try folder.read(name, limit: FileLimit.kit) != bytes {
            let isThere = try folder.status(of: name) != nil
            try folder.writeUnsettled(bytes, to: name, isThere ? .keepingOwner : .new(.usual))
        }
        let kept = files.named.map(\.name)
        for name in TrustKit.Files.Name.allCases where !kept.contains(name.rawValue) {
            try folder.remove(name.rawValue)
        }
        try folder.synchronize()
        try folder.remove(TrustKit.Files.updateName)
        try folder.synchronize()
    }

    /// Keeps a kit that was refused beside the one that it speaks against, and returns where; nil
    /// where ``refusedLimit`` such kits are there already.
    ///
    /// The name tells the head, so that what is refused every night is kept once. A ledger that
    /// shows another head each night fills no disk.
    package static func keep(
        _ refused: TrustKit.Files, head: Checkpoint, beside path: String
    ) throws(FileError) -> String? {
        let place = try Place(Place.split(path) == nil ? NamedPath.resolved(path) : path)
        var name = place.name
        if name.hasSuffix(TrustKit.Files.suffix) { name.removeLast(TrustKit.Files.suffix.count) }
        let kept = KeptFiles(
            prefix: "\(name).refused-", suffix: TrustKit.Files.suffix,
            byteLimit: FileLimit.kit)
        let mark = "\(head.size)-\(Hex.encode(head.root.bytes.prefix(rootBytes)))"
        let bytes = refused.oneFile
        let outcome = try kept.keep(
            bytes, as: kept.names(for: mark), in: place.folder, within: wait,
            isSame: { _ in false }
        ) { name throws(FileError) in
            try AtomicFile.write(bytes, to: place.folder.path(of: name), .create)
        }
        switch outcome {
        case .kept(let name): return place.folder.path(of: name)
        case .full, .taken: return nil
        }
    }

    /// The longest wait for another command, which takes a few steps in the folder.
    private static let wait = Duration.seconds(2)

    /// Refused kits that are kept beside one kit at most, of up to 64 MiB each
    /// (``FileLimit/kit``).
    package static let refusedLimit = KeptFiles.limit

    /// Bytes of a root that a name tells: nobody makes two trees that agree in them by chance.
    private static let rootBytes = 4
}
