/// The formats in which Content Credentials are looked for, and where they stand in each
/// (C2PA 2.2, annex A.3).
///
/// In every format the bytes of the store are those of one whole superbox, nothing before and
/// nothing behind it: so a store has the same SHA-256 wherever it is put.
enum CredentialContainer {
    case jpeg, png, tiff, webp

    /// What a file has two of where nobody knows which is meant.
    static let twice = PNGFile.Wanted.credentials.two

    /// The tag of TIFF that has the store.
    private static let tag: UInt16 = 0xCD41

    init?(of start: [UInt8]) {
        switch PictureKind(of: start) {
        case .jpeg: self = .jpeg
        case .png: self = .png
        case .tiff: self = .tiff
        case .webp: self = .webp
        case .heif, nil: return nil
        }
    }

    /// Returns where the store lies, in pieces; nil where there is none.
    func store(in source: some PictureBytes) throws(PictureFault) -> [Range<UInt64>]? {
        switch self {
        case .jpeg: return try JPEGBoxes.store(in: source)
        case .png: return try PNGFile.content(of: .credentials, in: source).map { [$0] }
        case .tiff:
            let file = try TIFFFile(source)
            guard let entry = try file.firstDirectory().entry(Self.tag) else { return nil }
            return try file.place(of: entry, limit: PictureLimit.storeBytes).map { [$0] } ?? []
        case .webp:
            return try WebPFile.chunk("C2PA", in: source, saying: Self.twice).map { [$0] }
        }
    }
}
