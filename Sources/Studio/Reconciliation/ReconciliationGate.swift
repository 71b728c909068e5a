package import Encoding
package import LedgerClient
import Manifests
package import Provenance

/// Holds records that are bound to a drop until a reconciliation of that drop covers them.
///
/// A record is bound to a drop where it is a `provenance` with an `edition`. The gate keeps what
/// the ledger said for half a minute, and no longer: a pass over a thin line takes hours.
package actor ReconciliationGate {
    /// A trust kit's files; without them everything bound to a drop is held.
    private let kit: TrustKit.Files?

    /// Whose reconciliations count.
    private let issuers: Set<Text>

    private let client: LedgerClient
    private let maxAge: Duration
    private let trust: ListTrust
    private let memory: ListMemory
    private let now: @Sendable () -> UInt64
    private let onOpen: @Sendable (Text, EntryID) -> Void
    private let onLeftOut: @Sendable (LeftOutEntry) -> Void

    /// How long an answer of the ledger is kept, as long as a sync waits between two looks.
    private static let keepingTime: Duration = .seconds(30)

    /// When the ledger was asked.
    private var askedAt: ContinuousClock.Instant?

    /// What was found of each drop.
    private var drops: [Text: Result<DropStanding, RegisteredError>] = [:]

    /// The ledger as of this pass.
    private var ledger: Result<FreshLedger, RegisteredError>?

    /// Creates the gate of one pass.
    ///
    /// - Parameters:
    ///   - kit: the trust kit by which the ledger's answers are judged; nil where there is none.
    ///   - pop: the issuer whose spool it is.
    ///   - reconcilers: who else may say that a drop is balanced.
    ///   - maxAge: how far the newest head may be from `now`.
    ///   - trust: whether it must be proven that the ledger's list of a drop is whole.
    ///   - memory: what the gates of passes before this one have read of the log.
    ///   - now: looks at this machine's clock, in POSIX seconds.
    ///   - onOpen: is told for each record that goes which entry has opened the gate of which drop.
    ///   - onLeftOut: is told at each look of an entry that the ledger's proof leaves out.
    package init(
        kit: TrustKit.Files?, pop: Text, reconcilers: [Text] = [], client: LedgerClient,
        maxAge: Duration = FreshLedger.usualAge, trusting trust: ListTrust = .proof,
        memory: ListMemory = ListMemory(),
        now: @escaping @Sendable () -> UInt64 = { UTC.now },
        onOpen: @escaping @Sendable (Text, EntryID) -> Void = { _, _ in },
        onLeftOut: @escaping @Sendable (LeftOutEntry) -> Void = { _ in }
    ) {
        self.kit = kit
        issuers = Set([pop] + reconcilers)
        self.client = client
        self.maxAge = maxAge
        self.trust = trust
        self.memory = memory
        self.now = now
        self.onOpen = onOpen
        self.onLeftOut = onLeftOut
    }

    /// The drop that a record is bound to; nil where it is bound to none.
    ///
    /// Where its manifest is not there, its thread tells, which is `DROP#SERIAL` for a copy.
    package static func drop(of record: TransparentStatement) -> Text? {
        guard record.statement.predicate == PredicateType.provenance else { return nil }
        if let bytes = record.manifest, let manifest = try? Manifest(bytes) {
            return ProvenanceFacts.edition(in: manifest)?.drop
        }
        let parts = record.statement.subject.utf8.split(
            separator: UInt8(ascii: "#"), maxSplits: 1, omittingEmptySubsequences: false)
        return parts.count == 2 ? Text(utf8: parts[0]) : nil
    }

    /// Says whether a record may go.
    package func answer(for record: TransparentStatement) async -> GateAnswer {
        if let bytes = record.manifest, (try? Manifest(bytes)) == nil { return .held(.unreadable) }
        guard let drop = Self.drop(of: record) else { return .free }
        switch await standing(of: drop) {
        case .success(let standing):
            let answer = standing.answer(forSignedAt: record.statement.issuedAt)
            if case .open(let entry) = answer { onOpen(drop, entry) }
            return answer
        case .failure(let error): return .held(error)
        }
    }

    private func standing(of drop: Text) async -> Result<DropStanding, GateHold> {
        guard let kit else { return .failure(.noKit) }
        if let askedAt, askedAt.duration(to: .now) > Self.keepingTime {
            (ledger, drops) = (nil, [:])
        }
        if let known = drops[drop] { return known.mapError { .unknown($0) } }
        let found: Result<DropStanding, RegisteredError>
        do throws(RegisteredError) {
            found = .success(try await look(at: drop, by: kit))
        } catch {
            found = .failure(error)
            if case .falseProof(_, let entry?) = error { onLeftOut(entry) }
        }
        drops[drop] = found
        return found.mapError { .unknown($0) }
    }

    private func look(
        at drop: Text, by kit: TrustKit.Files
    ) async throws(RegisteredError) -> DropStanding {
        if ledger == nil {
            askedAt = .now
            do throws(RegisteredError) {
                ledger = .success(
                    try await FreshLedger(
                        by: kit, at: client, maxAge: maxAge, now: now(), memory: memory))
            } catch {
                ledger = .failure(error)
            }
        }
        guard case .success(let ledger)? = ledger else {
            if case .failure(let error)? = ledger { throw error }
            preconditionFailure("it was looked just now")
        }
        return DropStanding(
            try await RegisteredStatements(
                about: drop, of: [PredicateType.reconciliation], by: issuers, in: ledger,
                trusting: trust))
    }
}
