import Encoding
package import LogReader
import Merkle

/// Looks at the evidence about all heads of a log, from one audit to the next.
///
/// A bundle whose heads and promises can still change is looked at each time; every other one once.
package struct EvidencePass: Sendable {
    /// What was found in the bundles that are done.
    package private(set) var settled = EvidenceTally()

    /// The first bundle that was never looked at.
    private var next: UInt64 = 0

    /// Bundles that are looked at again.
    private var open: Set<UInt64> = []

    /// Bundles that are looked at again at the most: promises of a calendar that is asked each
    /// hour, for forty days. What comes when so many wait is taken as it is.
    static let openLimit = 1_024

    /// Files that are asked for at once; the largest have 32 MiB each.
    static let atOnce: UInt64 = 4

    /// Begins with the first bundle.
    package init() {}

    /// What one look has found.
    package struct Look: Sendable {
        /// What is found in bundles that are done now, for good.
        package fileprivate(set) var settled: [AuditFinding] = []

        /// What is found in bundles that may still change.
        package fileprivate(set) var open: [AuditFinding] = []

        /// What all evidence is worth.
        package fileprivate(set) var tally = EvidenceTally()

        /// Heads that contradict the log, although its key signed them.
        package fileprivate(set) var forks: [ForkEvidence] = []
    }

    /// Looks at what is new, or may have changed.
    ///
    /// - Parameter progress: gets the bundles that were looked at, and how many there are.
    package mutating func look(
        at log: LogTree, _ source: any LogSource, _ check: EvidenceCheck,
        progress: (UInt64, UInt64) -> Void = { _, _ in }
    ) async throws -> Look {
        var look = Look()
        look.tally = settled
        let again = open.sorted()
        let new = next..<max(next, log.bundleCount)
        let count = UInt64(again.count) + UInt64(new.count)
        var done: UInt64 = 0
        while done < count {
            let numbers = (done..<min(count, done + Self.atOnce)).map { place in
                place < again.count
                    ? again[Int(place)] : new.lowerBound + place - UInt64(again.count)
            }
            for (number, bytes) in try await Self.read(numbers, source) {
                try await take(number, bytes, log, check, &look)
            }
            done += UInt64(numbers.count)
            progress(done, count)
        }
        return look
    }

    /// Reads some files at once, and gives them in their order.
    private static func read(
        _ numbers: [UInt64], _ source: any LogSource
    ) async throws -> [(UInt64, [UInt8]?)] {
        try await withThrowingTaskGroup(of: (UInt64, [UInt8]?).self) { group in
            for number in numbers {
                group.addTask {
                    let path = StaticLayout.anchors(number)
                    return (
                        number, try await source.bytes(at: path, limit: EvidenceFile.byteLimit)
                    )
                }
            }
            var files: [(UInt64, [UInt8]?)] = []
            for try await file in group { files.append(file) }
            return files.sorted { $0.0 < $1.0 }
        }
    }

    private mutating func take(
        _ number: UInt64, _ bytes: [UInt8]?, _ log: LogTree, _ check: EvidenceCheck,
        _ look: inout Look
    ) async throws(LogError) {
        var result = EvidenceCheck.Result()
        // A file that is not there has nothing: most bundles have no head that somebody dated.
        if let bytes { result = try await check.judge(bytes, ofBundle: number) }
        look.forks += result.forks
        look.tally.add(result.tally)
        let isLast = (number + 1) * UInt64(TileID.width) > log.size
        let hasRoom = open.contains(number) || open.count < Self.openLimit
        if isLast || result.isOpen && hasRoom {
            open.insert(number)
            look.open += result.findings
        } else {
            open.remove(number)
            look.settled += result.findings
            settled.add(result.tally)
        }
        next = max(next, number + 1)
    }
}

extension EvidencePass {
    /// What a state keeps (audit.md §4).
    package var encoded: [UInt8] {
        CBOR.array([
            .unsigned(next), .array(open.sorted().map { .unsigned($0) }), settled.item,
        ]).encoded()
    }

    /// Reads what ``encoded`` made; nil where it is anything else.
    package init?(_ bytes: [UInt8]) {
        guard let parts = (try? CBOR.decode(bytes))?.arrayValue, parts.count == 3,
            let next = parts[0].unsignedValue, let numbers = parts[1].arrayValue,
            let settled = EvidenceTally(parts[2])
        else { return nil }
        let open = numbers.compactMap(\.unsignedValue)
        guard open.count == numbers.count else { return nil }
        (self.next, self.open, self.settled) = (next, Set(open), settled)
    }
}
