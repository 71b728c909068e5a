internal import Checkpoints
internal import Encoding
internal import Merkle

/// The requests that become durable with one sync, judged one after the other.
struct WriteGroup {
    /// What each request gets once the group is on the disk.
    private(set) var results: [Result<WitnessedHead, WitnessRefusal>] = []

    /// What is to be written.
    private(set) var records: [[UInt8]] = []

    /// The newest head of each log about which something is written.
    private(set) var newest: [Text: WitnessedHead] = [:]

    private let heads: WitnessedHeads
    private let clock: @Sendable () -> UInt64
    private var byteCount = 0

    /// Bytes of one record at most: a text, and a line of each key with the longest name.
    private static let recordByteLimit =
        Claim.maximumTextByteCount + 1024 * (1 + KnownLogs.maximumKeyCount)

    init(on heads: WitnessedHeads, clock: @escaping @Sendable () -> UInt64) {
        self.heads = heads
        self.clock = clock
    }

    /// Whether one more request surely fits the frame.
    var hasRoom: Bool {
        byteCount + Self.recordByteLimit <= JournalFrame.maximumContentByteCount
    }

    /// Judges a request behind those before it: the old size must still be the newest.
    mutating func add(_ job: WitnessWriter.Job) {
        let claim = job.claim
        let latest = newest[claim.origin] ?? heads[claim.origin]
        guard claim.oldSize == latest?.size ?? 0 else {
            return results.append(.failure(.stale(latest: latest?.size ?? 0)))
        }
        // A size has one root here for ever, so the proof was about this one.
        guard job.base == latest?.signed.claim.root ?? .emptyTree else {
            return results.append(.failure(.inconsistent(.badProof)))
        }
        let head = WitnessedHead(
            signed: claim.signed, time: max(1, clock(), latest?.time ?? 0))
        results.append(.success(head))
        // Asked twice in one second, nothing is new.
        guard head != latest else { return }
        newest[claim.origin] = head
        let record = JournalRecord.head(head).encoded
        records.append(record)
        byteCount += record.count
    }
}
