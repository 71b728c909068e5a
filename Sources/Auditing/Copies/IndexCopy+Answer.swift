package import IndexMap
import LogReader
import Manifests
import Merkle
package import Provenance

extension IndexCopy {
    /// Makes the proof of some names, 1 to 8 and none twice, and judges it by a kit as anybody
    /// would.
    ///
    /// - Parameters:
    ///   - limit: how many entries of a name may be shown: where fewer are listed the listing can
    ///     be *all*.
    ///   - now: this machine's clock, in POSIX seconds.
    ///   - cache: the folder that keeps the sorted keys; nil where none does.
    package func answer(
        about names: [IndexName], from start: UInt64 = 0, showing limit: Int,
        by kit: TrustKit, now: UInt64, keepingKeysIn cache: String? = nil,
        progress: @escaping @Sendable (IndexCopyStep) -> Void
    ) async throws(IndexCopyError) -> CopiedComplete {
        try requireProven(by: kit, now: now)
        let proof = try await proof(
            of: names, from: start, keepingKeysIn: cache, progress: progress)
        let bytes = proof.encoded()
        guard bytes.count <= Limits.completeBytes else { throw .tooLong(bytes.count) }
        let verifier = Verifier(kit)
        var answers: [CopiedComplete.Answer] = []
        for one in proof.proofs {
            answers.append(
                try await answer(with: self.proof(with: [one]), showing: limit, verifier, now))
        }
        return CopiedComplete(bytes: bytes, answers: answers)
    }

    /// Refuses a head that its own receipt, or what is signed beside it, contradicts.
    ///
    /// Before all entries are read: the copy has the head, so the file is damaged.
    package func requireProven(by kit: TrustKit, now: UInt64) throws(IndexCopyError) {
        if let words = Verifier(kit).falsehood(beside: head, time: now) {
            throw .malformed(path: tree.indexHeadPlace, "does not prove its index head: \(words)")
        }
    }

    /// Judges the proof of one name, beside the entries that it lists.
    private func answer(
        with proof: CompleteProof, showing limit: Int, _ verifier: Verifier, _ now: UInt64
    ) async throws(IndexCopyError) -> CopiedComplete.Answer {
        let (bytes, name) = (proof.encoded(), proof.proofs[0].name)
        let artifact = name.kind == .artifact ? Hash(name.value) : nil
        func judge(_ shown: ShownEntries) -> Report.Completeness {
            verifier.verify(
                complete: bytes, comparedWith: artifact, shown: shown, upTo: size, time: now)
        }
        let first = judge(.none)
        guard let answer = first.answers.first, answer.indexes.count <= limit,
            answer.count == UInt64(answer.indexes.count)
        else { return CopiedComplete.Answer(completeness: first, entries: []) }
        let found = try await statements(at: answer.indexes)
        let shown = found.map { IndexedEntry($0.statement, at: $0.index) }
        return CopiedComplete.Answer(
            completeness: judge(ShownEntries(shown)),
            entries: found.map { .init(index: $0.index, entry: $0.statement.id) })
    }

    /// Reads entries, each of which is proven by the copy's head.
    private func statements(
        at indexes: [UInt64]
    ) async throws(IndexCopyError) -> [(index: UInt64, statement: Statement)] {
        var found: [(index: UInt64, statement: Statement)] = []
        for index in indexes {
            let leaf: [UInt8]
            do throws(LogError) {
                leaf = try await tree.entry(at: index)
            } catch {
                throw .log(error)
            }
            do throws(Refusal) {
                found.append((index, try Statement(leaf: leaf)))
            } catch {
                throw .unread(index)
            }
        }
        return found
    }
}
