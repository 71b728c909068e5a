import Encoding
import Merkle

extension ManifestFile {
    /// Appends a manifest to another file; null where it is none.
    static func append(_ manifest: ArraySlice<UInt8>?, to file: inout [UInt8]) {
        guard let manifest else { return file.append(ManifestHead.nullByte) }
        CBOR.appendHead(major: .bytes, argument: UInt64(manifest.count), to: &file)
        file += manifest
    }

    /// Returns the file without the manifests that are erased; nil where it has none of them.
    func without(_ erased: Set<Hash>) -> [UInt8]? {
        let gone = Set(items.indices.filter { digest($0).map(erased.contains) ?? false })
        guard !gone.isEmpty else { return nil }
        var file: [UInt8] = []
        file.reserveCapacity(bytes.count)
        for (number, place) in items.enumerated() {
            Self.append(gone.contains(number) ? nil : place.map { bytes[$0] }, to: &file)
        }
        return file
    }
}

/// The file of manifests that a copy keeps beside a bundle: each is the one that its entry names.
struct KeptManifests: Sendable {
    /// The file; nil where neither the log nor the copy has one, for nulls would say that there
    /// is none of these manifests.
    private(set) var bytes: [UInt8]?

    /// Why no file of the log was taken, as what follows its name; nil where one was.
    var fault: String?

    /// The places in the bundle whose entry names a manifest that nobody has, and that is not
    /// erased.
    private(set) var missing: [Int] = []

    /// The places where the log shows something else than its entry names.
    private(set) var unfit: [Int] = []

    /// Takes of each place what fits: of the log, else of the files of the copy, else nothing.
    ///
    /// - Parameter own: of this width, and of the one before, which has fewer manifests.
    init(
        _ expected: [Hash?], but erased: Set<Hash>, of log: ManifestFile?, else own: [ManifestFile]
    ) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(max(log?.bytes.count ?? 0, own.first?.bytes.count ?? 0))
        for (place, digest) in expected.enumerated() {
            let found = log?.digest(place)
            let wanted = digest.flatMap { erased.contains($0) ? nil : $0 }
            // What was erased a moment ago may still be shown, and is no fault.
            if let found, found != digest { unfit.append(place) }
            guard let wanted else {
                ManifestFile.append(nil, to: &bytes)
                continue
            }
            let source =
                found == wanted
                ? log : own.first { place < $0.count && $0.digest(place) == wanted }
            if source == nil { missing.append(place) }
            ManifestFile.append(
                source.flatMap { file in file.items[place].map { file.bytes[$0] } }, to: &bytes)
        }
        self.bytes = log == nil && own.isEmpty ? nil : bytes
    }

    /// Whether each entry has what it names.
    var isWhole: Bool { bytes != nil && missing.isEmpty && unfit.isEmpty }
}
