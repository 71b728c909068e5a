import Files
import Merkle

/// The files of manifests in a folder that has those of a log, of whatever size it was.
///
/// Nothing of them is proven: whoever takes a manifest compares its digest with the one that an
/// entry names. No checkpoint is asked for.
public struct ManifestFolder: Sendable {
    private let folder: Folder

    /// Names in a folder of partial files: one for each width, and what crashes may leave.
    private static let partialNames = 4096

    /// Opens the folder of a log, which need not have any manifests.
    public init(path: String) throws(LogError) {
        do throws(FileError) {
            folder = try Folder(path)
        } catch {
            throw LogError(error, nil)
        }
    }

    /// Where a file is, for words.
    public func location(of file: LogFile) -> String { folder.path(of: file.path) }

    /// Returns the files beside a bundle, the one with the most manifests first.
    public func files(ofBundle index: UInt64) throws(LogError) -> [LogFile] {
        let full = Self.file(index, width: TileID.width)
        do throws(FileError) {
            let partials =
                try folder.folder(ifThere: "\(full.path).p")?
                .names(limit: Self.partialNames).compactMap(Self.width) ?? []
            return (try folder.status(of: full.path) == nil ? [] : [full])
                + partials.sorted(by: >).map { Self.file(index, width: $0) }
        } catch {
            throw LogError(error, full.part)
        }
    }

    private static func file(_ index: UInt64, width: Int) -> LogFile {
        LogLayout.tiles.file(.manifests(index, width: width))
    }

    /// Reads a file of ``files(ofBundle:)``; nil where it is gone since.
    public func manifests(in file: LogFile) throws(LogError) -> ManifestFile? {
        let bytes: [UInt8]?
        do throws(FileError) {
            bytes = try folder.read(file.path, limit: LogLimits.manifestsBytes)
        } catch {
            throw LogError(error, file.part)
        }
        guard let bytes else { return nil }
        guard let manifests = ManifestFile(bytes), manifests.count <= TileID.width else {
            throw .malformed(
                LogError.File(path: location(of: file), part: file.part),
                rule: "must hold byte strings or nulls, and no more than \(TileID.width)")
        }
        return manifests
    }

    /// Returns the width of which this is the one spelling: 1...255.
    private static func width(_ name: String) -> Int? {
        guard let width = UInt8(name), width > 0, "\(width)" == name else { return nil }
        return Int(width)
    }
}
