import Encoding
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
        // The sequence is deterministic: a length has its shortest form (encoding.md §2).
        let smallest = information == 24 ? 24 : 1 << (8 * lengthBytes / 2)
        guard length >= smallest else { return nil }
        return place(bytes, from: start + 1 + lengthBytes, count: length)
    }

    private static func place(
        _ bytes: [UInt8], from start: Int, count: Int
    ) -> (place: Range<Int>?, end: Int)? {
        guard count <= bytes.count - start else { return nil }
        return (start..<start + count, start + count)
    }

    /// The one byte of CBOR's null.
    static let null: UInt8 = 0xF6

    /// Returns the digest of a manifest; nil for null.
    public func digest(_ item: Int) -> Hash? {
        items[item].map { Hash.sha256(bytes.span.extracting($0)) }
    }
}
