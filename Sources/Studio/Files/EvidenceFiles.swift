package import Files
package import Manifests
package import Provenance

/// The evidence of time in a record, as the files that other programs take.
///
/// Nothing is checked here: that is what the other programs are for.
package enum EvidenceFiles {
    /// The files of a record's anchors, in the order in which the record has them.
    ///
    /// Of anchor N, `N.head` has the bytes that were dated. `N.head.tst` is a token
    /// (`openssl ts -verify -token_in`), `N.head.ots` a proof (`ots verify`). An anchor of a type
    /// that this version does not know leaves `N.head.evidence`. Beside tokens stand the
    /// certificates of the authorities that `kit` trusts, in `tsa.pem`.
    package static func named(
        of record: TransparentStatement, by kit: TrustKit? = nil
    ) throws(Refusal) -> [(name: String, bytes: [UInt8])] {
        var files: [(name: String, bytes: [UInt8])] = []
        for (index, map) in record.anchors.enumerated() {
            let anchor = try Anchor(map)
            let head = "\(index + 1).head"
            files.append((head, anchor.checkpoint))
            let suffix =
                switch anchor.type {
                case Anchor.timestamp: "tst"
                case Anchor.openTimestamps: "ots"
                default: "evidence"
                }
            files.append(("\(head).\(suffix)", anchor.evidence))
        }
        let hasTokens = files.contains { $0.name.hasSuffix(".tst") }
        if hasTokens, let roots = kit?.timestampRoots { files.append(("tsa.pem", roots)) }
        return files
    }

    /// Writes files into a new folder, and waits until they are on the disk.
    package static func write(
        _ files: [(name: String, bytes: [UInt8])], to path: String
    ) throws(FileError) {
        guard !(try NamedPath.isTaken(path)) else { throw FileError(path, .exists) }
        let folder = try Folder(making: path, .usual)
        for file in files {
            try folder.writeUnsettled(file.bytes, to: file.name, .new(.usual))
        }
        try folder.synchronize()
        try Place(path).folder.synchronize()
    }
}
