/// The Content Credentials of a file: the place of its C2PA manifest store (C2PA 2.2, section 11).
///
/// Nobody has checked a signature in it, and nothing in it is believed. A store elsewhere, which
/// the file only has an address of, is not looked for.
package struct CredentialStore: Hashable, Sendable {
    /// Where the bytes of the store lie in the file, one piece after another: those of the whole
    /// superbox, with its head.
    package let pieces: [Range<UInt64>]

    /// The URN of the active manifest, of at most 255 characters that may stand in a URI.
    ///
    /// It is its label, without the name of a vendor that C2PA 1 has before the URN.
    package let manifestURN: String

    /// Finds the store in a file: JPEG, TIFF with DNG and BigTIFF, PNG, WebP.
    package init(_ source: some PictureBytes) throws(NoCredentials) {
        let found: Self?
        let container: CredentialContainer?
        do throws(PictureFault) {
            container = CredentialContainer(of: try source.start(PictureKind.startBytes))
            let pieces = try container?.store(in: source)
            found = try pieces.map { pieces throws(PictureFault) in
                try Self(at: pieces, in: source)
            }
        } catch {
            throw .damaged(error)
        }
        guard let found else { throw container == nil ? .notLookedFor : .notThere }
        self = found
    }

    /// Reads the store in these pieces of a file.
    private init(
        at pieces: [Range<UInt64>], in source: some PictureBytes
    ) throws(PictureFault) {
        let store = PiecedBytes(source, pieces)
        guard store.byteCount <= PictureLimit.storeBytes else {
            throw .tooMany("bytes of a C2PA manifest store", limit: Int(PictureLimit.storeBytes))
        }
        self.pieces = pieces
        manifestURN = try JUMBFStore(store).activeURN
    }
}

/// Why no Content Credentials are taken from a file.
package enum NoCredentials: Error, Hashable, Sendable {
    /// It is none of the formats in which they are looked for.
    case notLookedFor

    /// It carries none.
    case notThere

    /// It breaks a rule.
    case damaged(PictureFault)
}
