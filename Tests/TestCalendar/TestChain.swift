import Crypto
package import OpenTimestamps

/// A chain of blocks that anybody can make: the work of each is that of Bitcoin's regression tests,
/// two tries.
package struct TestChain: Sendable {
    /// The target of regression tests, as a header has it.
    package static let easiestBits: UInt32 = 0x207f_ffff

    /// The height of the next block.
    package private(set) var height: Int

    /// The headers, by height.
    package private(set) var headers: [Int: BlockHeader] = [:]

    /// The hash of the newest block.
    private var tip = [UInt8](repeating: 0, count: 32)

    /// Begins with a block of this height.
    package init(height: Int = 800_000) {
        self.height = height
    }

    /// Makes a block with these transactions, by their hashes; returns its height.
    @discardableResult
    package mutating func mine(_ transactions: [[UInt8]] = [], time: UInt32) -> Int {
        let coinbase = Self.doubleHash(Array("coinbase \(height) \(time)".utf8))
        let root = Self.root([coinbase] + transactions)
        let header = Self.header(previous: tip, root: root, time: time)
        tip = header.hash
        headers[height] = header
        height += 1
        return height - 1
    }

    /// Takes back the newest blocks, as when another branch of the chain became longer.
    package mutating func reorganize(from height: Int) {
        while self.height > height {
            self.height -= 1
            tip = headers[self.height]?.previous ?? tip
            headers[self.height] = nil
        }
    }

    /// The lines of a file of headers, by rising height.
    package var lines: [String] {
        headers.sorted { $0.key < $1.key }.map { Self.line($0.key, $0.value) }
    }

    /// A file with all headers.
    package var file: [UInt8] { Array(lines.joined().utf8) }

    /// A line of a file of headers.
    package static func line(_ height: Int, _ header: BlockHeader) -> String {
        let digits = header.bytes.map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return "\(height) \(digits.joined())\n"
    }

    /// Makes a header: tries nonces until it has the work.
    package static func header(
        previous: [UInt8], root: [UInt8], time: UInt32, bits: UInt32 = easiestBits
    ) -> BlockHeader {
        for nonce in 0... {
            let bytes =
                little(1) + previous + root + little(time) + little(bits) + little(UInt32(nonce))
            if let header = BlockHeader(bytes), header.hash.last.map({ $0 < 0x7f }) == true {
                return header
            }
        }
        preconditionFailure("every second nonce will do")
    }

    private static func little(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}

extension TestChain {
    /// SHA-256 twice.
    package static func doubleHash(_ bytes: [UInt8]) -> [UInt8] {
        Array(SHA256.hash(data: Array(SHA256.hash(data: bytes))))
    }

    /// A block's Merkle root: where a row has an odd number of hashes, the last counts twice.
    static func root(_ hashes: [[UInt8]]) -> [UInt8] {
        hashes.count == 1 ? hashes[0] : root(parents(hashes))
    }

    /// The siblings on the way from a transaction up, and whether each stands on the left.
    static func path(to index: Int, in hashes: [[UInt8]]) -> [(sibling: [UInt8], isLeft: Bool)] {
        guard hashes.count > 1 else { return [] }
        let sibling = index ^ 1
        let step = (hashes[min(sibling, hashes.count - 1)], sibling < index)
        return [step] + path(to: index / 2, in: parents(hashes))
    }

    private static func parents(_ hashes: [[UInt8]]) -> [[UInt8]] {
        stride(from: 0, to: hashes.count, by: 2).map { index in
            doubleHash(hashes[index] + hashes[min(index + 1, hashes.count - 1)])
        }
    }
}
