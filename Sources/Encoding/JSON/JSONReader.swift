extension JSON {
    /// Reads one value, which must be all of `bytes` but for white space around it.
    ///
    /// - Parameter maxDepth: How deep arrays and objects may be nested; the outermost counts as 1.
    public static func decode(
        _ bytes: [UInt8], maxDepth: Int = maximumDepth
    ) throws(JSONError) -> JSON {
        var reader = JSONReader(bytes: bytes, maxDepth: maxDepth)
        return try reader.document()
    }
}

/// One pass over the bytes of a JSON text; `index` is the next byte to read.
private struct JSONReader {
    /// Members that an object has room for from the start: most have no more.
    private static let usualMembers = 4

    let bytes: [UInt8]
    let maxDepth: Int
    var index = 0

    init(bytes: [UInt8], maxDepth: Int) {
        self.bytes = bytes
        self.maxDepth = maxDepth
    }

    mutating func document() throws(JSONError) -> JSON {
        guard !PlainText.isMarked(bytes) else { throw error(.byteOrderMark) }
        let value = try value(depth: 1)
        skipWhiteSpace()
        guard index == bytes.count else { throw error(.trailingBytes) }
        return value
    }

    private func error(_ rule: JSONError.Rule, at offset: Int? = nil) -> JSONError {
        JSONError(offset: offset ?? index, rule: rule)
    }

    /// The grammar's complaint about the next byte.
    private var unexpected: JSONError {
        error(index < bytes.count ? .unexpectedByte : .unexpectedEnd)
    }

    private mutating func skipWhiteSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            default: return
            }
        }
    }

    /// Takes `byte` if it is next.
    private mutating func take(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    // MARK: Values

    private mutating func value(depth: Int) throws(JSONError) -> JSON {
        skipWhiteSpace()
        guard index < bytes.count else { throw unexpected }
        switch bytes[index] {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: return try number()
        }
    }

    private mutating func literal(_ word: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        for byte in word.description.utf8 {
            guard take(byte) else { throw unexpected }
        }
        return value
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSON] {
        guard depth <= maxDepth else { throw error(.tooDeep) }
        index += 1
        var elements: [JSON] = []
        skipWhiteSpace()
        if take(UInt8(ascii: "]")) { return elements }
        while true {
            elements.append(try value(depth: depth + 1))
            skipWhiteSpace()
            if take(UInt8(ascii: "]")) { return elements }
            guard take(UInt8(ascii: ",")) else { throw unexpected }
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSON.Object {
        guard depth <= maxDepth else { throw error(.tooDeep) }
        index += 1
        var members: [JSON.Object.Member] = []
        var names = NameSet()
        skipWhiteSpace()
        if take(UInt8(ascii: "}")) { return JSON.Object() }
        members.reserveCapacity(Self.usualMembers)
        while true {
            skipWhiteSpace()
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { throw unexpected }
            let start = index
            let name = try string()
            guard names.insert(name, beside: members) else {
                throw error(.duplicateName, at: start)
            }
            skipWhiteSpace()
            guard take(UInt8(ascii: ":")) else { throw unexpected }
            members.append(.init(name: name, value: try value(depth: depth + 1)))
            skipWhiteSpace()
            if take(UInt8(ascii: "}")) { return JSON.Object(uncheckedMembers: members) }
            guard take(UInt8(ascii: ",")) else { throw unexpected }
        }
    }

    // MARK: Strings

    /// Reads a string from its opening quote to its closing one.
    private mutating func string() throws(JSONError) -> Text {
        index += 1
        var start = index
        var unescaped: [UInt8] = []
        while true {
            index = plainEnd(from: index)
            guard index < bytes.count else { throw unexpected }
            switch bytes[index] {
            case UInt8(ascii: "\""):
                let tail = bytes[start..<index]
                index += 1
                guard !unescaped.isEmpty else { return Text(uncheckedUTF8: Array(tail)) }
                return Text(uncheckedUTF8: unescaped + tail)
            case UInt8(ascii: "\\"):
                unescaped += bytes[start..<index]
                try escape(into: &unescaped)
                start = index
            case 0..<0x20:
                throw error(.controlCharacter)
            default:
                let length = Text.validScalarLength(bytes, at: index)
                guard length > 0 else { throw error(.invalidUTF8) }
                index += length
            }
        }
    }

    /// Returns where the ASCII ends that stands for itself in a string.
    private func plainEnd(from start: Int) -> Int {
        var place = start
        while place < bytes.count {
            let byte = bytes[place]
            guard byte >= 0x20, byte < 0x80, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\")
            else { break }
            place += 1
        }
        return place
    }

    /// Reads an escape sequence (RFC 8259 §7) and appends what it stands for.
    private mutating func escape(into unescaped: inout [UInt8]) throws(JSONError) {
        let start = index
        index += 1
        guard index < bytes.count else { throw unexpected }
        let character = bytes[index]
        index += 1
        switch character {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(character)
        case UInt8(ascii: "b"): unescaped.append(0x08)
        case UInt8(ascii: "f"): unescaped.append(0x0C)
        case UInt8(ascii: "n"): unescaped.append(0x0A)
        case UInt8(ascii: "r"): unescaped.append(0x0D)
        case UInt8(ascii: "t"): unescaped.append(0x09)
        case UInt8(ascii: "u"):
            let scalar = try escapedScalar(from: start)
            guard scalar != "\0" else { throw error(.nullCharacter, at: start) }
            unescaped += UTF8.encode(scalar) ?? .init()
        default: throw error(.invalidEscape, at: start)
        }
    }

    /// Reads the digits of `\uXXXX`, and the second half where the first is a leading surrogate.
    private mutating func escapedScalar(from start: Int) throws(JSONError) -> Unicode.Scalar {
        let unit = try codeUnit(from: start)
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard UTF16.isLeadSurrogate(unit), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
            throw error(.unpairedSurrogate, at: start)
        }
        let trail = try codeUnit(from: start)
        guard UTF16.isTrailSurrogate(trail) else { throw error(.unpairedSurrogate, at: start) }
        return UTF16.decode(UTF16.EncodedScalar([unit, trail]))
    }

    /// Reads four hexadecimal digits of either case.
    private mutating func codeUnit(from start: Int) throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard index < bytes.count else { throw unexpected }
            var digit = bytes[index]
            if (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(digit) { digit |= 0x20 }
            guard let value = Hex.value(of: digit) else { throw error(.invalidEscape, at: start) }
            unit = unit << 4 | UInt16(value)
            index += 1
        }
        return unit
    }

    // MARK: Numbers

    /// Reads a number (RFC 8259 §6); only one without fraction and exponent, and not `-0`, is an
    /// integer.
    private mutating func number() throws(JSONError) -> JSON {
        let start = index
        let isNegative = take(UInt8(ascii: "-"))
        let magnitude = try wholePart()
        var isInteger = !(isNegative && magnitude == 0)
        if take(UInt8(ascii: ".")) {
            isInteger = false
            try digits()
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isInteger = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        if isInteger {
            guard magnitude <= JSON.maximumInteger else {
                throw error(.integerOutOfRange, at: start)
            }
            return .integer(isNegative ? -magnitude : magnitude)
        }
        // The bytes are ASCII digits and signs in the grammar above, which `Double` reads whole.
        guard let decimal = Double(String(decoding: bytes[start..<index], as: UTF8.self)),
            decimal.isFinite
        else { throw error(.numberOutOfRange, at: start) }
        return .decimal(decimal)
    }

    /// Reads `0`, or digits that do not begin with 0; a value beyond the largest integer is only
    /// known to be so.
    private mutating func wholePart() throws(JSONError) -> Int64 {
        if take(UInt8(ascii: "0")) { return 0 }
        let start = index
        try digits()
        var magnitude: Int64 = 0
        for digit in bytes[start..<index] where magnitude <= JSON.maximumInteger {
            magnitude = 10 * magnitude + Int64(digit - UInt8(ascii: "0"))
        }
        return magnitude
    }

    /// Skips one or more decimal digits.
    private mutating func digits() throws(JSONError) {
        let start = index
        while index < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) {
            index += 1
        }
        guard index > start else { throw unexpected }
    }
}

/// Tells whether a name is new to an object, without quadratic work for large ones.
private struct NameSet {
    /// Up to this many members comparing is faster than hashing; our own types have fewer.
    private static let linearLimit = 24

    private var names: Set<Text> = []

    /// Returns false if `name` is one of `members` already.
    mutating func insert(_ name: Text, beside members: [JSON.Object.Member]) -> Bool {
        guard members.count >= Self.linearLimit else {
            return !members.contains { $0.name == name }
        }
        if names.isEmpty { names = Set(members.map(\.name)) }
        return names.insert(name).inserted
    }
}
