import Auditing
import Files
import IndexMap
import LogReader
import Merkle
import Provenance
import Studio

/// What is asked of the index of a copy.
struct CopiedIndexReading {
    let name: IndexName

    /// The first position of a long list that is wanted.
    let start: UInt64

    /// The file that the name is of, for words.
    let artifact: Hash?

    /// Entries that are shown at the most.
    let shown: Int

    let kit: TrustKit

    /// The folder that keeps the sorted keys; nil where none does.
    let cache: String?

    /// Makes and judges the proof.
    func read(at desk: LogDesk, _ console: Console) async throws(Failure) -> FetchedComplete {
        let progress = ProgressLine(console)
        let made = try await desk.with { log throws(ProvingError) in
            try await make(from: log.tree) { step in
                progress.show(step)
                guard case .notUsed(let path, let reason) = step else { return }
                console.warn(path, "\(reason): the keys are made anew from all entries")
            }
        }
        progress.clear()
        let found: CopiedComplete
        do throws(IndexCopyError) {
            found = try made.get()
        } catch {
            throw Failure(error, copiedIn: desk)
        }
        return FetchedComplete(
            bytes: found.bytes, completeness: found.completeness,
            entries: found.entries.map { .init(index: $0.index, entry: $0.entry) })
    }

    private func make(
        from tree: LogTree, _ onStep: @escaping @Sendable (IndexCopyStep) -> Void
    ) async throws(ProvingError) -> Result<CopiedComplete, IndexCopyError> {
        do throws(IndexCopyError) {
            return .success(
                try await IndexCopy(of: tree).answer(
                    about: name, from: start, of: artifact, showing: shown, by: kit, now: UTC.now,
                    keepingKeysIn: cache, progress: onStep))
        } catch .log(let error) {
            throw .log(error)
        } catch {
            return .failure(error)
        }
    }
}

extension ProgressLine {
    fileprivate func show(_ step: IndexCopyStep) {
        switch step {
        case .reading(let done, let total, let bytes):
            report("reading entries", done, of: total, bytes: bytes)
        case .computing(let done, let total):
            if done == 0 { clear() }
            report("computing the map", things: done, of: total)
        case .notUsed: clear()
        }
    }
}

extension Failure {
    /// Why a copy gives no proof of completeness.
    fileprivate init(_ error: IndexCopyError, copiedIn desk: LogDesk) {
        let place = desk.place
        switch error {
        case .log(let error): self = desk.failure(.log(error))
        case .noHead:
            self.init(
                .tryAgain, place, "has no index head, by which alone a list is complete",
                hint: "colophon mirror copies it, where the ledger has an index")
        case .malformed(let path, let words):
            self.init(
                .tryAgain, path, words, hint: "colophon mirror copies it again")
        case .notCovered(let index, let size):
            self.init(
                .tryAgain, place,
                "has \(HeadText.entries(size)), and its index head is entry \(index)",
                hint: "run colophon mirror again: it brings the rest")
        case .otherEntry(let index):
            self = .no(
                place, "has another entry \(index) than the index head that it keeps",
                hint: "keep both; colophon mirror --recheck looks at all files again")
        case .unread(let index):
            self.init(
                .tryAgain, place, "entry \(index) is none that is read here",
                hint: "a newer version of this program may read it")
        case .otherMap(let index, let size, let said, let computed):
            self = .no(
                place,
                "index head \(index) says the map \(said) of the first \(size) entries, and their "
                    + "keys give \(computed): no list of this index is proven",
                hint: "colophon audit finds it, too; keep the copy")
        case .work(.file(let error)):
            self.init(writing: error)
            if WorkFolder.isPlace(error.path) {
                hint = "TMPDIR names another folder for temporary files"
            }
        case .work(.damaged(let path, let rule)): self = .unreadable(path, rule)
        case .work(.stopped): self.init(.tryAgain, place, "the proof was not made to its end")
        }
    }
}
