import Encoding

extension FuzzTarget {
    /// What strict rules read has one encoding and means the same to lenient ones; what lenient
    /// rules read can be written and read back.
    static func cbor(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        let strict = try? CBOR.decode(bytes)
        let lenient = try? CBOR.decode(bytes, rules: .lenient)
        if let strict {
            try hold(strict.encoded() == bytes, "an accepted item encodes to itself")
            try hold(lenient == strict, "lenient rules read what strict rules read")
        }
        if let lenient {
            let written = lenient.encoded()
            let again = try? CBOR.decode(written, rules: .lenient)
            try hold(again == lenient, "an item read leniently comes back from its encoding")
        }
        return strict != nil
    }

    /// However a sequence is cut, the same items come out, and they encode to what went in.
    ///
    /// The first byte chooses the pieces, the second the limit of an item.
    static func cborSequence(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        let (seed, limit) = (bytes.first ?? 0, Int(bytes.dropFirst().first ?? 0))
        let body = Array(bytes.dropFirst(2))
        let whole = SequenceReading(body, pieces: [body.count], limit: limit)
        let cut = SequenceReading(body, pieces: Pieces.sizes(seed), limit: limit)
        try hold(whole == cut, "pieces of a sequence give the items of the whole")
        guard whole.failure == nil else { return false }
        var written: [UInt8] = []
        var isWhole = true
        for item in whole.items {
            switch item {
            case .bytes(let content):
                try hold(content.count <= limit, "an item keeps to the limit")
                written += CBOR.bytes(content).encoded()
            case .tooLarge(let count):
                try hold(count > UInt64(limit), "only an item beyond the limit is too large")
                isWhole = false
            }
        }
        if isWhole {
            try hold(body.starts(with: written), "items encode to what they were read from")
            try hold(
                written.count + whole.pendingByteCount == body.count,
                "what is pending is what no item took")
        }
        return whole.isBetweenItems && !whole.items.isEmpty
    }

    /// A key has one encoding, one text and one key set member.
    static func coseKey(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        if let members = (try? CBOR.decode(bytes))?.mapValue,
            let member = try? COSEKey(keySetMember: members)
        {
            try hold(member.keySetMember.encoded() == bytes, "a member encodes to itself")
        }
        guard let key = try? COSEKey(encoded: bytes) else { return false }
        try hold(key.encoded == bytes, "a key encodes to itself")
        try hold((try? COSEKey(string: Text(key.string))) == key, "a key comes back from its text")
        let member = key.keySetMember.mapValue.flatMap { try? COSEKey(keySetMember: $0) }
        try hold(member == key, "a key comes back from a key set")
        return true
    }

    /// A message encodes to itself, and lenient readers see the same protected parts.
    static func coseSign1(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        let strict = try? COSESign1.decode(bytes)
        let lenient = try? COSESign1.decode(bytes, unprotected: .lenient)
        if let strict {
            try hold(strict.encoded() == bytes, "a message encodes to itself")
            try hold(lenient == strict, "lenient rules read what strict rules read")
        }
        if let lenient {
            let again = try? COSESign1.decode(lenient.encoded(), unprotected: .lenient)
            try hold(again == lenient, "a message comes back from its encoding")
        }
        return strict != nil
    }

    /// A value comes back from its text, which is as short as the reader allows.
    static func json(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        guard let value = try? JSON.decode(bytes) else { return false }
        let text = value.encoded()
        try hold((try? JSON.decode(text)) == value, "a value comes back from its text")
        return true
    }
}

/// What a sequence reader gave out, in one way of cutting its input.
private struct SequenceReading: Equatable {
    private(set) var items: [CBORSequenceReader.Item] = []
    private(set) var failure: CBORError?
    private(set) var pendingByteCount = 0
    private(set) var isBetweenItems = false

    init(_ body: [UInt8], pieces: [Int], limit: Int) {
        var reader = CBORSequenceReader(itemLimit: limit)
        do throws(CBORError) {
            for piece in Pieces.cut(body, pieces) {
                reader.append(piece)
                while let item = try reader.next() { items.append(item) }
            }
        } catch {
            failure = error
            return
        }
        pendingByteCount = reader.pendingByteCount
        isBetweenItems = reader.isBetweenItems
    }
}

/// Ways to cut an input, chosen by one of its bytes.
enum Pieces {
    /// Lengths of pieces, repeated as often as it takes.
    static func sizes(_ seed: UInt8) -> [Int] {
        [Int(seed & 7) + 1, Int(seed >> 3 & 3) * 5 + 1, Int(seed >> 5) * 40 + 1]
    }

    /// Cuts `bytes` into pieces of these lengths.
    static func cut(_ bytes: [UInt8], _ sizes: [Int]) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + max(1, sizes[pieces.count % sizes.count]))
            pieces.append(bytes[start..<end])
            start = end
        }
        return pieces
    }
}
