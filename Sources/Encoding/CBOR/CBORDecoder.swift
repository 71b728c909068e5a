extension CBOR {
    /// Returns the one item that `bytes` encode, all of them.
    public static func decode(
        _ bytes: [UInt8], rules: CBORRules = .strict
    ) throws(CBORError) -> CBOR {
        var decoder = CBORDecoder(bytes, rules: rules)
        let item = try decoder.item(depth: 1)
        try decoder.finish()
        return item
    }
}

/// Reads items one after the other from a range of an array.
struct CBORDecoder {
    private let bytes: [UInt8]
    private let end: Int
    private(set) var offset: Int

    /// The rules for the next item.
    var rules: CBORRules

    /// Members of arrays and maps so far.
    private var members = 0

    init(_ bytes: [UInt8], rules: CBORRules) {
        self.init(bytes, in: 0..<bytes.count, rules: rules)
    }

    /// Reads only `range`, yet reports positions in the whole of `bytes`.
    init(_ bytes: [UInt8], in range: Range<Int>, rules: CBORRules) {
        self.bytes = bytes
        self.offset = range.lowerBound
        self.end = range.upperBound
        self.rules = rules
    }

    /// Checks that nothing is left.
    func finish() throws(CBORError) {
        guard offset == end else { throw CBORError(.trailingBytes, at: offset) }
    }

    /// Reads one item; `depth` is the depth it has if it is an array, a map or a tag.
    mutating func item(depth: Int) throws(CBORError) -> CBOR {
        let head = try head()
        switch head.major {
        case .unsigned: return .unsigned(try definite(head))
        case .negative: return .negative(try definite(head))
        case .bytes: return .bytes(Array(try string(head)))
        case .text: return .text(try text(head))
        case .simple: return try simple(head)
        case .array, .map, .tag:
            guard depth <= rules.maximumDepth else { throw CBORError(.tooDeep, at: head.offset) }
            switch head.major {
            case .array: return .array(try array(head, depth: depth))
            case .map: return .map(try map(head, depth: depth))
            default: return try tagged(head, depth: depth)
            }
        }
    }
}

// MARK: - Heads

extension CBORDecoder {
    /// An item's first bytes (RFC 8949 §3).
    struct Head {
        var offset: Int
        var major: CBOR.Major
        /// Low five bits of the initial byte; 31 is an indefinite length or a break.
        var information: UInt8
        /// Value, length or number; zero where `information` is 31.
        var argument: UInt64
    }

    /// Reads a head; refuses, under deterministic rules, the longer forms of an argument.
    mutating func head() throws(CBORError) -> Head {
        guard offset < end else { throw CBORError(.truncated, at: offset) }
        let initial = bytes[offset]
        guard let major = CBOR.Major(rawValue: initial >> 5) else {
            preconditionFailure("three bits name one of eight major types")
        }
        let information = initial & 0x1f
        var head = Head(offset: offset, major: major, information: information, argument: 0)
        offset += 1
        switch information {
        case 0..<24:
            head.argument = UInt64(information)
        case 24...27:
            head.argument = try argument(byteCount: 1 << Int(information - 24))
            // What follows a simple head is not a number that has a shorter form.
            let smallest: UInt64 =
                information == 24 ? 24 : 1 << (UInt64(4) << UInt64(information - 24))
            if rules.isDeterministic, major != .simple, head.argument < smallest {
                throw CBORError(.notShortest, at: head.offset)
            }
        case 31:
            guard major != .unsigned, major != .negative, major != .tag else {
                throw CBORError(.notWellFormed, at: head.offset)
            }
        default:
            throw CBORError(.notWellFormed, at: head.offset)
        }
        return head
    }

    private mutating func argument(byteCount: Int) throws(CBORError) -> UInt64 {
        guard byteCount <= end - offset else { throw CBORError(.truncated, at: end) }
        var value: UInt64 = 0
        for byte in bytes[offset..<offset + byteCount] {
            value = value << 8 | UInt64(byte)
        }
        offset += byteCount
        return value
    }

    /// Returns a head's argument, where the head has one.
    private func definite(_ head: Head) throws(CBORError) -> UInt64 {
        guard head.information != 31 else { throw CBORError(.indefiniteLength, at: head.offset) }
        return head.argument
    }

    /// Whether the head opens an item of indefinite length, which only lenient rules read.
    private func isIndefinite(_ head: Head) throws(CBORError) -> Bool {
        guard head.information == 31 else { return false }
        guard !rules.isDeterministic else { throw CBORError(.indefiniteLength, at: head.offset) }
        return true
    }

    /// Consumes the break that ends an item of indefinite length, if it is next.
    private mutating func takeBreak() throws(CBORError) -> Bool {
        guard offset < end else { throw CBORError(.truncated, at: offset) }
        guard bytes[offset] == 0xff else { return false }
        offset += 1
        return true
    }

    /// Consumes a null, if it is next.
    mutating func takeNull() throws(CBORError) -> Bool {
        guard offset < end else { throw CBORError(.truncated, at: offset) }
        guard bytes[offset] == 0xf6 else { return false }
        offset += 1
        return true
    }

    /// Returns a head's argument as a number of things of which each takes `size` bytes or more.
    private func count(_ head: Head, ofSize size: Int) throws(CBORError) -> Int {
        // A limit before the loop: no item can hold more things than there are bytes left.
        guard let count = Int(exactly: head.argument), count <= (end - offset) / size else {
            throw CBORError(.truncated, at: end)
        }
        return count
    }

    /// Counts members that are about to be read.
    private mutating func take(members count: Int, _ head: Head) throws(CBORError) {
        guard count <= rules.maximumMembers - members else {
            throw CBORError(.tooManyMembers, at: head.offset)
        }
        members += count
    }
}

// MARK: - Content

extension CBORDecoder {
    /// Most members that memory is reserved for before they are read.
    ///
    /// More than any structure of ours has; without it eight nested heads could ask for a
    /// hundred times the input.
    private static let reserveLimit = 64

    /// Returns where the content of a byte string of definite length lies, and moves past it.
    mutating func bytesRange(_ head: Head) throws(CBORError) -> Range<Int> {
        guard head.information != 31 else { throw CBORError(.indefiniteLength, at: head.offset) }
        let length = try count(head, ofSize: 1)
        defer { offset += length }
        return offset..<offset + length
    }

    /// Returns a string's content; the chunks of an indefinite one are joined.
    private mutating func string(_ head: Head) throws(CBORError) -> ArraySlice<UInt8> {
        guard try isIndefinite(head) else { return bytes[try bytesRange(head)] }
        var joined: [UInt8] = []
        while try !takeBreak() {
            let chunk = try self.head()
            guard chunk.major == head.major else {
                throw CBORError(.notWellFormed, at: chunk.offset)
            }
            let content = bytes[try bytesRange(chunk)]
            if head.major == .text, Text(utf8: content) == nil {
                throw CBORError(.invalidUTF8, at: chunk.offset)
            }
            joined += content
        }
        return joined[...]
    }

    private mutating func text(_ head: Head) throws(CBORError) -> Text {
        guard let text = Text(utf8: try string(head)) else {
            throw CBORError(.invalidUTF8, at: head.offset)
        }
        return text
    }

    private mutating func array(_ head: Head, depth: Int) throws(CBORError) -> [CBOR] {
        var items: [CBOR] = []
        if try isIndefinite(head) {
            while try !takeBreak() {
                try take(members: 1, head)
                items.append(try item(depth: depth + 1))
            }
        } else {
            let count = try count(head, ofSize: 1)
            try take(members: count, head)
            items.reserveCapacity(min(count, Self.reserveLimit))
            for _ in 0..<count {
                items.append(try item(depth: depth + 1))
            }
        }
        return items
    }

    private mutating func map(_ head: Head, depth: Int) throws(CBORError) -> CBORMap {
        guard rules.isDeterministic else { return try unsortedMap(head, depth: depth) }
        _ = try isIndefinite(head)
        let count = try count(head, ofSize: 2)
        try take(members: count, head)
        var entries: [(key: CBORLabel, value: CBOR)] = []
        entries.reserveCapacity(min(count, Self.reserveLimit))
        for _ in 0..<count {
            let start = offset
            let key = try label()
            if let last = entries.last, last.key >= key {
                throw CBORError(last.key == key ? .duplicateKey : .unsortedKeys, at: start)
            }
            entries.append((key: key, value: try item(depth: depth + 1)))
        }
        return CBORMap(uncheckedSorted: entries)
    }

    private mutating func unsortedMap(_ head: Head, depth: Int) throws(CBORError) -> CBORMap {
        let count = try isIndefinite(head) ? nil : try count(head, ofSize: 2)
        if let count { try take(members: count, head) }
        var seen: Set<CBORLabel> = []
        var pairs: [(CBORLabel, CBOR)] = []
        while true {
            let isComplete = if let count { pairs.count == count } else { try takeBreak() }
            guard !isComplete else { return CBORMap(pairs) }
            if count == nil { try take(members: 1, head) }
            let start = offset
            let key = try label()
            guard seen.insert(key).inserted else { throw CBORError(.duplicateKey, at: start) }
            pairs.append((key, try item(depth: depth + 1)))
        }
    }

    private mutating func label() throws(CBORError) -> CBORLabel {
        let head = try head()
        switch head.major {
        case .unsigned:
            guard let value = Int64(exactly: head.argument) else { break }
            return .int(value)
        case .negative:
            guard let value = Int64(exactly: head.argument) else { break }
            return .int(~value)
        case .text:
            return .text(try text(head))
        default:
            break
        }
        throw CBORError(.badKey, at: head.offset)
    }

    private mutating func tagged(_ head: Head, depth: Int) throws(CBORError) -> CBOR {
        if rules.isDeterministic, head.argument != 18 {
            throw CBORError(.unknownTag, at: head.offset)
        }
        return .tagged(head.argument, try item(depth: depth + 1))
    }

    private func simple(_ head: Head) throws(CBORError) -> CBOR {
        switch head.information {
        case 20: return .bool(false)
        case 21: return .bool(true)
        case 22: return .null
        case 31: throw CBORError(.notWellFormed, at: head.offset)
        // RFC 8949 §3.3: values below 32 have no two-byte form.
        case 24 where head.argument < 32: throw CBORError(.notWellFormed, at: head.offset)
        default: break
        }
        guard !rules.isDeterministic else {
            let isFloat = (25...27).contains(head.information)
            throw CBORError(isFloat ? .floatingPoint : .simpleValue, at: head.offset)
        }
        return .opaque(Array(bytes[head.offset..<offset]))
    }
}
