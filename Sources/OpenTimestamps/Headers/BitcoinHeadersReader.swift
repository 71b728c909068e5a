import Crypto

/// Reads a file of headers in pieces, so that its text is never in memory as a whole.
package struct BitcoinHeadersReader {
    /// Where a header stands among those that were read.
    private struct Place {
        let height: UInt32
        let line: UInt32
    }

    private var places: [Place] = []
    private var headers: [UInt8] = []
    private var isRising = true
    private var rest: [UInt8] = []
    private var line = 0

    /// Bytes of a line at most, its end included.
    private static let lineByteLimit = 170

    /// Begins.
    package init() {}

    /// Takes the next piece.
    package mutating func read(_ piece: ArraySlice<UInt8>) throws(BitcoinHeadersError) {
        var piece = piece
        while let end = piece.firstIndex(of: UInt8(ascii: "\n")) {
            if rest.isEmpty {
                try take(piece[..<end])
            } else {
                rest += piece[..<end]
                try take(rest[...])
                rest.removeAll(keepingCapacity: true)
            }
            piece = piece[(end + 1)...]
        }
        rest += piece
        guard rest.count <= Self.lineByteLimit else { throw .malformed(line: line + 1) }
    }

    /// Ends, and checks what was read.
    package consuming func finish() throws(BitcoinHeadersError) -> BitcoinHeaders {
        if !rest.isEmpty { try take(rest[...]) }
        if !isRising { try putInOrder() }
        try checkWork()
        return BitcoinHeaders(heights: places.map(\.height), headers: headers)
    }
}

extension BitcoinHeadersReader {
    private mutating func take(_ text: ArraySlice<UInt8>) throws(BitcoinHeadersError) {
        line += 1
        guard line <= BitcoinHeaders.lineLimit else {
            throw .tooManyLines(limit: BitcoinHeaders.lineLimit)
        }
        // Windows ends a line with two bytes.
        let text = text.last == UInt8(ascii: "\r") ? text.dropLast() : text
        let digits = 2 * BlockHeader.byteCount
        guard text.count > digits + 1, let height = Self.height(text.dropLast(digits + 1)),
            text[text.endIndex - digits - 1] == UInt8(ascii: " "),
            Self.appendBytes(of: text.suffix(digits), to: &headers)
        else { throw .malformed(line: line) }
        if let last = places.last, last.height >= height { isRising = false }
        places.append(Place(height: height, line: UInt32(line)))
    }

    /// Reads a number of up to seven digits, which a chain will not pass in a hundred years.
    private static func height(_ text: ArraySlice<UInt8>) -> UInt32? {
        guard text.count <= 7, text.first != UInt8(ascii: "0") || text.count == 1 else {
            return nil
        }
        var height: UInt32 = 0
        for digit in text {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            height = height * 10 + UInt32(digit - UInt8(ascii: "0"))
        }
        return height
    }

    private static func appendBytes(
        of digits: ArraySlice<UInt8>, to bytes: inout [UInt8]
    ) -> Bool {
        var index = digits.startIndex
        while index < digits.endIndex {
            let value = values[Int(digits[index])] << 4 | values[Int(digits[index + 1])]
            guard value >= 0 else { return false }
            bytes.append(UInt8(truncatingIfNeeded: value))
            index += 2
        }
        return true
    }

    /// The value of each hexadecimal digit, in either case; -1 for other characters.
    private static let values: [Int16] = (0..<256).map { code in
        Int16(UInt8(code) < 128 ? Character(Unicode.Scalar(UInt8(code))).hexDigitValue ?? -1 : -1)
    }

    /// Sorts by height, and leaves out a header that stands twice.
    private mutating func putInOrder() throws(BitcoinHeadersError) {
        let order = places.indices.sorted {
            (places[$0].height, places[$0].line) < (places[$1].height, places[$1].line)
        }
        var sorted: [Place] = []
        var bytes: [UInt8] = []
        sorted.reserveCapacity(places.count)
        bytes.reserveCapacity(headers.count)
        for index in order {
            let place = places[index]
            let start = index * BlockHeader.byteCount
            let header = headers[start..<(start + BlockHeader.byteCount)]
            if sorted.last?.height == place.height {
                guard bytes.suffix(BlockHeader.byteCount) == header else {
                    throw .contradiction(line: Int(place.line), height: UInt64(place.height))
                }
            } else {
                sorted.append(place)
                bytes += header
            }
        }
        places = sorted
        headers = bytes
    }

    /// Checks each header's own work, and that it follows from the one below.
    private func checkWork() throws(BitcoinHeadersError) {
        var below: (height: UInt32, hash: [UInt8])?
        for (index, place) in places.enumerated() {
            let start = index * BlockHeader.byteCount
            let bytes = headers[start..<(start + BlockHeader.byteCount)]
            guard let header = BlockHeader(Array(bytes)) else {
                preconditionFailure("so many bytes are a header")
            }
            let (line, height) = (Int(place.line), UInt64(place.height))
            let hash = header.hash
            guard header.hasWork(hash) else { throw .noWork(line: line, height: height) }
            if let below, below.height + 1 == place.height, below.hash != header.previous {
                throw .unlinked(line: line, height: height)
            }
            below = (place.height, hash)
        }
    }
}
