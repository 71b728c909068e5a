package import Cards
import Checkpoints
import Encoding
import HTTPCalls
import LedgerClient
import LogReader
import Manifests
import Merkle
package import Provenance

/// Reads the life of a work out of a ledger: each step is proven to be in its log, as `prove` does
/// it, and its signer is judged by the trust kit, as `verify` does it.
///
/// That no step is left out is the ledger's word where its lists are read. Where its files are, all
/// of the newest entries were gone through.
package struct HistoryReader: Sendable {
    let log: ProvenLog
    let kit: TrustKit
    let now: UInt64
    let walk: EntryWalk
    private let files: TrustKit.Files?

    /// Creates a reader.
    ///
    /// - Parameters:
    ///   - log: the log, whose newest head was accepted by `kit`, or by a newer one that follows
    ///     from it; by that the steps are judged.
    ///   - files: those of the kit, with which its ledger is asked for a newer one; nil judges by
    ///     `kit` alone.
    ///   - now: this machine's clock, in POSIX seconds.
    ///   - walk: how far entries are gone through where no list names them.
    package init(
        _ log: ProvenLog, by kit: TrustKit, renewing files: TrustKit.Files? = nil,
        now: UInt64 = UTC.now, _ walk: EntryWalk = EntryWalk()
    ) {
        self.init(log, judging: log.trust.receiptKit ?? kit, files, now, walk)
    }

    private init(
        _ log: ProvenLog, judging kit: TrustKit, _ files: TrustKit.Files?, _ now: UInt64,
        _ walk: EntryWalk
    ) {
        self.log = log
        self.kit = kit
        self.files = files
        self.now = now
        self.walk = walk
    }

    /// Returns the history around an entry.
    package func history(of subject: HistorySubject) async throws(ProvingError) -> WorkHistory {
        try await renewed().read(subject)
    }

    /// Judges by the newest kit that the ledger gives, where it is asked and the own one is older
    /// than the log: else a key that was revoked since would seem to be good.
    func renewed() async throws(ProvingError) -> HistoryReader {
        guard let client = log.client, let files, kit.size < log.tree.size else { return self }
        let followed: FollowedKit?
        do throws(KitRenewalError) {
            followed = try await FollowedKit.asked(files, client)
        } catch {
            throw .kit(error)
        }
        guard let newer = followed?.newer else { return self }
        try await log.requireOneLog(newer.signedHead, log.tree.signed)
        return HistoryReader(log, judging: newer, files, now, walk)
    }

    private func read(_ subject: HistorySubject) async throws(ProvingError) -> WorkHistory {
        var reading = HistoryReading()
        try await name(subject, &reading)
        for generation in 0..<HistoryLimit.generations {
            guard !reading.names.isEmpty, reading.steps.count < HistoryLimit.steps else { break }
            let wanted = reading.names.take()
            let found = try await look(for: wanted, in: generation, &reading)
            if generation == 0 { try requireStart(of: subject, found, &reading) }
            let named = Set(wanted.entries)
            for entry in found where reading.steps[entry] == nil {
                guard reading.steps.count < HistoryLimit.steps else {
                    reading.isCut = true
                    break
                }
                // What a list has is anybody's; what a step names is its signer's.
                guard named.contains(entry) || reading.strangerCount < HistoryLimit.strangers
                else {
                    reading.isCut = true
                    continue
                }
                try await read(entry, subject, &reading)
            }
        }
        if !reading.names.isEmpty { reading.isCut = true }
        guard let asked = reading.asked else { throw .noEntry(Self.words(subject)) }
        return WorkHistory(
            of: asked, reading.resolved, in: scope, isCut: reading.isCut,
            judgedAt: kit.size < log.tree.size ? kit.size : nil)
    }

    var scope: WorkHistory.Scope {
        let (origin, size) = (kit.origin.text.string, log.tree.size)
        guard log.client == nil else { return .ledger(origin: origin, size: size) }
        return .files(origin: origin, entries: min(size, walk.limit), size: size)
    }

    /// Names what is looked for first.
    private func name(
        _ subject: HistorySubject, _ reading: inout HistoryReading
    ) async throws(ProvingError) {
        switch subject {
        case .record(let record):
            reading.asked = record.statement.id
            reading.names.add(record.statement.id)
        case .entry(let entry):
            reading.asked = entry
            reading.names.add(entry)
        case .index(let index):
            let leaf = try await log.prove(.index(index), walk)[0]
            guard let statement = leaf.statement else {
                throw .wrong("entry \(index)", reason: "is no statement")
            }
            reading.asked = statement.id
            reading.names.add(statement.id)
        case .artifact(let digest): reading.names.add(file: digest)
        }
    }

    /// Makes sure that there is something to begin with, and begins with it.
    private func requireStart(
        of subject: HistorySubject, _ found: [EntryID], _ reading: inout HistoryReading
    ) throws(ProvingError) {
        if case .artifact = subject { reading.asked = found.first }
        guard reading.asked != nil else { throw .noEntry(Self.words(subject)) }
    }

    private static func words(_ subject: HistorySubject) -> String {
        switch subject {
        case .record(let record): "\(record.statement.id)"
        case .entry(let entry): "\(entry)"
        case .index(let index): "entry \(index)"
        case .artifact: "an entry of the artifact"
        }
    }

    // MARK: - Steps

    /// Reads an entry, and takes it as a step; one that the log does not have is noted.
    private func read(
        _ entry: EntryID, _ subject: HistorySubject, _ reading: inout HistoryReading
    ) async throws(ProvingError) {
        if let found = try await record(of: entry, reading) {
            reading.add(
                step(found.record, found.leaf), files: found.record.statement.subjectDigests)
            return
        }
        guard entry == reading.asked else {
            reading.absent.insert(entry)
            return
        }
        // Of the entry that was asked about the record may be at hand.
        guard case .record(let record) = subject else { throw .noEntry("\(entry)") }
        let report = verified(record)
        reading.add(
            HistoryStep(record.statement, report, report.manifest, isKnownAbsent: true),
            files: record.statement.subjectDigests)
    }

    /// Returns the step of an entry that the ledger has named; it is an error where the log does
    /// not have it.
    func step(of entry: EntryID) async throws(ProvingError) -> HistoryStep {
        guard let found = try await record(of: entry, HistoryReading()) else {
            throw .wrong(
                "the list of entries", reason: "names \(entry), which the log does not have")
        }
        return step(found.record, found.leaf)
    }

    private func step(_ record: TransparentStatement, _ leaf: ProvenLeaf) -> HistoryStep {
        let report = verified(record, at: leaf.proof.inclusion.leafIndex)
        let proof = HistoryProof(
            leafHash: leaf.proof.leafHash, inclusion: leaf.proof.inclusion,
            root: leaf.head.checkpoint.root)
        return HistoryStep(record.statement, report, report.manifest, proof: proof)
    }

    /// Judges a record by the kit: by the place of which there is a proof, else by its receipts.
    private func verified(_ record: TransparentStatement, at index: UInt64? = nil) -> Report {
        let verifier = index.map { Verifier(kit).judging(entryAt: $0) } ?? Verifier(kit)
        return verifier.verify(
            file: record.encoded(), artifact: nil, recordOnly: true, time: now)
    }

    /// Returns the record of an entry, with its proof; nil where the log does not have it.
    private func record(
        of entry: EntryID, _ reading: HistoryReading
    ) async throws(ProvingError) -> (record: TransparentStatement, leaf: ProvenLeaf)? {
        if let client = log.client { return try await served(entry, from: client) }
        guard let index = reading.places[entry] else { return nil }
        let leaf = try await log.filed(index, in: nil, ours: true)
        guard let statement = leaf.statement else { return nil }
        let isInside = statement.controlManifest != nil
        let manifest = isInside ? nil : try await manifest(of: leaf)
        do throws(Refusal) {
            return (try TransparentStatement(statement, manifest: manifest), leaf)
        } catch {
            throw .wrong("entry \(entry)", reason: "is none: \(error)")
        }
    }

    /// The manifest by the log's files; nil where it was erased, or where the copy keeps none.
    private func manifest(of leaf: ProvenLeaf) async throws(ProvingError) -> [UInt8]? {
        guard try await log.servedFiles().manifests else { return nil }
        return try await log.manifest(of: leaf)
    }

    private func served(
        _ entry: EntryID, from client: LedgerClient
    ) async throws(ProvingError) -> (record: TransparentStatement, leaf: ProvenLeaf)? {
        let bytes: [UInt8]?
        do throws(CallError) {
            bytes = try await client.record(of: entry).bytes
        } catch {
            guard case .refused(let problem) = error, problem.status == 404 else {
                throw .ledger(error)
            }
            return nil
        }
        // Durable, and in no tree that anybody can see yet.
        guard let bytes else { throw .notYet }
        let record: TransparentStatement
        do throws(Refusal) {
            record = try TransparentStatement(bytes)
        } catch {
            throw .wrong("the record of entry \(entry)", reason: "is none: \(error)")
        }
        guard record.statement.id == entry else {
            throw .wrong("the record of entry \(entry)", reason: "is another one")
        }
        return (record, try await log.prove(.record(record), walk)[0])
    }
}
