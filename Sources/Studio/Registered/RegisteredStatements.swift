package import Encoding
import HTTPCalls
import LedgerClient
import Manifests
import Merkle
import Provenance

/// What accepted issuers have registered about a URI, in the order of the log.
///
/// Each statement is verified by the newest kit as `verify` does it: its signature, its key at its
/// place, its place under a head of the ledger's key, the witnesses that the kit asks for, and its
/// manifest. That none is left out is proven too, where the caller does not take the ledger's word
/// for it (milestones.md §2).
package struct RegisteredStatements: Sendable {
    /// The statements, rising by index.
    package let statements: [RegisteredStatement]

    /// Entries of accepted issuers of which it cannot be told what they say, rising by index.
    package let unclear: [UnclearStatement]

    /// How far it is shown that none is left out.
    package let standing: ListStanding

    /// Entries about one URI at the most: a decision a minute, for a week.
    package static let limit = 10_000

    /// Bytes of records that are kept until the list is proven, because they may convict the
    /// ledger.
    ///
    /// Those of ``limit`` entries have 3 KiB each. What has no room is asked for again.
    private static let recordBytes = 32 << 20

    /// Records that are asked for at once, as in ``RecordRefresh``.
    private static let atOnce = 8

    /// Reads the statements about `uri`.
    ///
    /// - Parameters:
    ///   - types: the predicates that are asked about; others are passed over.
    ///   - issuers: whose statements count; what others say about the URI is passed over.
    ///   - trust: whether it must be proven that none is left out.
    package init(
        about uri: Text, of types: [Text], by issuers: Set<Text>, in ledger: FreshLedger,
        trusting trust: ListTrust
    ) async throws(RegisteredError) {
        let listed = try await Self.list(of: .sha256(uri.utf8), in: ledger)
        let reader = StatementReader(
            uri: uri, types: types, issuers: issuers, ledger: ledger,
            placesOthers: trust == .proof)
        var shown: [PlacedEntry] = []
        var room = Self.recordBytes
        var statements: [RegisteredStatement] = []
        var unclear: [UnclearStatement] = []
        for start in stride(from: 0, to: listed.count, by: Self.atOnce) {
            let group = listed[start..<min(start + Self.atOnce, listed.count)]
            for answer in try await reader.read(group) {
                if var entry = answer.shown {
                    entry.keepRecord(within: &room)
                    shown.append(entry)
                }
                switch answer.content {
                case .clear(let statement): statements.append(statement)
                case .unclear(let statement): unclear.append(statement)
                case .another: continue
                }
            }
        }
        switch trust {
        case .word: standing = .claimed
        case .proof:
            let indexed = try await ListProof(of: uri, in: ledger)
                .check(shown, listed: listed)
            standing = .proven(indexed: indexed)
        }
        self.statements = statements.sorted { $0.index < $1.index }
        self.unclear = unclear.sorted { $0.index < $1.index }
    }

    /// Puts together what is known already.
    package init(
        _ statements: [RegisteredStatement], unclear: [UnclearStatement],
        standing: ListStanding = .claimed
    ) {
        (self.statements, self.unclear, self.standing) = (statements, unclear, standing)
    }

    /// Reads all pages of the list of a subject.
    private static func list(
        of digest: Hash, in ledger: FreshLedger
    ) async throws(RegisteredError) -> [ListedEntry] {
        let listed: [ListedEntry]?
        do throws(CallError) {
            listed = try await ledger.client.all(of: .artifact(digest), limit: limit)
        } catch {
            throw .ledger(error)
        }
        guard let listed else { throw .tooMany(limit) }
        return listed
    }
}

/// Reads and judges the entries of a list.
private struct StatementReader: Sendable {
    /// What an entry turned out to be.
    struct Answer: Sendable {
        enum Content: Sendable {
            case clear(RegisteredStatement)
            case unclear(UnclearStatement)

            /// It is of another type, or by somebody else.
            case another
        }

        let content: Content

        /// The entry with its proven place; nil where nothing proves it, or where nobody asks.
        let shown: PlacedEntry?
    }

    let uri: Text
    let types: [Text]
    let issuers: Set<Text>
    let ledger: FreshLedger

    /// Whether the places of entries are asked for, of those too that decide nothing.
    let placesOthers: Bool

    /// Reads some entries side by side.
    func read(_ entries: ArraySlice<ListedEntry>) async throws(RegisteredError) -> [Answer] {
        let results = await withTaskGroup(of: Result<Answer, RegisteredError>.self) { group in
            for entry in entries {
                group.addTask {
                    do throws(RegisteredError) {
                        return .success(try await read(entry))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            var results: [Result<Answer, RegisteredError>] = []
            for await result in group { results.append(result) }
            return results
        }
        return try results.map { result throws(RegisteredError) in try result.get() }
    }

    private func read(_ listed: ListedEntry) async throws(RegisteredError) -> Answer {
        let bytes: [UInt8]?
        do throws(CallError) {
            bytes = try await ledger.client.record(of: listed.entry).bytes
        } catch {
            guard case .refused(let problem) = error, problem.status == 404 else {
                throw .ledger(error)
            }
            throw .notThere(listed.entry)
        }
        // An entry is listed once it has a receipt.
        guard let bytes else { throw .notThere(listed.entry) }
        let record: TransparentStatement
        do throws(Refusal) {
            record = try TransparentStatement(bytes)
        } catch {
            throw .malformed(listed.entry, error)
        }
        let statement = record.statement
        guard statement.id == listed.entry else { throw .another(listed.entry) }
        // Whoever signs as an issuer that is not accepted decides nothing, verified or not.
        let counts = issuers.contains(statement.issuer) && types.contains(statement.predicate)
        guard counts || placesOthers else { return Answer(content: .another, shown: nil) }
        let report = Verifier(ledger.kit).verify(
            file: bytes, artifact: nil, recordOnly: true, issuers: issuers, time: ledger.askedAt)
        if let index = report.index, index != listed.index {
            throw .misplaced(listed.entry, listed: listed.index, proven: index)
        }
        return Answer(
            content: counts ? judge(statement, report, listed) : .another,
            shown: placesOthers ? PlacedEntry(record, report) : nil)
    }

    private func judge(
        _ statement: Statement, _ report: Report, _ listed: ListedEntry
    ) -> Answer.Content {
        func unclear(_ reason: UnclearStatement.Reason) -> Answer.Content {
            .unclear(
                UnclearStatement(
                    entry: listed.entry, index: listed.index, type: statement.predicate,
                    reason: reason))
        }
        if report.isSuspect {
            return unclear(.suspect(report.signer?.doubt ?? "a head may be a thief's"))
        }
        guard report.ok, let index = report.index, let loggedAt = report.loggedAt else {
            let refuted = report.findings.first { $0.verdict == .refuted }
            return unclear(.unproven((refuted ?? report.obstacle)?.detail ?? "no receipt is good"))
        }
        guard report.erasure == nil, let manifest = report.manifest else {
            return unclear(.noManifest)
        }
        guard manifest.subjects.first?.name == uri else { return unclear(.otherSubject) }
        return .clear(
            RegisteredStatement(
                entry: listed.entry, index: index, issuer: statement.issuer,
                issuedAt: statement.issuedAt, loggedAt: loggedAt, manifest: manifest))
    }
}
