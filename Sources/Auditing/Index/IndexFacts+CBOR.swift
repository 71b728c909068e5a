import Encoding
import Provenance

extension IndexFacts {
    /// The bytes in a state.
    var encoded: [UInt8] {
        var waiting: [UInt8] = []
        for map in pending { map.append(to: &waiting) }
        var ranges: [UInt8] = []
        for range in heads.ranges {
            ranges.append(word: range.lowerBound)
            ranges.append(word: range.upperBound)
        }
        return CBOR.array([
            .unsigned(start),
            .array([count, computed, unknownMaps, unknownPlaces].map { .unsigned($0) }),
            Self.item(first), Self.item(newest) { .bytes($0.leaf) },
            .unsigned(heads.start), .bytes(ranges), .bytes(waiting),
            Self.item(unread), Self.item(ungathered),
            Self.item(pace) { .array([.unsigned($0.time), .unsigned($0.took)]) },
            Self.item(newestIndex), .array(doubts.map(Self.item)),
        ]).encoded()
    }

    private static func item(_ doubt: IndexDoubt) -> CBOR {
        .array([doubt.kind.rawValue, doubt.index, doubt.beside].map { .unsigned($0) })
    }

    /// Reads a doubt; nil where it is none.
    private static func doubt(_ item: CBOR) -> IndexDoubt? {
        guard let parts = item.arrayValue?.compactMap(\.unsignedValue), parts.count == 3,
            let kind = IndexDoubt.Kind(rawValue: parts[0])
        else { return nil }
        return IndexDoubt(kind: kind, index: parts[1], beside: parts[2])
    }

    private static func item(_ number: UInt64?) -> CBOR { item(number) { .unsigned($0) } }

    private static func item<Value>(_ value: Value?, _ item: (Value) -> CBOR) -> CBOR {
        value.map(item) ?? .null
    }

    /// Reads what ``encoded`` made; nil where it is anything else.
    ///
    /// The last two parts came later: an older version has written none. One in between has kept
    /// the first doubts of any kind: of these those are taken that are kept now.
    init?(_ bytes: [UInt8]) {
        guard var parts = (try? CBOR.decode(bytes))?.arrayValue else { return nil }
        if parts.count == 10 { parts += [.null, .array([])] }
        guard parts.count == 12,
            let start = parts[0].unsignedValue,
            let counts = parts[1].arrayValue?.compactMap(\.unsignedValue), counts.count == 4,
            let first = Self.optional(parts[2], \.unsignedValue),
            let leaf = Self.optional(parts[3], \.bytesValue),
            let rangesStart = parts[4].unsignedValue, let ranges = parts[5].bytesValue,
            ranges.count.isMultiple(of: 16), let waiting = parts[6].bytesValue,
            waiting.count.isMultiple(of: PendingMap.byteCount),
            let unread = Self.optional(parts[7], \.unsignedValue),
            let ungathered = Self.optional(parts[8], \.unsignedValue),
            let numbers = Self.optional(parts[9], \.arrayValue),
            let heads = HeadRanges(Self.ranges(ranges), from: rangesStart),
            let newestIndex = Self.optional(parts[10], \.unsignedValue),
            let doubts = parts[11].arrayValue, doubts.count <= IndexDoubt.limit
        else { return nil }
        let found = doubts.compactMap(Self.doubt)
        guard found.count == doubts.count else { return nil }
        var newest: IndexHead?
        if let leaf {
            guard let head = try? IndexHead(leaf: leaf) else { return nil }
            newest = head
        }
        var pace: MapPace?
        if let numbers {
            guard numbers.count == 2, let time = numbers[0].unsignedValue,
                let took = numbers[1].unsignedValue
            else { return nil }
            pace = MapPace(time: time, took: took)
        }
        let pending = stride(from: 0, to: waiting.count, by: PendingMap.byteCount).compactMap {
            PendingMap(at: $0, of: waiting.span)
        }
        self.init(
            start: start, counts: counts, first: first, newest: newest, heads: heads,
            pending: pending, unread: unread, ungathered: ungathered, pace: pace,
            newestIndex: newestIndex, doubts: IndexDoubt.kept(of: found))
    }

    /// Reads what may be null; nil where it is neither that nor of its kind.
    private static func optional<Value>(
        _ item: CBOR, _ read: (CBOR) -> Value?
    ) -> Value?? {
        if item == .null { return .some(nil) }
        return read(item).map { .some($0) }
    }

    private static func ranges(_ bytes: [UInt8]) -> [Range<UInt64>] {
        stride(from: 0, to: bytes.count, by: 16).map { start in
            let lower = bytes.span.word(at: start)
            return lower..<max(lower, bytes.span.word(at: start + 8))
        }
    }
}
