public import Merkle

/// A file of manifests, taken apart where it lies: nothing is copied out of it.
public struct ManifestFile: Sendable {
    /// The bytes of the file.
    public let bytes: [UInt8]

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

    /// Number of entries that it has an item for.
    public var count: Int { items.count }

    /// The manifest of an entry, in the memory of the file; nil where there is none (any more).
    ///
    /// - Parameter place: the entry's place in its bundle.
    public subscript(place: Int) -> ArraySlice<UInt8>? {
        items[place].map { bytes[$0] }
    }

    /// Returns where the item that begins at `start` has its manifest, and where it ends; nil where
    /// it is none that such a file has.
    private static func item(
        _ bytes: [UInt8], at start: Int
    ) -> (place: Range<Int>?, end: Int)? {
        switch ManifestHead(bytes[start...]) {
        case .null: return (nil, start + 1)
        case .cut, .malformed: return nil
        case .manifest(let headBytes, let count):
            let place = start + headBytes
            guard count <= bytes.count - place else { return nil }
            return (place..<place + count, place + count)
        }
    }

    /// Returns the digest of a manifest; nil for null.
    public func digest(_ item: Int) -> Hash? {
        items[item].map { Hash.sha256(bytes.span.extracting($0)) }
    }
}
