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

    /// Whether handing on has failed: then nothing more can be handed on.
    private(set) var isStopped = false

    private let replay: Replay
    private var waiting: [UInt64: Result<JudgedBundle, LogError>] = [:]

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
    ///
    /// Where it has more than a few, its entries are judged on the way, each by the registry of
    /// that moment, so that not all of those are kept.
    mutating func fold(_ walked: WalkedBundle<ReadBundle>) throws(ReplayError) -> FoldedBundle {
        let (read, start) = (walked.value, walked.indexes.lowerBound)
        let statements = read.folded
        let isCrowded = statements.count > ReplayLimits.registries
        var judge = replay.judge(of: read)
        var registries = Terms(from: start, isCrowded ? nil : folded.registry)
        var limits = Terms(from: start, folded.manifestLimit)
        var controls: [AuditedControl] = []
        var next = start
        for (index, statement) in statements {
            if isCrowded { judge.judge(next..<index + 1, by: folded.registry) }
            next = index + 1
            if let statement {
                controls.append(try folded.fold(statement, at: index))
            } else {
                folded.passOver(controlAt: index)
            }
            if !isCrowded { registries.add(from: next, folded.registry) }
            limits.add(from: next, folded.manifestLimit)
        }
        if isCrowded { judge.judge(next..<walked.indexes.upperBound, by: folded.registry) }
        var findings = judge.findings + controls.flatMap { AuditFinding.of($0) }
        if start == 0, controls.first?.index != 0, read.newer[0] == nil {
            findings.append(
                AuditFinding(.control, .entry(0), "is not the policy that the trust kit pins"))
        }
        folded.index = walked.indexes.upperBound
        let bundle = FoldedBundle(
            walked: walked, registries: isCrowded ? nil : registries, manifestLimits: limits,
            controls: controls, findings: findings, headPlaces: judge.headPlaces, place: folded)
        inFlight.add(bundle)
        return bundle
    }

    /// Hands bundles on in their order until no more than `load` is judged or waits.
    ///
    /// A bundle that could not be judged stops the line where it is due.
    mutating func handOn(
        _ group: inout ThrowingTaskGroup<JudgedPart, any Error>, upTo load: ReplayLoad,
        _ take: (AuditedBundle, ReplayPlace, ReplayProgress) async throws -> Void
    ) async throws {
        guard !isStopped else { return }
        isStopped = true
        while inFlight.isMore(than: load) {
            while waiting[next] == nil, let part = try await group.next() {
                waiting[part.start] = part.result
            }
            guard let result = waiting.removeValue(forKey: next) else {
                preconditionFailure("each bundle in flight has a task, which ends with a value")
            }
            try await handOn(try result.get(), take)
        }
        isStopped = false
    }

    private mutating func handOn(
        _ judged: JudgedBundle,
        _ take: (AuditedBundle, ReplayPlace, ReplayProgress) async throws -> Void
    ) async throws {
        let manifests =
            judged.isLarge ? try await replay.judgeLarge(judged.folded) : judged.manifests
        let bundle = AuditedBundle(judged, manifests)
        place = judged.folded.place
        next = place.index
        inFlight.remove(judged.folded)
        progress.add(bundle, after: ContinuousClock.now - start)
        try await take(bundle, place, progress)
    }
}

/// What the task of a bundle ends with.
struct JudgedPart: Sendable {
    /// The first index of the bundle.
    let start: UInt64

    /// The bundle that was judged, or why it could not be.
    let result: Result<JudgedBundle, LogError>
}

/// Bundles in memory, and the bytes that they take.
struct ReplayLoad {
    private var bundles: Int
    private var bytes: Int

    static let nothing = ReplayLoad(bundles: 0, bytes: 0)

    /// So much is judged, or waits for what is before it, while a replay reads on.
    static func usual(_ bundles: Int) -> ReplayLoad {
        ReplayLoad(bundles: bundles, bytes: ReplayLimits.bytes)
    }

    func isMore(than limit: ReplayLoad) -> Bool {
        bundles > limit.bundles || bytes > limit.bytes
    }

    mutating func add(_ bundle: FoldedBundle) {
        bundles += 1
        bytes += Self.bytes(of: bundle)
    }

    mutating func remove(_ bundle: FoldedBundle) {
        bundles -= 1
        bytes -= Self.bytes(of: bundle)
    }

    /// Bytes of memory, about: each registry that is another one than that before has its own list
    /// of keys, and what was decoded is some times as large as its leaf.
    private static func bytes(of bundle: FoldedBundle) -> Int {
        let registries =
            bundle.controls.isEmpty ? 0 : min(bundle.controls.count, ReplayLimits.registries) + 1
        let keys = bundle.place.registry?.keys.count ?? 0
        let decoded = bundle.walked.value.statements.reduce(0) { $0 + $1.leaf.count }
        return bundle.walked.value.leaves.bytes.count
            + registries * keys * ReplayLimits.keyBytes + decoded * ReplayLimits.decodedFactor
            + bundle.walked.value.keyCount * ReplayLimits.recordBytes
    }
}
