import Checkpoints
package import Encoding
package import IndexMap
package import LogReader
package import Manifests
package import Provenance

/// Replays a whole log with one's own eyes, and goes on where the last run ended (audit.md §1).
///
/// Values in, a report out. Each run takes the newest head, holds it to the trust kit, its
/// witnesses and all heads that were seen, replays the entries that are new, holds all of them to
/// each other, and judges what others say of the log.
package struct Audit: Sendable {
    /// What is looked at.
    package struct Options: Sendable {
        /// Whether signatures of statements are checked; those of control statements always are.
        package var signatures = true

        /// Whether manifests are read and held to their statements.
        package var manifests = true

        /// Whether the keys of entries are gathered, so that the maps of index heads can be
        /// computed.
        package var index = true

        /// Whether the audit runs again and again: then maps are computed now and then.
        package var isFollowing = false

        /// Whether the newest head must have been seen by as many witnesses as the kit asks for.
        package var requiresQuorum = true

        /// Heads from elsewhere that the log must be consistent with.
        package var others: [HeadCheck.Other] = []

        /// Whether the source is the log's own service; a copy is as old as its head.
        package var isLive = true

        /// Issuers whose milestones count beside the slice's own PoP (milestones.md §1).
        package var deciders: Set<Text> = []

        /// The hours in which a postmortem is waited for.
        package var hours = BusinessHours.usual

        /// Seconds after which the newest head is old; nil for ``HeadCheck/staleAfter``, and for
        /// never of a copy, which is as old as it is.
        package var staleAfter: UInt64?

        /// Seconds after which the newest head is old; nil for never.
        var staleLimit: UInt64? { staleAfter ?? (isLive ? HeadCheck.staleAfter : nil) }

        /// Bundles that are judged, or wait for those before them, at any moment; for tests of
        /// short logs.
        package var bundlesAtOnce = ReplayLimits.bundles

        /// Seconds after which a head must be dated; nil for ``OverdueCheck``'s own.
        package var anchorAfter: UInt64?

        /// Checks everything.
        package init() {}

        /// What a state must have been begun with, so that it can go on.
        var looks: [String] {
            [signatures ? "signatures" : nil, manifests ? "manifests" : nil].compactMap { $0 }
        }
    }

    /// What others do as an audit goes on.
    package struct Hooks: Sendable {
        /// Gets the size of each head by which the log is read, before any bundle of it.
        package var onHead: @Sendable (UInt64) throws -> Void = { _ in }

        /// Gets each bundle, in the order of the log; again what comes behind the last commit.
        package var onBundle: @Sendable (AuditedBundle) throws -> Void = { _ in }

        /// Is called before each commit: what was handed on before does not come again after it.
        package var willCommit: @Sendable () throws -> Void = {}

        /// Gets the log as of the newest head, once all of it is judged; an error ends the run.
        package var onJudged: @Sendable (LogTree) async throws -> Void = { _ in }

        /// Which manifests it wants to have, by their predicate types.
        package var keepsManifest: @Sendable (Text) -> Bool = { _ in false }

        /// Asks the ledger for its proof which entries have a name, by its newest index head.
        ///
        /// It is asked where a map was found to be wrong; nil where nobody can be.
        package var askComplete: (@Sendable (IndexName) async -> AskedComplete)?

        /// Says how far a run is.
        package var onStep: @Sendable (AuditStep) -> Void = { _ in }

        /// Does nothing.
        package init() {}
    }

    let source: any LogSource
    let name: String
    let kit: TrustKit
    let state: AuditState
    let options: Options
    let checkers: [EvidenceChecker]
    let patience: HeadFetch.Patience
    let hooks: Hooks
    let now: @Sendable () -> UInt64
    let cache = TileCache()

    /// Prepares to audit the ledger of a kit.
    ///
    /// - Parameters:
    ///   - name: of the source, for people: an address or a folder.
    ///   - state: what ``openState(_:of:_:)`` opened.
    ///   - checkers: judge tokens and proofs, by the authorities of the kit.
    ///   - now: in POSIX seconds.
    package init(
        _ source: any LogSource, named name: String, kit: TrustKit, state: AuditState,
        _ options: Options = Options(), checkers: [EvidenceChecker] = [],
        patience: HeadFetch.Patience, hooks: Hooks = Hooks(),
        now: @escaping @Sendable () -> UInt64
    ) {
        (self.source, self.name, self.kit, self.state) = (source, name, kit, state)
        (self.options, self.checkers, self.patience) = (options, checkers, patience)
        (self.hooks, self.now) = (hooks, now)
    }

    /// Opens the state of an audit of a kit's ledger, made where it is missing.
    package static func openState(
        _ path: String, of kit: TrustKit, _ options: Options
    ) throws(AuditStateError) -> AuditState {
        try AuditState(
            path,
            of: AuditedLog(
                .ledger(origin: kit.origin.text, genesis: kit.genesis), looks: options.looks))
    }

    /// Runs once, to the newest head.
    ///
    /// - Returns: the report, also where it did not come to the end; the state has what was done.
    /// - Throws: where the state cannot be used, or a head from elsewhere is none of this log's.
    package func run() async throws -> AuditReport {
        var run = try AuditRun(self)
        return try await run.toItsEnd()
    }
}

/// How far a run is.
package enum AuditStep: Hashable, Sendable {
    /// Entries are replayed: those of this run, how many there are, and their bytes.
    case entries(UInt64, of: UInt64, bytes: UInt64)

    /// All entries are held to each other: records of them that were read, and how many are read.
    case settling(UInt64, of: UInt64)

    /// Evidence about heads is looked at, a file for each bundle.
    case evidence(UInt64, of: UInt64)

    /// A head, or something else that may come late, is waited for.
    case waiting(String)
}
