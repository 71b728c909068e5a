/// Headers of Bitcoin blocks that a person trusts: a file of lines `HEIGHT HEADER`, in any order.
///
/// Each has the proof of work that it asks for, and follows from the header before it where that is
/// there too. This shows no more than that: a header that asks for little work costs nothing. So
/// who gave the file is what is trusted.
package struct BitcoinHeaders: Sendable {
    /// Lines at most: the chain has 930,000 blocks, and so many in the year 2047.
    package static let lineLimit = 2_000_000

    /// Bytes of such a file at most: each line has a height of up to 7 digits, a space, 160 digits
    /// and an end of one or two bytes.
    package static let byteLimit = lineLimit * 170

    /// The heights, rising.
    private let heights: [UInt32]

    /// The headers of these heights, 80 bytes each.
    private let headers: [UInt8]

    /// Takes headers of rising heights.
    init(heights: [UInt32], headers: [UInt8]) {
        self.heights = heights
        self.headers = headers
    }

    /// Reads a whole file; a large one is better read in pieces (``BitcoinHeadersReader``).
    package init(parsing file: [UInt8]) throws(BitcoinHeadersError) {
        var reader = BitcoinHeadersReader()
        try reader.read(file[...])
        self = try reader.finish()
    }

    /// How many there are.
    package var count: Int { heights.count }

    /// The lowest and the highest; nil where there is none.
    package var range: ClosedRange<UInt64>? {
        guard let first = heights.first, let last = heights.last else { return nil }
        return UInt64(first)...UInt64(last)
    }

    /// The header of a height; nil where the file has none.
    package subscript(height: UInt64) -> BlockHeader? {
        var low = 0
        var high = heights.count
        while low < high {
            let middle = (low + high) / 2
            if UInt64(heights[middle]) < height { low = middle + 1 } else { high = middle }
        }
        guard low < heights.count, UInt64(heights[low]) == height else { return nil }
        let start = low * BlockHeader.byteCount
        return BlockHeader(Array(headers[start..<(start + BlockHeader.byteCount)]))
    }

    /// Whether the file has this very header at this height; nil where it has none at the height.
    package func has(_ header: BlockHeader, at height: UInt64) -> Bool? {
        self[height].map { $0 == header }
    }
}
