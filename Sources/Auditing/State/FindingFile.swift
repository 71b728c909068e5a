import Encoding
import Files
import Synchronization

/// All findings of an audit, a line of JSON each, in the order of their finding; behind them those
/// that stand just now, and may be gone after the next commit.
///
/// For programs and people: an audit itself goes on by the counts and the first findings, which
/// are in the state.
struct FindingFile: ~Copyable, Sendable {
    static let name = "findings"

    /// Findings that are written: with some 250 bytes each they are 250 MB.
    ///
    /// A log that has more has no good entry left to look for. All are counted.
    static let limit: UInt64 = 1_000_000

    /// Bytes that wait for the next commit until one is due.
    static let pendingByteLimit = 4 << 20

    private var file: OutputFile
    private var pending: [UInt8] = []
    private var isUnsynced = false

    /// What stands behind the findings; nil before it was written once.
    private var tail: [UInt8]?

    /// Findings in the file, those that are not written yet included.
    private(set) var count: UInt64

    /// Bytes of the file, those that are not written yet included.
    var byteCount: UInt64 { file.byteCount + UInt64(pending.count) }

    /// Whether memory is used up.
    var isFull: Bool { pending.count >= Self.pendingByteLimit }

    /// Opens the file as far as a state names it.
    init(in folder: Folder, keeping byteCount: UInt64, count: UInt64) throws(FileError) {
        file = try OutputFile(appendingTo: Self.name, in: folder, keeping: byteCount)
        self.count = count
    }

    /// Adds a finding; it is on the disk once ``flush()`` returns.
    mutating func append(_ finding: AuditFinding) {
        guard count < Self.limit else { return }
        count += 1
        Self.append(finding, to: &pending)
    }

    /// Writes what was added, before memory is used up; it counts with the next commit.
    mutating func write() throws(FileError) {
        try file.write(pending)
        isUnsynced = true
        pending.removeAll(keepingCapacity: true)
    }

    /// Waits until all that was added is on the disk, and behind it what stands now.
    mutating func flush(standing: [AuditFinding]) throws(FileError) {
        var lines: [UInt8] = []
        for finding in standing { Self.append(finding, to: &lines) }
        guard isUnsynced || !pending.isEmpty || lines != tail else { return }
        try write()
        try file.writeTail(lines)
        try file.synchronize()
        (isUnsynced, tail) = (false, lines)
    }

    private static func append(_ finding: AuditFinding, to bytes: inout [UInt8]) {
        bytes += finding.json.encoded()
        bytes.append(UInt8(ascii: "\n"))
    }
}

/// What was found: the file of all, the counts and the first of each rule.
///
/// An object of its own, so that findings come in while the facts are settled that they follow
/// from.
final class FoundFindings: Sendable {
    private struct Content: ~Copyable, Sendable {
        var list: FindingList
        var file: FindingFile
    }

    private let content: Mutex<Content>

    init(_ list: FindingList, _ file: consuming FindingFile) {
        content = Mutex(Content(list: list, file: file))
    }

    /// The counts and the first findings.
    var list: FindingList { content.withLock { $0.list } }

    /// How much of the file a state names.
    var extent: (byteCount: UInt64, count: UInt64) {
        content.withLock { ($0.file.byteCount, $0.file.count) }
    }

    /// Adds a finding.
    func add(_ finding: AuditFinding) throws(FileError) {
        try content.withLock { content throws(FileError) in
            content.list.add(finding)
            content.file.append(finding)
            if content.file.isFull { try content.file.write() }
        }
    }

    /// Waits until all findings are on the disk, and behind them those that stand now.
    func flush(standing: [AuditFinding]) throws(FileError) {
        try content.withLock { content throws(FileError) in
            try content.file.flush(standing: standing)
        }
    }
}
