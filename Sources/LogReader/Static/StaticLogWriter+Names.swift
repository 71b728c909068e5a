import Checkpoints
import Files
import Merkle

extension StaticLogWriter {
    /// A file beside a bundle.
    struct BundleFile: Hashable {
        let index: UInt64
        let width: Int
    }

    /// Returns the files beside bundles that a folder of the layout holds, in no order.
    ///
    /// What has another name is passed over.
    func bundles(in name: String) throws(StaticLogError) -> [BundleFile] {
        var found: [BundleFile] = []
        let top = folder
        try staticFiles { () throws(FileError) in
            guard let folder = try top.folder(ifThere: name) else { return }
            try Self.list(folder, "", depth: Self.nameDepth, &found)
        }
        return found
    }

    /// Removes what crashes have left of files that were being written, wherever in the folder: it
    /// would stay for ever, and may hold a manifest that is erased.
    ///
    /// Each name is read for it, a thousand bundles' at once, and no file.
    func removeLeftovers() throws(StaticLogError) {
        let top = folder
        try staticFiles { () throws(FileError) in
            try Self.removeLeftovers(in: top, depth: 1)
            for name in StaticLayout.names where try top.status(of: name)?.kind == .folder {
                try Self.removeLeftovers(in: top.folder(name), depth: Self.nameDepth + 2)
            }
        }
    }

    private static func removeLeftovers(in folder: Folder, depth: Int) throws(FileError) {
        for name in try folder.names() {
            if Folder.isTemporary(name) {
                try folder.remove(name)
            } else if depth > 1, isOfFolder(name),
                try folder.status(of: name)?.kind == .folder
            {
                try removeLeftovers(in: folder.folder(name), depth: depth - 1)
            }
        }
    }

    /// Whether the layout has a folder of that name: a level, a group of digits with more behind
    /// it, that of partial files, or the one of entries.
    private static func isOfFolder(_ name: String) -> Bool {
        name == "entries" || name.hasPrefix("x") || name.hasSuffix(".p") || name.utf8.count <= 2
    }

    /// Folders in each other: seven groups of three digits, and that of a partial file.
    private static let nameDepth = 8

    private static func list(
        _ folder: Folder, _ prefix: String, depth: Int, _ found: inout [BundleFile]
    ) throws(FileError) {
        for name in try folder.names() {
            let path = prefix + name
            if case .entries(let index, let width)? = try? TilePath(
                parsing: "tile/entries/" + path)
            {
                found.append(BundleFile(index: index, width: width))
            } else if depth > 1, try folder.status(of: name)?.kind == .folder {
                try list(folder.folder(name), path + "/", depth: depth - 1, &found)
            }
        }
    }
}
