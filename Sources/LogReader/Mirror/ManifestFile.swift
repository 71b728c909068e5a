import Encoding
import Merkle

/// A file of manifests, taken apart where it lies: nothing is copied out of it.
struct ManifestFile: Sendable {
    let bytes: [UInt8]

    /// Where each manifest lies; nil for null.
    let items: [Range<Int>?]

    /// Takes a file apart; nil where it is no sequence of byte strings and nulls, or has fewer than
    /// `count` of them, or more where they must be all.
    ///
    /// - Parameter count: how many are wanted; nil for as many as there are.
    init?(_ bytes: [UInt8], count: Int? = nil, isExact: Bool = true) {
        var items: [Range<Int>?] = []
        var next = 0
        while next < bytes.count, count.map({ items.count < $0 }) ?? true {
            guard let item = Self.item(bytes, at: next) else { return nil }
            items.append(item.place)
            next = item.end
        }
        guard items.count == count ?? items.count, next == bytes.count || !isExact else {
            return nil
        }
        self.bytes = bytes
        self.items = items
    }

    private static func item(
        _ bytes: [UInt8], at start: Int
    ) -> (place: Range<Int>?, end: Int)? {
        let first = bytes[start]
        guard first != null else { return (nil, start + 1) }
        guard first >> 5 == CBOR.Major.bytes.rawValue else { return nil }
        let information = Int(first & 0x1F)
        guard information >= 24 else {
            return place(bytes, from: start + 1, count: information)
        }
        // No manifest needs a length of more than four bytes.
        guard information <= 26 else { return nil }
        let lengthBytes = 1 << (information - 24)
        guard bytes.count - start > lengthBytes else { return nil }
        let length = bytes[start + 1...start + lengthBytes].reduce(0) { $0 << 8 | Int($1) }
        return place(bytes, from: start + 1 + lengthBytes, count: length)
    }

    private static func place(
        _ bytes: [UInt8], from start: Int, count: Int
    ) -> (place: Range<Int>?, end: Int)? {
        guard count <= bytes.count - start else { return nil }
        return (start..<start + count, start + count)
    }

    /// The one byte of CBOR's null.
    private static let null: UInt8 = 0xF6

    /// Returns the digest of a manifest; nil for null.
    func digest(_ item: Int) -> Hash? {
        items[item].map { Hash.sha256(bytes.span.extracting($0)) }
    }

    /// Appends a manifest to another file; null where it is none.
    static func append(_ manifest: ArraySlice<UInt8>?, to file: inout [UInt8]) {
        guard let manifest else { return file.append(null) }
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
    /// The file.
    private(set) var bytes: [UInt8] = []

    /// The places in the bundle whose entry names a manifest that nobody has, and that is not
    /// erased.
    private(set) var missing: [Int] = []

    /// The places where the log shows something else than its entry names.
    private(set) var unfit: [Int] = []

    /// Takes of each place what fits: of the log, else of the copy, else nothing.
    init(
        _ expected: [Hash?], but erased: Set<Hash>, of log: ManifestFile?, else own: ManifestFile?
    ) {
        bytes.reserveCapacity(max(log?.bytes.count ?? 0, own?.bytes.count ?? 0))
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
                found == wanted ? log : own.flatMap { $0.digest(place) == wanted ? $0 : nil }
            if source == nil { missing.append(place) }
            ManifestFile.append(
                source.flatMap { file in file.items[place].map { file.bytes[$0] } }, to: &bytes)
        }
    }

    /// Whether each entry has what it names.
    var isWhole: Bool { missing.isEmpty && unfit.isEmpty }
}
