import Crypto

/// A calendar that answers as the ones of OpenTimestamps do, and writes its days into a
/// ``TestChain``.
package struct TestCalendar: Sendable {
    /// How it names itself.
    package let uri: String

    private var commitments: [[UInt8]] = []
    private var answers: [[UInt8]: [UInt8]] = [:]

    package init(_ uri: String = "https://calendar.example") {
        self.uri = uri
    }

    /// The answer to `POST /digest`, and the commitment under which it knows the digest.
    ///
    /// A commitment is the time (4 bytes, the highest first), the digest and a check of 8 bytes.
    package mutating func submit(
        _ digest: [UInt8], at time: UInt32
    ) -> (answer: [UInt8], commitment: [UInt8]) {
        let prefix = (0..<4).map { UInt8(truncatingIfNeeded: time >> (24 - 8 * $0)) }
        let check = Array(SHA256.hash(data: prefix + digest + uri.utf8).prefix(8))
        let commitment = prefix + digest + check
        commitments.append(commitment)
        let answer = ProofItem.tree([.prepend(prefix, [.append(check, [.pending(uri)])])])
        return (answer, commitment)
    }

    /// The answer to `GET /timestamp/HEX`; nil where it is "Pending" or "Not found".
    package func answer(to commitment: [UInt8]) -> [UInt8]? { answers[commitment] }

    /// Writes all that it was given into the next block of a chain, beside other transactions;
    /// returns its height.
    @discardableResult
    package mutating func anchor(
        in chain: inout TestChain, time: UInt32, beside others: Int = 2
    ) -> Int {
        let digests = commitments.map { Array(SHA256.hash(data: $0)) }
        let (begin, end) = ([UInt8](repeating: 0xa1, count: 54), [UInt8](repeating: 0xa2, count: 4))
        let transaction = TestChain.doubleHash(begin + Self.root(digests) + end)
        let coinbase = TestChain.doubleHash(Array("coinbase \(chain.height) \(time)".utf8))
        let siblings = (0..<others).map { TestChain.doubleHash([UInt8($0)]) }
        let height = chain.mine(siblings + [transaction], time: time)
        let inBlock = TestChain.path(to: others + 1, in: [coinbase] + siblings + [transaction])
        for (index, commitment) in commitments.enumerated() {
            var items: [ProofItem] = [.bitcoin(height)]
            for (sibling, isLeft) in inBlock.reversed() {
                let next: [ProofItem] = [.sha256([.sha256(items)])]
                items = [isLeft ? .prepend(sibling, next) : .append(sibling, next)]
            }
            items = [.prepend(begin, [.append(end, [.sha256([.sha256(items)])])])]
            for (sibling, isLeft) in Self.path(to: index, in: digests).reversed() {
                let next: [ProofItem] = [.sha256(items)]
                items = [isLeft ? .prepend(sibling, next) : .append(sibling, next)]
            }
            answers[commitment] = ProofItem.tree([.sha256(items)])
        }
        return height
    }

    /// The root of a calendar's own tree: where a row has an odd number, the last goes up as it is.
    private static func root(_ hashes: [[UInt8]]) -> [UInt8] {
        hashes.count == 1 ? hashes[0] : root(parents(hashes))
    }

    private static func path(
        to index: Int, in hashes: [[UInt8]]
    ) -> [(sibling: [UInt8], isLeft: Bool)] {
        guard hashes.count > 1 else { return [] }
        let sibling = index ^ 1
        let rest = path(to: index / 2, in: parents(hashes))
        return sibling < hashes.count ? [(hashes[sibling], sibling < index)] + rest : rest
    }

    private static func parents(_ hashes: [[UInt8]]) -> [[UInt8]] {
        stride(from: 0, to: hashes.count, by: 2).map { index in
            index + 1 < hashes.count
                ? Array(SHA256.hash(data: hashes[index] + hashes[index + 1])) : hashes[index]
        }
    }
}
