import Checkpoints
import Merkle
import Provenance
import Studio
import Synchronization

/// All that clients were ever told, and whether one word contradicts another.
///
/// Arithmetic is checked as the words arrive: folded root, one index for a statement, one
/// statement for an index, one root for a size, sizes that never shrink. Signatures are checked
/// by ``Checker``, which has a trust kit.
final class Memory: Sendable {
    /// A statement that was answered with a receipt.
    struct Told: Sendable {
        let record: SignedRecord
        let index: UInt64

        /// Where the disk's record stood when the client had the answer; 0 without a record.
        let position: UInt64
    }

    /// A tree head that was shown to somebody.
    struct Seen: Sendable {
        let checkpoint: Checkpoint

        /// As in ``Told``.
        let position: UInt64
    }

    fileprivate struct State {
        var told: [Told] = []
        var places: [EntryID: Int] = [:]
        var holders: [UInt64: EntryID] = [:]
        var heads: [Seen] = []
        var roots: [UInt64: Hash] = [:]
        var highest: UInt64 = 0
        var unverified: [(record: SignedRecord, receipt: [UInt8])] = []
        var unanswered: [SignedRecord] = []
        var receiptCount = 0
        var violation: String?
    }

    /// The index heads that were shown.
    let index = IndexHeadMemory()

    private let state = Mutex(State())
    private let journal: Journal
    private let position: @Sendable () -> UInt64

    /// A memory that writes itself to `journal`; `position` says where the disk's record stands.
    init(journal: Journal, position: @escaping @Sendable () -> UInt64 = { 0 }) {
        self.journal = journal
        self.position = position
    }

    /// Every statement that was answered, in the order of the first answers.
    var told: [Told] { state.withLock { $0.told } }

    /// Every tree head that was seen, in the order of the first sights.
    var heads: [Seen] { state.withLock { $0.heads } }

    /// Number of receipts, with those of statements that were sent again.
    var receiptCount: Int { state.withLock { $0.receiptCount } }

    /// The size of the largest tree that anyone was shown.
    var highest: UInt64 { state.withLock { $0.highest } }

    /// The first contradiction; nil while there is none.
    var violation: String? { state.withLock { $0.violation } }

    /// Takes what was sent and not answered: whether it is in the log nobody knows.
    func takeUnanswered(_ limit: Int) -> [SignedRecord] {
        state.withLock { state in
            let taken = Array(state.unanswered.suffix(limit))
            state.unanswered.removeLast(taken.count)
            return taken
        }
    }

    func leaveUnanswered(_ records: [SignedRecord]) {
        state.withLock { $0.unanswered += records }
    }

    /// Takes the receipts whose signatures nobody has checked yet.
    func takeUnverified() -> [(record: SignedRecord, receipt: [UInt8])] {
        state.withLock { state in
            defer { state.unverified = [] }
            return state.unverified
        }
    }

    /// A statement that was answered before, chosen by `dice`; nil where there is none.
    func anyTold(_ dice: inout Dice) -> SignedRecord? {
        let number = dice.next()
        return state.withLock { state in
            guard !state.told.isEmpty else { return nil }
            return state.told[Int(number % UInt64(state.told.count))].record
        }
    }

    /// Notes a contradiction that somebody else found; the first one stays.
    func report(_ violation: String) {
        state.withLock { $0.violation = $0.violation ?? violation }
    }

    /// Remembers an answer, first in the journal.
    func answered(_ record: SignedRecord, receipt: [UInt8]) {
        let position = position()
        journal.append(answer: record, receipt: receipt, position: position)
        do {
            let read = try Receipt(receipt)
            guard case .inclusion(let proof) = read.proof, let note = read.note else {
                return report("\(record.id): its receipt has no inclusion proof or no note")
            }
            let checkpoint = try SignedCheckpoint(parsing: note).claim
            guard checkpoint.size == proof.treeSize,
                checkpoint.root == proof.root(from: .leaf(record.statement.leaf))
            else {
                return report("\(record.id): its receipt's proof does not lead to its note's root")
            }
            state.withLock { state in
                state.remember(checkpoint, position)
                state.remember(record, at: proof.leafIndex, receipt, position)
            }
        } catch {
            report("\(record.id): its receipt cannot be read: \(error)")
        }
    }

    /// Remembers the newest index head, as it was served.
    func saw(indexHead bytes: [UInt8]) {
        if let violation = index.saw(bytes, at: position()) { report(violation) }
    }

    /// Remembers a checkpoint that was asked for when the largest size was `floor`.
    func saw(note: [UInt8], floor: UInt64) {
        let position = position()
        do {
            let checkpoint = try SignedCheckpoint(parsing: note).claim
            if checkpoint.size < floor {
                report("a checkpoint of \(checkpoint.size) was served after one of \(floor)")
            }
            let isNew = state.withLock { $0.remember(checkpoint, position) }
            if isNew { journal.append(note: note, position: position) }
        } catch {
            report("a checkpoint cannot be read: \(error)")
        }
    }
}

extension Memory.State {
    /// Returns whether no head of this size was known.
    @discardableResult
    fileprivate mutating func remember(_ checkpoint: Checkpoint, _ position: UInt64) -> Bool {
        highest = max(highest, checkpoint.size)
        if let root = roots[checkpoint.size] {
            if root != checkpoint.root {
                violation =
                    violation ?? "two checkpoints of size \(checkpoint.size) differ in their roots"
            }
            return false
        }
        roots[checkpoint.size] = checkpoint.root
        heads.append(Memory.Seen(checkpoint: checkpoint, position: position))
        return true
    }

    fileprivate mutating func remember(
        _ record: SignedRecord, at index: UInt64, _ receipt: [UInt8], _ position: UInt64
    ) {
        receiptCount += 1
        unverified.append((record, receipt))
        if let holder = holders[index], holder != record.id {
            violation = violation ?? "index \(index) has two statements: \(holder), \(record.id)"
        }
        holders[index] = record.id
        guard let place = places[record.id] else {
            places[record.id] = told.count
            told.append(Memory.Told(record: record, index: index, position: position))
            return
        }
        if told[place].index != index {
            violation =
                violation ?? "\(record.id) has two indexes: \(told[place].index) and \(index)"
        }
    }
}
