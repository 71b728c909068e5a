package import IndexMap
import LogReader
import Manifests
package import Merkle
package import Provenance

/// A proof that was made from a copy, and what it shows.
package struct CopiedComplete: Sendable {
    /// An entry that is listed, and was read in the copy.
    package struct Entry: Sendable {
        /// Where it stands.
        package let index: UInt64

        /// Its name.
        package let entry: EntryID
    }

    /// The bytes of the proof, as a file has them.
    package let bytes: [UInt8]

    /// What it shows, by the trust kit.
    package let completeness: Report.Completeness

    /// The entries that were read, by rising index.
    package let entries: [Entry]
}

extension IndexCopy {
    /// Makes the proof of a name, and judges it by a kit as anybody would.
    ///
    /// - Parameters:
    ///   - artifact: the file that the name is of, for words; nil where it is of something else.
    ///   - limit: how many entries may be shown: where fewer are listed the listing can be *all*.
    ///   - now: this machine's clock, in POSIX seconds.
    ///   - cache: the folder that keeps the sorted keys; nil where none does.
    package func answer(
        about name: IndexName, from start: UInt64, of artifact: Hash?, showing limit: Int,
        by kit: TrustKit, now: UInt64, keepingKeysIn cache: String? = nil,
        progress: @escaping @Sendable (IndexCopyStep) -> Void
    ) async throws(IndexCopyError) -> CopiedComplete {
        let verifier = Verifier(kit)
        // Before all entries are read: the copy has the head, so the file is damaged.
        if let words = verifier.falsehood(beside: head, time: now) {
            throw .malformed(path: tree.indexHeadPlace, "does not prove its index head: \(words)")
        }
        let proof = try await proof(
            of: name, from: start, keepingKeysIn: cache, progress: progress)
        let bytes = proof.encoded()
        func judge(_ shown: ShownEntries) -> Report.Completeness {
            verifier.verify(
                complete: bytes, comparedWith: artifact, shown: shown, upTo: size, time: now)
        }
        let first = judge(.none)
        guard let answer = first.answers.first, answer.indexes.count <= limit,
            answer.count == UInt64(answer.indexes.count)
        else { return CopiedComplete(bytes: bytes, completeness: first, entries: []) }
        let found = try await statements(at: answer.indexes)
        let shown = found.map { IndexedEntry($0.statement, at: $0.index) }
        return CopiedComplete(
            bytes: bytes, completeness: judge(ShownEntries(shown)),
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
