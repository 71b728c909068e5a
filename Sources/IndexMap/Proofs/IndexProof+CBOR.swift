package import Encoding
internal import Merkle

extension IndexProof {
    /// The proof as deterministic CBOR: [kind, value, path, end, pages].
    public var encoded: [UInt8] { item.encoded() }

    /// Reads a proof, all of `bytes`.
    ///
    /// Only the form is checked; ``listing(under:size:)`` says whether it holds.
    public init(_ bytes: [UInt8]) throws(IndexProofError) {
        guard bytes.count <= Self.maximumByteCount else { throw .tooLong(bytes.count) }
        let item: CBOR
        do throws(CBORError) {
            item = try CBOR.decode(bytes)
        } catch {
            throw .encoding(error)
        }
        try self.init(item)
    }

    /// Reads a proof that is a part of other CBOR.
    ///
    /// The caller has checked the encoding and the length of the whole.
    package init(_ item: CBOR) throws(IndexProofError) {
        guard let members = item.arrayValue, members.count == 5 else { throw .form(.proof) }
        guard let kind = members[0].unsignedValue else { throw .form(.kind) }
        guard let value = members[1].bytesValue else { throw .form(.value) }
        let name: IndexName
        do throws(IndexNameError) {
            name = try IndexName(kind: kind, value: value)
        } catch {
            throw .name(error)
        }
        guard let pages = members[4].arrayValue, pages.count <= Self.maximumPages else {
            throw .form(.pages)
        }
        var read: [IndexPage] = []
        for page in pages { read.append(try IndexPage(page)) }
        self.init(
            name: name, path: try Self.path(members[2]), end: try IndexProofEnd(members[3]),
            pages: read)
    }

    /// The proof as a part of other CBOR.
    package var item: CBOR {
        .array([
            .unsigned(UInt64(name.kind.rawValue)), .bytes(name.value),
            .array(path.map { $0.map { .bytes($0.bytes) } ?? .null }), end.item,
            .array(pages.map(\.item)),
        ])
    }

    private static func path(_ item: CBOR) throws(IndexProofError) -> [Hash?] {
        guard let items = item.arrayValue, items.count <= IndexKey.bitCount else {
            throw .form(.path)
        }
        var path: [Hash?] = []
        for item in items {
            if item.isNull {
                path.append(nil)
            } else if let hash = item.bytesValue.flatMap({ Hash($0) }) {
                path.append(hash)
            } else {
                throw .form(.path)
            }
        }
        return path
    }
}

extension IndexProofEnd {
    fileprivate init(_ item: CBOR) throws(IndexProofError) {
        guard let members = item.arrayValue, let kind = members.first?.unsignedValue else {
            throw .form(.end)
        }
        switch (kind, members.count) {
        case (0, 1):
            self = .empty
        case (1, 2):
            guard let bytes = members[1].bytesValue, bytes.count.isMultiple(of: 16) else {
                throw .form(.end)
            }
            let starts = stride(from: 0, to: bytes.count, by: 16)
            guard (1...IndexNode.bucketLimit).contains(bytes.count / 16) else {
                throw .bucketLength(bytes.count / 16)
            }
            self = .bucket(
                starts.map { start in
                    Record(
                        tag: UInt64(bigEndianAt: start, of: bytes),
                        index: UInt64(bigEndianAt: start + 8, of: bytes))
                })
        case (2, 4):
            guard let key = members[1].bytesValue.flatMap({ Hash($0) }),
                let count = members[2].unsignedValue,
                let root = members[3].bytesValue.flatMap({ Hash($0) })
            else { throw .form(.end) }
            self = .list(key: IndexKey(key), count: count, root: root)
        default:
            throw .form(.end)
        }
    }

    fileprivate var item: CBOR {
        switch self {
        case .empty:
            return .array([.unsigned(0)])
        case .bucket(let records):
            var bytes: [UInt8] = []
            bytes.reserveCapacity(16 * records.count)
            for record in records {
                bytes.append(bigEndian: record.tag)
                bytes.append(bigEndian: record.index)
            }
            return .array([.unsigned(1), .bytes(bytes)])
        case .list(let key, let count, let root):
            return .array([
                .unsigned(2), .bytes(key.hash.bytes), .unsigned(count), .bytes(root.bytes),
            ])
        }
    }
}

extension IndexPage {
    fileprivate init(_ item: CBOR) throws(IndexProofError) {
        guard let members = item.arrayValue, members.count == 4,
            let from = members[0].unsignedValue
        else { throw .form(.page) }
        guard let bytes = members[1].bytesValue, bytes.count.isMultiple(of: 8),
            (1...Self.maximumCount).contains(bytes.count / 8)
        else { throw .form(.indexes) }
        let indexes = stride(from: 0, to: bytes.count, by: 8).map {
            UInt64(bigEndianAt: $0, of: bytes)
        }
        self.init(
            from: from, indexes: indexes, left: try Self.subtrees(members[2]),
            right: try Self.subtrees(members[3]))
    }

    fileprivate var item: CBOR {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 * indexes.count)
        for index in indexes { bytes.append(bigEndian: index) }
        return .array([
            .unsigned(from), .bytes(bytes), .array(left.map { .bytes($0.bytes) }),
            .array(right.map { .bytes($0.bytes) }),
        ])
    }

    private static func subtrees(_ item: CBOR) throws(IndexProofError) -> [Hash] {
        guard let items = item.arrayValue, items.count <= IndexSubtrees.maximumCount else {
            throw .form(.subtrees)
        }
        var hashes: [Hash] = []
        for item in items {
            guard let hash = item.bytesValue.flatMap({ Hash($0) }) else { throw .form(.subtrees) }
            hashes.append(hash)
        }
        return hashes
    }
}
