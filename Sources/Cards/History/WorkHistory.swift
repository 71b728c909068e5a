public import Manifests
import Merkle
public import Provenance

/// The life of a work, as far as it was looked at: its captures, edits, copies and corrections.
///
/// What a step says is its signer's word. Where it stands in the log is proven for each that says
/// so; that no step is left out is nobody's proof.
public struct WorkHistory: Hashable, Sendable {
    /// Where was looked.
    public enum Scope: Hashable, Sendable {
        /// In the record alone.
        case record

        /// In the lists of a ledger, as of a head of this size.
        case ledger(origin: String, size: UInt64)

        /// In the newest entries of a log's files, as of a head of this size.
        case files(origin: String, entries: UInt64, size: UInt64)
    }

    /// The entry that was asked about.
    public let asked: EntryID

    /// The steps, by their index in the log; those without one come last.
    public let steps: [HistoryStep]

    /// Where was looked.
    public let scope: Scope

    /// Whether there is more than was read.
    public let isCut: Bool

    /// How many entries were found and not read; 0 where none, or where nobody counted.
    public let unread: Int

    /// The size of the kit that judged the keys, where it is older than what was read.
    public let judgedAt: UInt64?

    /// Puts a history together; where entries are `unread`, it is cut.
    public init(
        of asked: EntryID, _ steps: [HistoryStep], in scope: Scope, isCut: Bool = false,
        unread: Int = 0, judgedAt: UInt64? = nil
    ) {
        self.asked = asked
        self.judgedAt = judgedAt
        self.steps = steps.sorted { one, other in
            switch (one.index, other.index) {
            case (let one?, let other?): one < other
            case (_?, nil): true
            case (nil, _?): false
            case (nil, nil): one.entry.hash.bytes.lexicographicallyPrecedes(other.entry.hash.bytes)
            }
        }
        self.scope = scope
        self.isCut = isCut || unread > 0
        self.unread = unread
    }

    /// Creates what a record alone tells.
    ///
    /// - Parameters:
    ///   - report: what is proven of the record; nil where nothing was checked.
    ///   - manifest: what the record says; nil where it is not there.
    public init(of statement: Statement, _ report: Report?, _ manifest: Manifest?) {
        self.init(
            of: statement.id, [HistoryStep(statement, report, manifest)], in: .record)
    }
}
