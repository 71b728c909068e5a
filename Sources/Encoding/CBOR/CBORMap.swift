/// A map with integer and text keys, sorted as it is encoded (RFC 8949 §4.2.1).
///
/// No two members have the same key.
public struct CBORMap: Sendable {
    /// The members, in the order of their encoded keys.
    public let entries: [(key: CBORLabel, value: CBOR)]

    /// Creates a map of `pairs`, which may come in any order but must differ in their keys.
    public init(_ pairs: [(CBORLabel, CBOR)]) {
        let sorted = pairs.sorted { $0.0 < $1.0 }
        for (left, right) in zip(sorted, sorted.dropFirst()) {
            precondition(left.0 != right.0, "two members of a CBOR map have the key \(left.0)")
        }
        entries = sorted.map { (key: $0.0, value: $0.1) }
    }

    /// Creates a map of members that a decoder found to be sorted and distinct.
    init(uncheckedSorted entries: [(key: CBORLabel, value: CBOR)]) {
        self.entries = entries
    }

    /// Number of members.
    public var count: Int { entries.count }

    /// Whether there is no member.
    public var isEmpty: Bool { entries.isEmpty }

    /// The keys, in the order of their encodings.
    public var labels: [CBORLabel] { entries.map(\.key) }

    /// The value under an integer key.
    public subscript(_ key: Int64) -> CBOR? {
        for place in entries.indices {
            if case .int(let number) = entries[place].key, number == key {
                return entries[place].value
            }
        }
        return nil
    }

    /// The value under a text key.
    public subscript(_ key: Text) -> CBOR? { self[.text(key)] }

    /// The value under `label`.
    ///
    /// A scan: our maps have a handful of members.
    public subscript(label label: CBORLabel) -> CBOR? { self[label] }

    private subscript(_ label: CBORLabel) -> CBOR? {
        entries.firstIndex { $0.key == label }.map { entries[$0].value }
    }

    /// Returns this map with `value` under `label`, or without that label where `value` is nil.
    public func setting(_ label: CBORLabel, to value: CBOR?) -> CBORMap {
        var changed = entries.filter { $0.key != label }
        if let value {
            let place = changed.firstIndex { label < $0.key } ?? changed.endIndex
            changed.insert((key: label, value: value), at: place)
        }
        return CBORMap(uncheckedSorted: changed)
    }

    /// Returns the deterministic encoding.
    public func encoded() -> [UInt8] {
        CBOR.map(self).encoded()
    }
}

extension CBORMap: Hashable {
    /// Whether both have the same members.
    public static func == (lhs: CBORMap, rhs: CBORMap) -> Bool {
        lhs.entries.elementsEqual(rhs.entries) { $0.key == $1.key && $0.value == $1.value }
    }

    /// Feeds the members to `hasher`.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(entries.count)
        for entry in entries {
            hasher.combine(entry.key)
            hasher.combine(entry.value)
        }
    }
}

extension CBORMap: ExpressibleByDictionaryLiteral {
    /// Creates a map from a literal whose keys differ.
    public init(dictionaryLiteral elements: (CBORLabel, CBOR)...) {
        self.init(elements)
    }
}
