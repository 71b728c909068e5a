import Encoding
import Manifests

/// Reads the lists that stand beside a statement in transport form (statement.md §9).
enum PartList {
    /// Reads an array of 1 to `limit` byte strings.
    static func byteStrings(
        _ value: CBOR, _ field: String, limit: Int
    ) throws(Refusal) -> [[UInt8]] {
        let items = value.arrayValue ?? []
        guard (1...limit).contains(items.count) else {
            throw Refusal(
                .malformed, field: field, rule: "must be an array of 1 to \(limit) byte strings")
        }
        var strings: [[UInt8]] = []
        for item in items {
            guard let bytes = item.bytesValue else {
                throw Refusal(.malformed, field: field, rule: "must be an array of byte strings")
            }
            strings.append(bytes)
        }
        return strings
    }

    /// Reads anchors, as they stand in a file.
    static func anchors(_ value: CBOR) throws(Refusal) -> [CBORMap] {
        let items = value.arrayValue ?? []
        guard (1...Limits.anchors).contains(items.count) else {
            throw Refusal(
                .malformed, field: "anchors",
                rule: "must be an array of 1 to \(Limits.anchors) maps")
        }
        var maps: [CBORMap] = []
        for item in items {
            guard let map = item.mapValue else {
                throw Refusal(.malformed, field: "anchors", rule: "must be an array of maps")
            }
            maps.append(map)
        }
        return maps
    }
}
