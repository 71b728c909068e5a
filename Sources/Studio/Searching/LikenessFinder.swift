import Cards
import HTTPCalls
import LedgerClient
import LogReader
package import Manifests
package import Provenance

/// Finds the entries of a ledger that look like a picture, and proves each.
///
/// Which entries there are is the ledger's word: it may leave some out. That those it names are in
/// its log, are signed, and have a hash so near is proven here, and so is that it does not speak of
/// fewer entries than its log has.
package struct LikenessFinder: Sendable {
    private let log: ProvenLog
    private let reader: HistoryReader

    /// Creates a finder for a ledger that may be asked, whose newest head was accepted by `kit`, or
    /// by a newer one that follows from it.
    ///
    /// - Parameter files: those of the kit, with which the ledger is asked for a newer one; nil
    ///   judges by `kit` alone.
    package init(_ log: ProvenLog, by kit: TrustKit, renewing files: TrustKit.Files? = nil) {
        self.log = log
        reader = HistoryReader(log, by: kit, renewing: files)
    }

    /// Statuses of a service that has no such search: an older ledger, one where it is off, a copy.
    private static let absences = [404, 405, 501]

    /// Returns the entries that are near to one of these hashes, the nearest first; nil where the
    /// ledger has no such search.
    ///
    /// - Parameter after: the place behind which entries count; nil where all do.
    package func find(
        _ hashes: [PDQHash], within distance: Int, limit: Int, after: LikenessPlace? = nil
    ) async throws(ProvingError) -> FoundLikeness? {
        guard let client = log.client else {
            preconditionFailure("files cannot be asked what looks like a picture")
        }
        let list: SimilarList
        do throws(CallError) {
            list = try await client.similar(
                to: hashes, within: distance, limit: limit, after: after)
        } catch {
            if case .refused(let problem) = error, Self.absences.contains(problem.status) {
                return nil
            }
            throw .ledger(error)
        }
        // The head was read before the ledger was asked.
        guard list.size >= log.tree.size else {
            throw .wrong(
                "the answer to the search",
                reason: "is about \(list.size) entries of a log that has \(log.tree.size)")
        }
        let reader = try await reader.renewed()
        var entries: [FoundLikeness.Entry] = []
        var erasedCount = 0
        for named in list.entries {
            let step = try await reader.step(of: named.entry)
            guard step.content != .absent, !step.isErased else {
                erasedCount += 1
                continue
            }
            entries.append(try entry(step, hashes, within: distance))
        }
        entries.sort { $0.distance < $1.distance }
        let history = try await reader.withLater(entries.map(\.step))
        return FoundLikeness(
            covered: list.covered, size: list.size, coversAll: list.coversAll,
            hasTable: list.hasTable, entries: entries, history: history,
            erasedCount: erasedCount, hasMore: list.hasMore, next: list.next)
    }

    /// Measures the distance anew, by the manifest that was signed.
    private func entry(
        _ step: HistoryStep, _ hashes: [PDQHash], within distance: Int
    ) throws(ProvingError) -> FoundLikeness.Entry {
        let own = step.facts?.perceptualHashes.comparable
        let distances = hashes.map { hash in own?.distance(to: hash) ?? PDQHash.bitCount }
        guard let least = distances.min(), least <= distance,
            let orientation = distances.firstIndex(of: least),
            let band = LikenessBand(distance: least)
        else {
            throw .wrong(
                "the answer to the search",
                reason: "names entry \(step.entry), which does not look like the picture")
        }
        return FoundLikeness.Entry(
            step: step, distance: least, orientation: orientation, band: band)
    }
}

extension HistoryStep {
    /// Whether its manifest was erased.
    fileprivate var isErased: Bool { erasure != nil }
}
