package import LogReader

/// Reads entries that were judged before once more, for whoever needs what they say.
///
/// Each is proven into the head, as ever, and each manifest is held to its statement. Nothing is
/// judged: no registry is known at their place, and nothing is found.
package struct Rereading: Sendable {
    private let tree: LogTree
    private let options: ReplayOptions

    /// Reads entries of `tree`; of the options those about manifests count.
    package init(of tree: LogTree, _ options: ReplayOptions) {
        (self.tree, self.options) = (tree, options)
    }

    /// Ends a walk whose taker has enough.
    private struct Enough: Error {}

    /// Reads the entries of `range`, which must be in the tree.
    ///
    /// - Parameter take: gets each bundle in order, with no findings in it; false where it wants no
    ///   more.
    /// - Throws: a `LogError`, or what `take` throws.
    package func run(
        _ range: Range<UInt64>, _ take: (AuditedBundle) async throws -> Bool
    ) async throws {
        var limits = WalkLimits()
        limits.bundles = LogLimits.bundlesAhead
        do {
            try await tree.walk(range, limits: limits, preparing: { ReadBundle($0) }) { walked in
                let manifests = try await manifests(of: walked)
                let bundle = AuditedBundle(
                    walked.value, findings: [], controls: [], damage: [], manifests)
                guard try await take(bundle) else { throw Enough() }
            }
        } catch is Enough {
            return
        }
    }

    /// Reads the manifests of a bundle, and holds them to their statements.
    private func manifests(
        of walked: WalkedBundle<ReadBundle>
    ) async throws(LogError) -> JudgedManifests {
        let served =
            options.readsManifests ? try await served(walked) : ServedManifests.notServed
        return JudgedManifests(
            served, of: walked.value, limits: Terms(from: walked.indexes.lowerBound, nil), options)
    }

    private func served(
        _ walked: WalkedBundle<ReadBundle>
    ) async throws(LogError) -> ServedManifests {
        do throws(LogError) {
            return .served(
                try await tree.manifestFile(ofBundle: walked.number, keepsWrong: true) {
                    walked.value.names($0)
                })
        } catch {
            switch error.meaning {
            case .missing: return .notServed
            case .wrong: return .wrong(error)
            default: throw error
            }
        }
    }
}
