import Encoding
package import LogReader
import Merkle

/// Looks at the evidence about all heads of a log, from one audit to the next.
///
/// A bundle is looked at once, where nothing in it can change any more. One that may still get
/// heads, and one in which something is false, is looked at each time; one with promises now and
/// then.
package struct EvidencePass: Sendable {
    /// What was found in the bundles that are done.
    package private(set) var settled = EvidenceTally()

    /// The first bundle that was never looked at while it was full.
    private var next: UInt64 = 0

    /// Bundles in which something is false: who serves it may mend it.
    private var faulty: Set<UInt64> = []

    /// Bundles with promises.
    private var promised: Set<UInt64> = []

    /// What was found in these, when they were last looked at.
    private var promises = EvidenceTally()

    /// When that was, in POSIX seconds.
    private var promisesTime: UInt64 = 0

    /// Bundles of a kind that are looked at again at the most.
    ///
    /// They are promises of a calendar that is asked each hour, for forty days. What comes when so
    /// many wait is taken as it is.
    static let openLimit = 1_024

    /// Seconds between two looks at promises: a block comes each ten minutes.
    package static let promisePause: UInt64 = 600

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
    /// - Parameters:
    ///   - now: in POSIX seconds.
    ///   - progress: gets the bundles that were looked at, and how many there are.
    package mutating func look(
        at log: LogTree, _ source: any LogSource, _ check: EvidenceCheck, now: UInt64,
        progress: (UInt64, UInt64) -> Void = { _, _ in }
    ) async throws -> Look {
        var again = faulty
        if now < promisesTime || now - promisesTime >= Self.promisePause {
            again.formUnion(promised)
            (promises, promisesTime) = (EvidenceTally(), now)
        }
        let old = again.sorted()
        let new = next..<max(next, log.bundleCount)
        let count = UInt64(old.count) + UInt64(new.count)
        var look = Look()
        var done: UInt64 = 0
        while done < count {
            let numbers = (done..<min(count, done + Self.atOnce)).map { place in
                place < old.count ? old[Int(place)] : new.lowerBound + place - UInt64(old.count)
            }
            for (number, bytes) in try await Self.read(numbers, source) {
                try await take(number, bytes, log, source, check, &look)
            }
            done += UInt64(numbers.count)
            progress(done, count)
        }
        look.tally.add(settled)
        look.tally.add(promises)
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
        _ number: UInt64, _ bytes: [UInt8]?, _ log: LogTree, _ source: any LogSource,
        _ check: EvidenceCheck, _ look: inout Look
    ) async throws(LogError) {
        var result = EvidenceCheck.Result()
        // A file that is not there has nothing: most bundles have no head that somebody dated.
        if let bytes { result = try await check.judge(bytes, ofBundle: number) }
        if !result.findings.isEmpty {
            // Once more, for what lies in between may have kept an old one.
            let path = StaticLayout.anchors(number)
            let again = try await source.freshBytes(at: path, limit: EvidenceFile.byteLimit)
            if let again, again != bytes {
                result = try await check.judge(again, ofBundle: number)
            }
        }
        look.forks += result.forks
        place(result, number, isFull: (number + 1) * UInt64(TileID.width) <= log.size, &look)
    }

    /// Puts what was found in a bundle where the next look needs it.
    private mutating func place(
        _ result: EvidenceCheck.Result, _ number: UInt64, isFull: Bool, _ look: inout Look
    ) {
        faulty.remove(number)
        promised.remove(number)
        if isFull { next = max(next, number + 1) }
        if !isFull || !result.findings.isEmpty && faulty.count < Self.openLimit {
            if isFull { faulty.insert(number) }
            look.open += result.findings
            look.tally.add(result.tally)
        } else if result.isOpen, promised.count < Self.openLimit {
            promised.insert(number)
            promises.add(result.tally)
        } else {
            look.settled += result.findings
            settled.add(result.tally)
        }
    }
}

extension EvidencePass {
    /// What a state keeps (audit.md §4).
    package var encoded: [UInt8] {
        CBOR.array([
            .unsigned(next), Self.item(faulty), Self.item(promised), settled.item,
            promises.item, .unsigned(promisesTime),
        ]).encoded()
    }

    private static func item(_ numbers: Set<UInt64>) -> CBOR {
        .array(numbers.sorted().map { .unsigned($0) })
    }

    /// Reads what ``encoded`` made; nil where it is anything else.
    package init?(_ bytes: [UInt8]) {
        guard let parts = (try? CBOR.decode(bytes))?.arrayValue, parts.count == 6,
            let next = parts[0].unsignedValue, let faulty = Self.numbers(parts[1]),
            let promised = Self.numbers(parts[2]), let settled = EvidenceTally(parts[3]),
            let promises = EvidenceTally(parts[4]), let time = parts[5].unsignedValue
        else { return nil }
        (self.next, self.faulty, self.promised) = (next, faulty, promised)
        (self.settled, self.promises, promisesTime) = (settled, promises, time)
    }

    private static func numbers(_ item: CBOR) -> Set<UInt64>? {
        guard let items = item.arrayValue else { return nil }
        let numbers = items.compactMap(\.unsignedValue)
        return numbers.count == items.count ? Set(numbers) : nil
    }
}
