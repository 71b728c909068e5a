internal import Merkle

/// What is written to a journal with one sync, so that it is there whole or not at all.
///
///     magic     4 bytes   "CWJ1"
///     length    4 bytes   of the content, big-endian, 1...``maximumContentByteCount``
///     seal      8 bytes   the start of SHA-256(chain || magic || length)
///     content             records
///     chain    32 bytes   SHA-256(chain || magic || length || content)
///
/// The chain is that of the frame before, and zero before the first: no frame can be left out,
/// put elsewhere, or changed, and a frame that is cut off is known from one that is damaged.
enum JournalFrame {
    /// Most bytes of the content: half a thousand of the largest records, and thousands of usual
    /// ones.
    static let maximumContentByteCount = 4 * 1024 * 1024

    /// Bytes before the content.
    static let headByteCount = 16

    /// Bytes beside the content.
    static let overhead = headByteCount + Hash.byteCount

    /// Bytes that a disk writes whole or not at all.
    private static let sectorByteCount = 512

    private static let magic = Array("CWJ1".utf8)

    /// Returns the frame of `content`, and moves `chain` on to it.
    static func encode(_ content: [UInt8], after chain: inout Hash) -> [UInt8] {
        precondition(
            (1...maximumContentByteCount).contains(content.count), "a frame has a usual size")
        let start = magic + bigEndian(UInt32(content.count))
        let seal = Hash.sha256(chain.bytes + start).bytes.prefix(8)
        chain = Hash.sha256(chain.bytes + start + content)
        return start + seal + content + chain.bytes
    }

    /// What stands somewhere in a journal.
    enum Finding: Hashable {
        /// A frame, and where it ends.
        case frame(content: Range<Int>, end: Int)

        /// The start of a frame that was never on the disk whole, so nobody was told of it.
        case torn

        /// Anything else.
        case damaged
    }

    /// Looks at what begins at `start`, and moves `chain` on where it is a frame.
    static func read(_ bytes: [UInt8], at start: Int, after chain: inout Hash) -> Finding {
        let rest = bytes[start...]
        let head = rest.prefix(headByteCount)
        guard head.count == headByteCount else {
            return isStart(head) || isEmpty(rest) ? .torn : .damaged
        }
        let length = head[(start + 4)..<(start + 8)].reduce(0) { $0 << 8 | Int($1) }
        let seal = Hash.sha256(chain.bytes + head.prefix(8)).bytes.prefix(8)
        guard head.starts(with: magic), head.suffix(8).elementsEqual(seal),
            (1...maximumContentByteCount).contains(length)
        else { return isEmpty(rest) ? .torn : .damaged }
        let content = (start + headByteCount)..<(start + headByteCount + length)
        let end = content.upperBound + Hash.byteCount
        guard end <= bytes.count else { return .torn }
        let next = Hash.sha256(chain.bytes + head.prefix(8) + bytes[content])
        guard bytes[content.upperBound..<end].elementsEqual(next.bytes) else {
            return end == bytes.count && hasEmptySector(bytes, start..<end) ? .torn : .damaged
        }
        chain = next
        return .frame(content: content, end: end)
    }

    /// Whether `head` is the start of a frame's magic, as far as it goes.
    private static func isStart(_ head: ArraySlice<UInt8>) -> Bool {
        zip(head, magic).allSatisfy { $0 == $1 }
    }

    /// Whether these bytes are what a file system shows of a file's end that it never wrote.
    private static func isEmpty(_ rest: ArraySlice<UInt8>) -> Bool {
        rest.count <= overhead + maximumContentByteCount && rest.allSatisfy { $0 == 0 }
    }

    /// Whether a whole sector, or one at an end of the range as far as it is in there, was never
    /// written.
    private static func hasEmptySector(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        let first = range.lowerBound / sectorByteCount
        let last = (range.upperBound - 1) / sectorByteCount
        return (first...last).contains { sector in
            let place = (sector * sectorByteCount)..<((sector + 1) * sectorByteCount)
            return bytes[place.clamped(to: range)].allSatisfy { $0 == 0 }
        }
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}
