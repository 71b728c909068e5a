import Auditing
import Files
import IndexMap
import Provenance
import Studio

/// Reads the index of a copy, by a kit.
struct CopiedIndexReading {
    let kit: TrustKit

    /// The folder that keeps the sorted keys; nil where none does.
    let cache: String?

    /// Makes the proof of some names in one reading, and judges it; returns what it shows of each.
    ///
    /// - Parameters:
    ///   - start: the first position of a long list that is wanted.
    ///   - shown: entries of a name that are shown at the most.
    func read(
        _ names: [IndexName], from start: UInt64, showing shown: Int, at desk: LogDesk,
        _ console: Console
    ) async throws(Failure) -> [FetchedComplete] {
        let found = try await made(at: desk, console) { copy, onStep throws(IndexCopyError) in
            try await copy.answer(
                about: names, from: start, showing: shown, by: kit, now: UTC.now,
                keepingKeysIn: cache, progress: onStep)
        }
        return found.answers.map { answer in
            FetchedComplete(
                bytes: found.bytes, completeness: answer.completeness,
                entries: answer.entries.map { .init(index: $0.index, entry: $0.entry) })
        }
    }

    /// Sorts the keys of the copy, or opens those that are kept, so that any name is proven.
    func open(at desk: LogDesk, _ console: Console) async throws(Failure) -> CopiedIndex {
        try await made(at: desk, console) { copy, onStep throws(IndexCopyError) in
            // Before all entries are read.
            try copy.requireProven(by: kit, now: UTC.now)
            return try await CopiedIndex.open(copy, keepingKeysIn: cache, progress: onStep)
        }
    }

    /// Makes something of the index of the copy, and shows how far that is.
    private func made<Value: Sendable>(
        at desk: LogDesk, _ console: Console,
        _ body: (IndexCopy, @escaping @Sendable (IndexCopyStep) -> Void)
            async throws(IndexCopyError) -> Value
    ) async throws(Failure) -> Value {
        let progress = ProgressLine(console)
        let onStep: @Sendable (IndexCopyStep) -> Void = { step in
            progress.show(step)
            guard case .notUsed(let path, let reason) = step else { return }
            console.warn(path, "\(reason): the keys are made anew from all entries")
        }
        let made = try await desk.with { log throws(ProvingError) in
            try await Self.result { () async throws(IndexCopyError) in
                try await body(IndexCopy(of: log.tree), onStep)
            }
        }
        progress.clear()
        do throws(IndexCopyError) {
            return try made.get()
        } catch {
            throw Failure(error, copiedIn: desk)
        }
    }

    /// Passes on what is wrong with the log, and returns what else is.
    private static func result<Value>(
        _ body: () async throws(IndexCopyError) -> Value
    ) async throws(ProvingError) -> Result<Value, IndexCopyError> {
        do throws(IndexCopyError) {
            return .success(try await body())
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
    init(_ error: IndexCopyError, copiedIn desk: LogDesk) {
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
        case .tooLong(let count):
            self = .usage(
                "the proofs of these names have \(count) bytes, and a file of them has room for "
                    + "\(Limits.completeBytes)",
                hint: "ask about fewer names at once; --cache DIR spares the reading")
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
        case .unreadable(let error):
            self = .unreadable(
                error.path, "cannot be read: \(error.words)",
                hint: WorkFolder.isPlace(error.path)
                    ? "TMPDIR names another folder for temporary files"
                    : "remove it, or name another folder with --cache: the keys are made anew")
            if error.passes { status = .tryAgain }
        case .inTheWay(let error):
            self = .unreadable(
                error.path, "\(error.words), and in the way of a file that --cache keeps",
                hint: "remove it, or name another folder with --cache")
        case .work(.damaged(let path, let rule)): self = .unreadable(path, rule)
        case .work(.stopped): self.init(.tryAgain, place, "the proof was not made to its end")
        }
    }
}
