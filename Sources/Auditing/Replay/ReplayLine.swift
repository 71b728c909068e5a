import LogReader
import Manifests
import Merkle
import Provenance

/// The ordered part of a replay: what folds control statements, and what hands bundles on.
struct ReplayLine {
    /// The place behind the last entry that was handed on.
    private(set) var place: ReplayPlace

    /// The place behind the last entry that was folded.
    private var folded: ReplayPlace

    private let replay: Replay
    private var waiting: [UInt64: JudgedBundle] = [:]

    /// The first index of the bundle that is handed on next.
    private var next: UInt64
    private var inFlight = ReplayLoad.nothing
    private var progress: ReplayProgress
    private let start = ContinuousClock.now

    init(_ replay: Replay, from place: ReplayPlace, to end: UInt64) {
        self.replay = replay
        self.place = place
        folded = place
        next = place.index
        progress = ReplayProgress(of: end - place.index)
    }

    /// Folds the control statements of the next bundle.
    mutating func fold(_ walked: WalkedBundle<ReadBundle>) throws(ReplayError) -> FoldedBundle {
        let read = walked.value
        var registries = RegistriesInForce(below: walked.indexes.lowerBound, folded.registry)
        var controls: [AuditedControl] = []
        for (index, statement) in read.controls {
            let control = try folded.fold(statement, at: index)
            controls.append(control)
            registries.add(from: index + 1, folded.registry)
        }
        var findings = controls.flatMap { AuditFinding.of($0) }
        if walked.indexes.lowerBound == 0, controls.first?.index != 0 {
            findings.append(
                AuditFinding(.control, .entry(0), "is not the policy that the trust kit pins"))
        }
        folded.index = walked.indexes.upperBound
        inFlight.add(read)
        return FoldedBundle(
            walked: walked, registries: registries, controls: controls, findings: findings,
            place: folded)
    }

    /// Hands bundles on in their order until no more than `load` is judged or waits.
    mutating func handOn(
        _ group: inout ThrowingTaskGroup<JudgedBundle, any Error>, upTo load: ReplayLoad,
        _ take: (AuditedBundle, ReplayPlace, ReplayProgress) async throws -> Void
    ) async throws {
        while inFlight.isMore(than: load) {
            guard let judged = waiting.removeValue(forKey: next) else {
                guard let judged = try await group.next() else {
                    preconditionFailure("each bundle in flight has a task that ends with it")
                }
                waiting[judged.folded.walked.indexes.lowerBound] = judged
                continue
            }
            let manifests =
                judged.isLarge ? try await replay.judgeLarge(judged.folded) : judged.manifests
            let bundle = AuditedBundle(judged, manifests)
            place = judged.folded.place
            next = place.index
            inFlight.remove(judged.folded.walked.value)
            progress.add(bundle, after: ContinuousClock.now - start)
            try await take(bundle, place, progress)
        }
    }
}

/// Bundles in memory, and the bytes of their leaves.
struct ReplayLoad {
    private var bundles: Int
    private var bytes: Int

    static let nothing = ReplayLoad(bundles: 0, bytes: 0)

    /// So much is judged, or waits for what is before it, while a replay reads on.
    static let usual = ReplayLoad(bundles: ReplayLimits.bundles, bytes: ReplayLimits.bytes)

    func isMore(than limit: ReplayLoad) -> Bool {
        bundles > limit.bundles || bytes > limit.bytes
    }

    mutating func add(_ bundle: ReadBundle) {
        bundles += 1
        bytes += bundle.leaves.bytes.count
    }

    mutating func remove(_ bundle: ReadBundle) {
        bundles -= 1
        bytes -= bundle.leaves.bytes.count
    }
}
