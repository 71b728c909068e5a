package import Encoding
package import Provenance

/// What an audit has found out about a log, all of it: since its state was begun, and in this run.
package struct AuditReport: Sendable {
    /// How a run ended.
    package enum Ending: Hashable, Sendable {
        /// Every entry below the newest head was replayed.
        case complete

        /// Somebody stopped it; the state has what was done.
        case interrupted

        /// All that the source shows was looked at; but the log was larger before.
        case behind(LargerHead)

        /// What stands in a finding keeps it from going on.
        case blocked

        /// Something could not be read, and nobody knows what is there; the words say which.
        case unreadable(String)
    }

    /// The log.
    package struct Log: Hashable, Sendable {
        /// Its name.
        package let origin: Text

        /// The entry that the kit pins; nil for a log of another kind.
        package let genesis: EntryID?

        /// Where it was read.
        package let source: String

        /// Whether that is the log's own service, and not a copy.
        package let isLive: Bool

        /// Puts together what names a log.
        package init(origin: Text, genesis: EntryID?, source: String, isLive: Bool) {
            (self.origin, self.genesis) = (origin, genesis)
            (self.source, self.isLive) = (source, isLive)
        }
    }

    /// What was looked at, and how much of it.
    package struct Extent: Hashable, Sendable {
        /// When the state was begun, in POSIX seconds.
        package var since: UInt64

        /// Entries that were replayed since then.
        package var entries: UInt64

        /// Entries that this run replayed.
        package var newEntries: UInt64

        /// Bytes that this run read of them.
        package var bytes: UInt64

        /// What this run took.
        package var duration: Duration

        /// Whether signatures were checked.
        package var signatures: Bool

        /// Whether manifests were.
        package var manifests: Bool

        /// Control statements among the entries.
        package var controls: UInt64

        /// Keys that they name.
        package var keys: UInt64

        /// Index heads among the entries.
        package var indexHeads: UInt64 = 0

        /// Those whose map was computed of the entries.
        package var maps: UInt64 = 0

        /// Begins with nothing.
        package init(since: UInt64, signatures: Bool, manifests: Bool) {
            (self.since, self.signatures, self.manifests) = (since, signatures, manifests)
            (entries, newEntries, bytes, duration) = (0, 0, 0, .zero)
            (controls, keys) = (0, 0)
        }
    }

    /// A file that shows a finding to everybody.
    package struct Misbehaviour: Hashable, Sendable {
        /// The entry that the finding is about.
        package let entry: UInt64

        /// The name of the file.
        package let file: String
    }

    /// The log.
    package let log: Log

    /// The newest head; nil where there is none that is believed.
    package var head: JudgedHead?

    /// What was looked at.
    package var extent: Extent

    /// Evidence about heads.
    package var evidence: EvidenceTally

    /// What was found: since the state was begun in the log, and of this moment in its heads.
    package var findings: FindingList

    /// What of it is so at this moment, and may not be any more at the next.
    package var conditions: [AuditCondition] = []

    /// The types of evidence of which this run can say whether they are overdue; of others what
    /// was so before may be so yet.
    package var judgedEvidence: Set<Text> = []

    /// The files that convict the ledger of what was found of its index, in the folder of
    /// ``findingsFile``.
    package var misbehaviour: [Misbehaviour] = []

    /// What was not checked here, a sentence each.
    package var unchecked: [String]

    /// How the run ended.
    package var ending: Ending

    /// The file that has all findings in the log.
    package let findingsFile: String

    /// When the report was made, in POSIX seconds.
    package let time: UInt64

    /// Where a file of the state is, for words.
    package func path(of file: String) -> String {
        let folder = findingsFile.split(separator: "/", omittingEmptySubsequences: false)
        return (folder.dropLast() + [file[...]]).joined(separator: "/")
    }

    /// Begins a report that has nothing in it.
    package init(log: Log, extent: Extent, findingsFile: String, time: UInt64) {
        (self.log, self.extent) = (log, extent)
        (self.findingsFile, self.time) = (findingsFile, time)
        (head, evidence, findings) = (nil, EvidenceTally(), FindingList())
        (unchecked, ending) = ([], .complete)
    }

    /// What a report says in one word (audit.md §3).
    package enum Outcome: String, Hashable, Sendable {
        /// All was looked at, and nothing was found.
        case clean

        /// All was looked at, and only what is somebody else's matter was found.
        case notices

        /// The ledger, or whoever serves it, broke a rule.
        case violations

        /// Nobody can say yet: it did not come to its end.
        case incomplete
    }

    /// That some entries are of newer types, in one sentence; nil where none is.
    package var newer: String? {
        guard let count = findings.counts[.newer], count > 0 else { return nil }
        let first = findings.kept.first { $0.rule == .newer }
        let entries = count == 1 ? "1 entry is of a type" : "\(count) entries are of types"
        return "\(entries) newer than this program"
            + (first.map { " (first: \($0.place), which \($0.detail))" } ?? "")
    }

    /// That the source shows an older log than is known, in one sentence with the sizes; nil where
    /// it does not.
    package var behind: String? {
        guard let older, case .behind(let larger) = ending else { return nil }
        let size = head?.size ?? 0
        return "\(older): its head has size \(size), and one of size \(larger.size) is known"
    }

    /// The same without the sizes.
    package var older: String? {
        guard case .behind(let larger) = ending else { return nil }
        let who =
            switch larger.origin {
            case .kit: log.isLive ? "your kit knows" : "your kit"
            case .file: log.isLive ? "\(larger.file) knows" : larger.file
            case .earlier: log.isLive ? "this audit has seen" : "what this audit has seen"
            }
        guard log.isLive else { return "the copy is older than \(who)" }
        return "the \(log.genesis == nil ? "service" : "ledger") shows an older log than \(who)"
    }

    /// What the report says in one word; a violation is one, however far the run came.
    package var outcome: Outcome {
        if findings.count(of: .violation) > 0 { return .violations }
        // What only a newer version can judge may be anything.
        guard ending == .complete, newer == nil else { return .incomplete }
        return findings.isEmpty ? .clean : .notices
    }
}
