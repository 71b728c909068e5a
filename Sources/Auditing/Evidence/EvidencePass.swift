import Encoding
package import LogReader
import Merkle

/// Looks at the evidence about all heads of a log as one source has it, from one audit to the next.
///
/// A bundle is looked at once, where nothing in it can change any more. The last one, and those in
/// which something is false, are looked at each time; those with promises, and those whose evidence
/// may come late, now and then. A bundle that the log of this look does not have to its end stays
/// as it is: the source shows an old head.
package struct EvidencePass: Sendable {
    /// What was found in the bundles that are done.
    package private(set) var settled = EvidenceTally()

    /// The first bundle that was never looked at while others were behind it.
    private var next: UInt64 = 0

    /// Bundles in which something is false: who serves it may mend it.
    private var faulty: Set<UInt64> = []

    /// Bundles that may get more, and when each was first looked at, in POSIX seconds.
    private var waiting: [UInt64: UInt64] = [:]

    /// What was found in these, when they were last looked at.
    private var promises = EvidenceTally()

    /// When that was, in POSIX seconds.
    private var promisesTime: UInt64 = 0

    /// SHA-256 of the name of the source that was looked at.
    private let source: Hash

    /// Bundles of a kind that are looked at again at the most.
    ///
    /// They are promises of a calendar that is asked each hour, for forty days. What comes when so
    /// many wait is taken as it is. Of so many that are false nobody looks at more.
    static let openLimit = 1_024

    /// The newest bundles whose evidence may come late.
    ///
    /// They are those of an hour, at 35 entries a second.
    static let lateBundles: UInt64 = 512

    /// Seconds in which evidence may come late: an authority that is away is asked again each ten
    /// minutes, and a cache has long forgotten that a file was not there.
    package static let lateTime: UInt64 = 2 * 3_600

    /// Seconds between two looks at bundles that may get more: a block comes each ten minutes.
    package static let promisePause: UInt64 = 600

    /// Files that are asked for at once.
    static let atOnce: UInt64 = 4

    /// Bytes of a file that is read beside others: some hundred pieces of evidence.
    ///
    /// Larger ones are read one after the other.
    static let aheadBytes = 1 << 20

    /// Begins with the first bundle of what the source of this name has.
    package init(of source: String) {
        self.source = .sha256(Array(source.utf8))
    }

    /// Whether it is of the source of this name: what one source has says nothing of another.
    package func isOf(_ source: String) -> Bool { self.source == .sha256(Array(source.utf8)) }

    /// What one look has found.
    package struct Look: Sendable {
        /// What is false in it, as of now.
        package fileprivate(set) var findings: [AuditFinding] = []

        /// What all evidence is worth.
        package fileprivate(set) var tally = EvidenceTally()

        /// Heads that contradict the log, although its key signed them.
        package fileprivate(set) var forks: [ForkEvidence] = []

        /// What was not looked at, a sentence each.
        package fileprivate(set) var unchecked: [String] = []
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
        let old = again(log, now)
        let new = next..<max(next, log.bundleCount)
        let count = UInt64(old.count) + UInt64(new.count)
        let files = EvidenceReader(source)
        var look = Look()
        var done: UInt64 = 0
        while done < count {
            guard done < old.count || faulty.count < Self.openLimit else {
                let size = (new.lowerBound + done - UInt64(old.count)) * UInt64(TileID.width)
                look.unchecked.append(
                    "evidence about heads larger than \(size): \(faulty.count) files are false")
                break
            }
            let numbers = (done..<min(count, done + Self.atOnce)).map { place in
                place < old.count ? old[Int(place)] : new.lowerBound + place - UInt64(old.count)
            }
            for (number, file) in try await files.read(numbers, isFresh: { waiting[$0] != nil }) {
                let result = try await judge(file, number, files, check)
                look.forks += result.forks
                place(result, number, of: log, now, &look)
            }
            done += UInt64(numbers.count)
            progress(done, count)
        }
        look.tally.add(settled)
        look.tally.add(promises)
        return look
    }

    /// The bundles that are looked at again now.
    private mutating func again(_ log: LogTree, _ now: UInt64) -> [UInt64] {
        var again = faulty.filter { Self.isPast($0, log) }
        let isDue = now < promisesTime || now - promisesTime >= Self.promisePause
        if isDue, waiting.keys.allSatisfy({ Self.isPast($0, log) }) {
            again.formUnion(waiting.keys)
            (promises, promisesTime) = (EvidenceTally(), now)
        }
        return again.sorted()
    }

    /// Whether the log has entries behind a bundle: the last one may yet get heads, and evidence.
    private static func isPast(_ number: UInt64, _ log: LogTree) -> Bool {
        number + 1 < log.bundleCount
    }

    private func judge(
        _ file: EvidenceReader.Answer, _ number: UInt64, _ files: EvidenceReader,
        _ check: EvidenceCheck
    ) async throws(LogError) -> EvidenceCheck.Result {
        var file = file
        if case .large = file { file = try await files.read(number, isFresh: false) }
        let result = try await check.judge(file, ofBundle: number)
        guard !result.findings.isEmpty else { return result }
        // Once more, for what lies in between may have kept an old one.
        let again = try await files.read(number, isFresh: true)
        if case .nothing = again { return result }
        return try await check.judge(again, ofBundle: number)
    }

    /// Puts what was found in a bundle where the next look needs it.
    private mutating func place(
        _ result: EvidenceCheck.Result, _ number: UInt64, of log: LogTree, _ now: UInt64,
        _ look: inout Look
    ) {
        // The newest head may be dated long after it was there, where the log is idle.
        let isLast = number + 1 >= log.bundleCount
        faulty.remove(number)
        let first = waiting.removeValue(forKey: number) ?? now
        if !isLast { next = max(next, number + 1) }
        if isLast || !result.findings.isEmpty {
            if !isLast { faulty.insert(number) }
            look.findings += result.findings
            look.tally.add(result.tally)
            return
        }
        let isRecent = number + Self.lateBundles >= log.bundleCount
        let mayBeLate = isRecent && now < first + Self.lateTime
        if result.isOpen || mayBeLate, waiting.count < Self.openLimit + Int(Self.lateBundles) {
            waiting[number] = first
            promises.add(result.tally)
        } else {
            settled.add(result.tally)
        }
    }
}

extension EvidencePass {
    /// What a state keeps (audit.md §4).
    package var encoded: [UInt8] {
        let waits = waiting.sorted { $0.key < $1.key }.map { number, first in
            CBOR.array([.unsigned(number), .unsigned(first)])
        }
        return CBOR.array([
            .unsigned(next), .array(faulty.sorted().map { .unsigned($0) }), .array(waits),
            settled.item, promises.item, .unsigned(promisesTime), .bytes(source.bytes),
        ]).encoded()
    }

    /// Reads what ``encoded`` made; nil where it is anything else.
    package init?(_ bytes: [UInt8]) {
        guard let parts = (try? CBOR.decode(bytes))?.arrayValue, parts.count == 7,
            let next = parts[0].unsignedValue, let faulty = parts[1].arrayValue,
            let waits = parts[2].arrayValue, let settled = EvidenceTally(parts[3]),
            let promises = EvidenceTally(parts[4]), let time = parts[5].unsignedValue,
            let source = parts[6].bytesValue.flatMap({ Hash($0) })
        else { return nil }
        (self.next, self.faulty) = (next, Set(faulty.compactMap(\.unsignedValue)))
        (self.settled, self.promises, promisesTime) = (settled, promises, time)
        self.source = source
        for wait in waits {
            guard let pair = wait.arrayValue, pair.count == 2, let number = pair[0].unsignedValue,
                let first = pair[1].unsignedValue
            else { return nil }
            waiting[number] = first
        }
        guard self.faulty.count == faulty.count, waiting.count == waits.count else { return nil }
    }
}
