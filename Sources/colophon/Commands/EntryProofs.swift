import Encoding
import Provenance
import Studio

/// Has a log prove what somebody named, one after the other.
struct EntryProofs {
    private let desk: LogDesk
    private let subjects: [(name: String, subject: ProofSubject)]
    private let picked: [EntryID]
    private let head: SavedHead?
    private let form: ServedForm
    private let limit: UInt64
    private let console: Console

    init(
        _ desk: LogDesk, subjects: [(name: String, subject: ProofSubject)], picked: [EntryID],
        in head: SavedHead?, _ format: ProofFormat, _ limit: UInt64, _ console: Console
    ) {
        self.desk = desk
        self.subjects = subjects
        self.picked = picked
        self.head = head
        form = format == .tlogProof ? .tlogProof : .receipt
        self.limit = limit
        self.console = console
    }

    /// Returns the proofs, and the worst end of all; what failed is reported.
    func proofs() async throws(Failure) -> ([ShownProof], ExitStatus) {
        var status = ExitStatus.yes
        var asked: [(name: String, entry: EntryToProve)] = []
        for (name, subject) in subjects {
            do throws(Failure) {
                asked.append((name, try subject.entry(picked: picked, console)))
            } catch {
                console.report(error)
                status = status.worst(error.status)
            }
        }
        guard !asked.isEmpty else { return ([], status) }
        var proofs: [ShownProof] = []
        for (name, answer) in try await answers(to: asked) {
            switch answer {
            case .success(let leaves): proofs += leaves.map { .entry($0, name: name) }
            case .failure(let error):
                let failure = desk.failure(error)
                console.report(failure)
                status = status.worst(failure.status)
            }
        }
        return (proofs, status)
    }

    private func answers(
        to asked: [(name: String, entry: EntryToProve)]
    ) async throws(Failure) -> [(name: String, Result<[ProvenLeaf], ProvingError>)] {
        let progress = ProgressLine(console)
        defer { progress.clear() }
        let walk = EntryWalk(limit: limit) { [console] entries in
            console.note(
                "no file of the log says where it is: reading \(entries) entries, the newest "
                    + "first")
        } onProgress: { done, total, bytes in
            progress.report("reading entries", done, of: total, bytes: bytes)
        }
        return try await desk.with { log throws(ProvingError) in
            var head: AcceptedHead?
            if let name = self.head?.name { head = try await log.head(name) }
            var answers: [(name: String, Result<[ProvenLeaf], ProvingError>)] = []
            for (name, entry) in asked {
                do throws(ProvingError) {
                    answers.append((name, .success(try await prove(entry, log, head, walk))))
                } catch {
                    // All of it is asked for again by newer keys.
                    if error.isOfUnknownKey, log.mayFollow { throw error }
                    answers.append((name, .failure(error)))
                }
            }
            return answers
        }
    }

    private func prove(
        _ entry: EntryToProve, _ log: ProvenLog, _ head: AcceptedHead?, _ walk: EntryWalk
    ) async throws(ProvingError) -> [ProvenLeaf] {
        guard desk.isAnyLog, case .index(let index) = entry else {
            return try await log.prove(entry, in: head, as: form, walk)
        }
        return [try await log.proveAny(index, in: head)]
    }
}
