import Auditing
import IndexMap
import Provenance
import Studio

/// A copy of a log, as it is asked for proofs of completeness.
struct CopiedCompletes: CompleteSource {
    let index: CopiedIndex

    /// The copy, for words.
    let desk: LogDesk

    /// One: all lie on one disk, and keys that turn out to be damaged are made anew once.
    var width: Int { 1 }

    func proof(
        of names: [IndexName]
    ) async throws(NewerCompleteError) -> CompleteProof? {
        do throws(IndexCopyError) {
            return try await index.proof(of: names, pages: 1)
        } catch {
            let failure = Failure(error, copiedIn: desk)
            throw .notMade(
                [failure.subject, failure.reason].compactMap(\.self).joined(separator: ": "))
        }
    }
}
