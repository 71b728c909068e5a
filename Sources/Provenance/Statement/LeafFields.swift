/// Where a leaf has the few fields that rows are made from, found without decoding the rest.
///
/// A leaf that is in the tree was decoded strictly when it was admitted, and holding it to the tree
/// is the check's first step; so this reads only as much of the form as it needs, and returns nil
/// for an unexpected form, which is then read by ``Statement``.
package struct LeafFields {
    package private(set) var issuer = 0..<0
    package private(set) var subject = 0..<0
    package private(set) var claimID = 0..<0
    package private(set) var payload = 0..<0
    package private(set) var isControl = false

    /// Where each artifact's digest of 32 bytes begins: the first, and their number.
    ///
    /// They lie 34 bytes apart: each has a head of two.
    package private(set) var subjects = (first: 0, count: 0)

    /// `typ` of control statements (statement.md §7).
    private static let controlType = Array("application/vnd.colophon.control.v1+cose".utf8)

    package init?(_ leaf: Span<UInt8>) {
        var cursor = LeafCursor()
        // Tag 18, an array of four: protected, the empty map, payload, signature.
        guard leaf.count > 2, leaf[0] == 0xD2, leaf[1] == 0x84 else { return nil }
        cursor.offset = 2
        guard let protected = cursor.string(leaf, .bytes) else { return nil }
        guard cursor.offset < leaf.count, leaf[cursor.offset] == 0xA0 else { return nil }
        cursor.offset += 1
        guard let payload = cursor.string(leaf, .bytes),
            cursor.string(leaf, .bytes) != nil, cursor.offset == leaf.count
        else { return nil }
        self.payload = payload
        guard readHeader(leaf, in: protected) else { return nil }
    }

    private mutating func readHeader(_ leaf: Span<UInt8>, in range: Range<Int>) -> Bool {
        var cursor = LeafCursor()
        cursor.offset = range.lowerBound
        guard let map = cursor.head(leaf), map.major == .map else { return false }
        for _ in 0..<map.argument {
            guard cursor.offset < range.upperBound, let label = cursor.head(leaf) else {
                return false
            }
            switch (label.major, label.argument) {
            case (.unsigned, 15):
                guard readClaims(leaf, &cursor) else { return false }
            case (.unsigned, 16):
                guard let type = cursor.string(leaf, .text) else { return false }
                isControl = Self.isControlType(leaf, type)
            // -65537 is written as -1 - 65536.
            case (.negative, 65536):
                guard readSubjects(leaf, &cursor) else { return false }
            default:
                guard cursor.skip(leaf, depth: 8) else { return false }
            }
        }
        return cursor.offset == range.upperBound && !issuer.isEmpty && !subject.isEmpty
            && !claimID.isEmpty
    }

    private mutating func readClaims(_ leaf: Span<UInt8>, _ cursor: inout LeafCursor) -> Bool {
        guard let map = cursor.head(leaf), map.major == .map else { return false }
        for _ in 0..<map.argument {
            guard let label = cursor.head(leaf) else { return false }
            switch (label.major, label.argument) {
            case (.unsigned, 1):
                guard let range = cursor.string(leaf, .text) else { return false }
                issuer = range
            case (.unsigned, 2):
                guard let range = cursor.string(leaf, .text) else { return false }
                subject = range
            case (.unsigned, 7):
                guard let range = cursor.string(leaf, .bytes) else { return false }
                claimID = range
            default:
                guard cursor.skip(leaf, depth: 8) else { return false }
            }
        }
        return true
    }

    private mutating func readSubjects(_ leaf: Span<UInt8>, _ cursor: inout LeafCursor) -> Bool {
        guard let array = cursor.head(leaf), array.major == .array else { return false }
        for position in 0..<array.argument {
            guard let range = cursor.string(leaf, .bytes), range.count == 32 else { return false }
            if position == 0 { subjects.first = range.lowerBound }
        }
        subjects.count = array.argument
        return true
    }

    private static func isControlType(_ leaf: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count == controlType.count else { return false }
        for place in 0..<controlType.count
        where leaf[range.lowerBound + place] != controlType[place] {
            return false
        }
        return true
    }
}

/// Moves over the CBOR items of a leaf; each read returns nil where they end too early.
private struct LeafCursor {
    enum Major: UInt8 {
        case unsigned, negative, bytes, text, array, map, tag, simple
    }

    var offset = 0

    /// Reads the head of an item of definite length.
    mutating func head(_ leaf: Span<UInt8>) -> (major: Major, argument: Int)? {
        guard offset < leaf.count, let major = Major(rawValue: leaf[offset] >> 5) else {
            return nil
        }
        let information = leaf[offset] & 31
        offset += 1
        guard information >= 24 else { return (major, Int(information)) }
        // Nothing in a leaf needs more than four bytes, but iat may come to.
        guard information <= 27 else { return nil }
        let count = 1 << Int(information - 24)
        guard count <= leaf.count - offset else { return nil }
        var argument: UInt64 = 0
        for place in offset..<(offset + count) { argument = argument << 8 | UInt64(leaf[place]) }
        offset += count
        guard let small = Int(exactly: argument) else { return nil }
        return (major, small)
    }

    /// Reads a string of this kind and returns where its content is.
    mutating func string(_ leaf: Span<UInt8>, _ kind: Major) -> Range<Int>? {
        guard let head = head(leaf), head.major == kind, head.argument <= leaf.count - offset
        else { return nil }
        defer { offset += head.argument }
        return offset..<(offset + head.argument)
    }

    /// Moves over one item.
    mutating func skip(_ leaf: Span<UInt8>, depth: Int) -> Bool {
        guard depth > 0, let head = head(leaf) else { return false }
        switch head.major {
        case .unsigned, .negative, .simple: return true
        case .bytes, .text:
            guard head.argument <= leaf.count - offset else { return false }
            offset += head.argument
            return true
        case .tag: return skip(leaf, depth: depth - 1)
        case .array, .map:
            let count = head.major == .map ? 2 : 1
            // Each item takes a byte at least.
            guard head.argument <= leaf.count - offset else { return false }
            for _ in 0..<(head.argument * count) {
                guard skip(leaf, depth: depth - 1) else { return false }
            }
            return true
        }
    }
}
