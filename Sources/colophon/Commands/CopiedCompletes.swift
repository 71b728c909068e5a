import Auditing
import IndexMap
import Provenance
import Studio
import Synchronization

/// A copy of a log, as it is asked for proofs of completeness.
final class CopiedCompletes: CompleteSource {
    private let index: CopiedIndex

    /// The copy, for words.
    private let desk: LogDesk

    private let last = Mutex<Failure?>(nil)

    init(_ index: CopiedIndex, at desk: LogDesk) { (self.index, self.desk) = (index, desk) }

    /// Why the copy gave no proof, with its status; nil where it gave each.
    var failure: Failure? { last.withLock { $0 } }

    /// One: all lie on one disk, and keys that turn out to be damaged are made anew once.
    var width: Int { 1 }

    func proof(
        of names: [IndexName]
    ) async throws(NewerCompleteError) -> CompleteProof? {
        do throws(IndexCopyError) {
            return try await index.proof(of: names, pages: 1)
        } catch {
            let failure = Failure(error, copiedIn: desk)
            last.withLock { $0 = failure }
            throw .notMade(
                [failure.subject, failure.reason].compactMap(\.self).joined(separator: ": "))
        }
    }
}
