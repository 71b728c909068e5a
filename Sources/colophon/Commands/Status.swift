import ArgumentParser
import Checkpoints
import Encoding
import Provenance
import Settings
import Studio

/// Says of records whether they are registered.
struct Status: ColophonCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say which records are registered; asks nobody and checks no signature.",
        discussion: """
            Of each FILE the FILE.colophon beside it is looked at; of a folder, all records
            in it and in the folders below.

              colophon status photo.jpg
              colophon status shoot/

            "registered" with its place in the log, the ledger and the time: the record has
            a receipt. Behind that stands what it has of others: whether a head of it is
            cosigned, and how many timestamps and proofs of calendars. "pending": it has
            no receipt, so submit it. "unsigned": there is no record. Exit code 0 means
            that all are registered. colophon refresh gets what is there since, and a line
            says what that may be; with --trust, of what the kit names alone. colophon
            verify says what is proven.
            """)

    @Argument(help: ArgumentHelp("Works, records, or folders of records.", valueName: "file"))
    var files: [String]

    @Option(
        help: ArgumentHelp(
            "The trust kit, which says who sees and dates the ledger's heads.", valueName: "kit"))
    var trust: String?

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        var counts: [RecordState.Word: Int] = [:]
        var status = ExitStatus.yes
        let kit = try await common.settings(["trust": trust])["trust"].map(NamedFile.namedKit)
        var missing = try MissingEvidence(kit)
        var failures = FailureList()
        for path in try NamedFile.records(files) {
            do throws(Failure) {
                let state = try RecordState(of: path)
                counts[state.word, default: 0] += 1
                state.print(to: console)
                missing.count(state)
                status = status.worst(state.word == .registered ? .yes : .no)
            } catch {
                failures.add(error)
                status = status.worst(error.status)
            }
        }
        failures.print(to: console)
        if let words = missing.words { console.note(words) }
        if !console.quiet || status != .yes {
            let order: [RecordState.Word] = [.registered, .pending, .unsigned]
            let all = order.map { (Text($0.rawValue), counts[$0] ?? 0) }
            console.sum(
                all.filter { $0.1 > 0 || $0.0 != "unsigned" }
                    .map { "\($0.1) \($0.0)" }.joined(separator: ", "), all)
        }
        return status
    }
}

/// What records that are registered may still get from others.
///
/// Where a kit names nobody for a kind of evidence, none of it is missing.
private struct MissingEvidence {
    private var uncosigned = 0
    private var undated = 0
    private var unproven = 0
    private let isByKit: Bool
    private let hasWitnesses: Bool
    private let hasAuthorities: Bool
    private let hasCalendars: Bool

    init(_ named: NamedKit?) throws(Failure) {
        isByKit = named != nil
        let kit = try named.map(NamedFile.kit)
        hasWitnesses = kit.map { !$0.policy.witnesses.isEmpty } ?? true
        hasAuthorities = named.map { $0.files.timestampRoots != nil } ?? true
        hasCalendars = named.map { $0.files.calendars != nil } ?? true
    }

    mutating func count(_ state: RecordState) {
        guard state.word == .registered else { return }
        if !state.isCosigned, hasWitnesses { uncosigned += 1 }
        if state.timestamps == 0, hasAuthorities { undated += 1 }
        if state.proofs == 0, hasCalendars { unproven += 1 }
    }

    /// What refresh may add to how many; nil where nothing is missing.
    var words: String? {
        let parts = [
            (uncosigned, "cosignatures"), (undated, "timestamps"), (unproven, "proofs"),
        ].filter { $0.0 > 0 }.map { "\($0.1) to \($0.0)" }
        guard !parts.isEmpty else { return nil }
        let words = parts.joined(separator: ", ")
        return isByKit
            ? "refresh may add: " + words
            : "refresh may add, where the ledger has them: " + words
    }
}

/// How far a record has come.
struct RecordState {
    enum Word: String {
        case registered, pending, unsigned
    }

    private let path: String
    private let statement: Statement?

    /// The receipt with the newest head; nil where there is none that fits.
    private let receipt: FittingReceipt?

    /// Whether a head of it has a line of anybody but the log, verified by nobody here.
    let isCosigned: Bool

    /// How many timestamps of authorities it carries.
    let timestamps: Int

    /// How many proofs of calendars it carries.
    let proofs: Int

    var word: Word {
        statement == nil ? .unsigned : receipt == nil ? .pending : .registered
    }

    /// Looks at a record, or at the one beside a work.
    init(of path: String) throws(Failure) {
        var record = path
        if !RecordFile.isName(path) {
            record = path + RecordFile.suffix
            guard try NamedFile.isTaken(record) else {
                // A work that is not there has no state.
                try NamedFile.requireThere(path)
                (self.path, statement, receipt) = (path, nil, nil)
                (isCosigned, timestamps, proofs) = (false, 0, 0)
                return
            }
        }
        let content = try NamedFile.record(record).content
        let fitting = content.receipts.compactMap { bytes in
            try? FittingReceipt(bytes, for: content.statement)
        }
        self.path = record
        statement = content.statement
        receipt = fitting.max { $0.head.size < $1.head.size }
        isCosigned = fitting.contains { $0.receipt.isCosigned }
        let types = content.anchors.compactMap { try? Anchor($0).type }
        timestamps = types.count { $0 == Anchor.timestamp }
        proofs = types.count { $0 == Anchor.openTimestamps }
    }

    /// What it has of others, in words.
    private var evidence: [String] {
        [
            isCosigned ? "cosigned" : nil,
            timestamps > 0 ? "\(timestamps) timestamp\(timestamps == 1 ? "" : "s")" : nil,
            proofs > 0 ? "\(proofs) calendar proof\(proofs == 1 ? "" : "s")" : nil,
        ].compactMap { $0 }
    }

    func print(to console: Console) {
        var words = [path]
        if let statement { words.append("\(statement.id)") }
        words.append(word.rawValue)
        if let receipt {
            words += [
                "\(receipt.index)", "\(receipt.receipt.origin)",
                "\(Instant(receipt.receipt.issuedAt))",
            ]
            if !evidence.isEmpty { words.append("(" + evidence.joined(separator: ", ") + ")") }
        }
        console.print(
            words.joined(separator: " "),
            [
                ("file", .string(Text(path))),
                ("entry", statement.map { .string(Text("\($0.id)")) }),
                ("status", .string(Text(word.rawValue))),
                ("index", receipt.map { .integer(Int64(clamping: $0.index)) }),
                ("origin", receipt.map { .string($0.receipt.origin) }),
                ("size", receipt.map { .integer(Int64(clamping: $0.receipt.treeSize)) }),
                ("time", receipt.map { .string(Text(UTC.text($0.receipt.issuedAt))) }),
                ("cosigned", receipt.map { _ in .bool(isCosigned) }),
                ("timestamps", receipt.map { _ in .integer(Int64(timestamps)) }),
                ("proofs", receipt.map { _ in .integer(Int64(proofs)) }),
            ])
    }
}
