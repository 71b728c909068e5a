package import LogReader
import Manifests
import Merkle
import Provenance
import Synchronization

/// Replays a log: each entry is judged as the ledger must have judged it when it took it.
///
/// Bundles are read and proven ahead (``LogTree``), and their leaves read on the way: that decides
/// about their form. Then, in order, control statements are folded, and each bundle gets the
/// registries that decide about its entries. Then bundles are judged, several at once, and handed
/// on in order.
package struct Replay: Sendable {
    private let tree: LogTree
    private let options: ReplayOptions
    private let clock: ClockBounds
    private let sight = ManifestSight()

    /// Replays entries of `tree`.
    package init(of tree: LogTree, _ options: ReplayOptions) {
        self.tree = tree
        self.options = options
        clock = ClockBounds(options.seen)
    }

    /// Replays the entries from `place` to the end of the tree, or to `end` before it.
    ///
    /// - Parameter take: gets each bundle in order, the place behind it, and how far all has come.
    /// - Returns: the place behind the last entry.
    /// - Throws: a ``LogError``, a ``ReplayError``, or what `take` throws. All that came before is
    ///   handed on where the log cannot be read any further.
    package func run(
        from place: ReplayPlace, to end: UInt64? = nil,
        _ take: (AuditedBundle, ReplayPlace, ReplayProgress) async throws -> Void
    ) async throws -> ReplayPlace {
        let range = place.index..<max(place.index, min(end ?? tree.size, tree.size))
        var line = ReplayLine(self, from: place, to: range.upperBound)
        var limits = WalkLimits()
        limits.bytes = ReplayLimits.walkBytes
        try await withThrowingTaskGroup(of: JudgedPart.self) { group in
            defer { group.cancelAll() }
            do {
                try await tree.walk(range, limits: limits, preparing: { ReadBundle($0) }) {
                    walked in
                    let due = try line.fold(walked)
                    group.addTask { await part(due) }
                    try await line.handOn(&group, upTo: .usual(options.bundles), take)
                }
            } catch let error where !line.isStopped && (error is LogError || error is ReplayError) {
                try await line.handOn(&group, upTo: .nothing, take)
                throw error
            }
            try await line.handOn(&group, upTo: .nothing, take)
        }
        return line.place
    }

    /// Judges the entries of a bundle.
    func judge(of bundle: ReadBundle) -> BundleJudge {
        BundleJudge(bundle, options, clock)
    }

    /// Judges a bundle and its manifests; why it could not be is known once the bundle is due.
    private func part(_ due: FoldedBundle) async -> JudgedPart {
        let start = due.walked.indexes.lowerBound
        do throws(LogError) {
            return JudgedPart(start: start, result: .success(try await judge(due)))
        } catch {
            return JudgedPart(start: start, result: .failure(error))
        }
    }

    private func judge(_ due: FoldedBundle) async throws(LogError) -> JudgedBundle {
        var judge = judge(of: due.walked.value)
        if let registries = due.registries { judge.judge(by: registries) }
        let served = try await manifests(of: due, limit: ReplayLimits.manifestsBytes)
        return JudgedBundle(
            folded: due, findings: judge.findings,
            headPlaces: due.headPlaces.merging(judge.headPlaces) { $1 },
            keys: options.gathersKeys ? BundleKeys(of: due.walked.value) : nil,
            isLarge: served.isLarge, manifests: judged(served, of: due))
    }

    /// Reads the manifests of a bundle that has too many bytes of them to be read beside others.
    func judgeLarge(_ due: FoldedBundle) async throws(LogError) -> JudgedManifests {
        judged(try await manifests(of: due, limit: LogLimits.manifestsBytes), of: due)
    }

    private func judged(_ served: ServedManifests, of due: FoldedBundle) -> JudgedManifests {
        JudgedManifests(
            served, of: due.walked.value, limits: due.manifestLimits, options)
    }

    // MARK: - Manifests

    private func manifests(
        of due: FoldedBundle, limit: Int
    ) async throws(LogError) -> ServedManifests {
        guard options.readsManifests else { return .notServed }
        do throws(LogError) {
            return try await file(of: due, limit: limit, isCovered: false)
        } catch {
            guard case .missing = error else { throw error }
            guard due.walked.value.entries.contains(where: { $0.kind == .plain }),
                try await servesManifests
            else { return .notServed }
            return try await file(of: due, limit: limit, isCovered: true)
        }
    }

    /// Reads the file of a bundle; where it is wrong, it is asked for again first.
    private func file(
        of due: FoldedBundle, limit: Int, isCovered: Bool
    ) async throws(LogError) -> ServedManifests {
        do throws(LogError) {
            let file = try await tree.manifestFile(
                ofBundle: due.walked.number, limit: limit, isCovered: isCovered, keepsWrong: true
            ) { due.walked.value.names($0) }
            sight.see()
            return .served(file)
        } catch {
            switch error {
            case .tooLarge where limit < LogLimits.manifestsBytes: return .large
            default:
                guard error.meaning == .wrong else { throw error }
                return .wrong(error)
            }
        }
    }

    /// Whether the source has manifests of any bundle: then each file of them must be there.
    ///
    /// Who serves none at all is not asked for each bundle twice.
    private var servesManifests: Bool {
        get async throws(LogError) {
            if let known = sight.hasManifests { return known }
            let last = (tree.size - 1) / UInt64(TileID.width)
            for number in Set([0, 1, last / 2, last - min(last, 1), last]).sorted() {
                do throws(LogError) {
                    _ = try await tree.manifestFile(
                        ofBundle: number, limit: ReplayLimits.manifestsBytes)
                } catch {
                    if case .missing = error { continue }
                    guard error.meaning == .wrong else { throw error }
                }
                sight.see()
                return true
            }
            sight.seeNone()
            return false
        }
    }
}

/// Whether a source was seen to have manifests.
private final class ManifestSight: Sendable {
    private let seen = Mutex<Bool?>(nil)

    /// Nil before anybody knows.
    var hasManifests: Bool? { seen.withLock { $0 } }

    func see() {
        seen.withLock { $0 = true }
    }

    func seeNone() {
        seen.withLock { $0 = $0 ?? false }
    }
}
