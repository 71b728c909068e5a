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
            throw LogError(error)
        }
    }

    /// Where a file is, for words.
    public func location(of name: String) -> String { folder.path(of: name) }

    /// Returns the names of the files beside a bundle, the one with the most manifests first.
    public func names(ofBundle index: UInt64) throws(LogError) -> [String] {
        let full = StaticLayout.manifests(index, width: TileID.width)
        do throws(FileError) {
            let partials =
                try folder.folder(ifThere: "\(full).p")?
                .names(limit: Self.partialNames).compactMap(Self.width) ?? []
            return (try folder.status(of: full) == nil ? [] : [full])
                + partials.sorted(by: >).map { StaticLayout.manifests(index, width: $0) }
        } catch {
            throw LogError(error)
        }
    }

    /// Reads a file of ``names(ofBundle:)``; nil where it is gone since.
    public func file(_ name: String) throws(LogError) -> ManifestFile? {
        let bytes: [UInt8]?
        do throws(FileError) {
            bytes = try folder.read(name, limit: LogLimits.manifestsBytes)
        } catch {
            throw LogError(error)
        }
        guard let bytes else { return nil }
        guard let file = ManifestFile(bytes), file.count <= TileID.width else {
            throw .malformed(
                path: folder.path(of: name),
                rule: "must hold byte strings or nulls, and no more than \(TileID.width)")
        }
        return file
    }

    /// Returns the width of which this is the one spelling: 1...255.
    private static func width(_ name: String) -> Int? {
        guard let width = UInt8(name), width > 0, "\(width)" == name else { return nil }
        return Int(width)
    }
}
