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
    /// What has another name is passed over. With `removingLeftovers` what a crash has left of a
    /// file that was being written goes.
    func bundles(
        in name: String, removingLeftovers: Bool = false
    ) throws(StaticLogError) -> [BundleFile] {
        var found: [BundleFile] = []
        let top = folder
        try staticFiles { () throws(FileError) in
            guard let folder = try top.folder(ifThere: name) else { return }
            try Self.list(folder, "", removingLeftovers, depth: Self.nameDepth, &found)
        }
        return found
    }

    /// Folders in each other: seven groups of three digits, and that of a partial file.
    private static let nameDepth = 8

    private static func list(
        _ folder: Folder, _ prefix: String, _ removingLeftovers: Bool, depth: Int,
        _ found: inout [BundleFile]
    ) throws(FileError) {
        for name in try folder.names() {
            let path = prefix + name
            if Folder.isTemporary(name) {
                if removingLeftovers { try folder.remove(name) }
            } else if case .entries(let index, let width)? = try? TilePath(
                parsing: "tile/entries/" + path)
            {
                found.append(BundleFile(index: index, width: width))
            } else if depth > 1, try folder.status(of: name)?.kind == .folder {
                try list(
                    folder.folder(name), path + "/", removingLeftovers, depth: depth - 1, &found)
            }
        }
    }
}
