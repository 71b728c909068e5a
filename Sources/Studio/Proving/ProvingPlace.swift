import HTTPCalls
package import LedgerClient
package import LogReader
package import Provenance

/// Where a log is read for proofs, and by whose word.
package struct ProvingPlace: Sendable {
    private let source: any LogSource
    private let layout: LogLayout
    private let isAnyLog: Bool
    private let trust: ProofTrust
    private let files: TrustKit.Files?
    private let client: LedgerClient?

    /// Reads from `source`.
    ///
    /// - Parameters:
    ///   - layout: how the log names its files.
    ///   - isAnyLog: whether it may be a log of others, whose checkpoints may have further lines.
    ///   - files: those of the trust kit; nil where none counts.
    ///   - client: the ledger behind `source`; nil where its files alone are to be read.
    package init(
        _ source: any LogSource, layout: LogLayout = .tiles, isAnyLog: Bool = false,
        by trust: ProofTrust, of files: TrustKit.Files?, asking client: LedgerClient? = nil
    ) {
        (self.source, self.layout, self.isAnyLog) = (source, layout, isAnyLog)
        (self.trust, self.files, self.client) = (trust, files, client)
    }

    /// Runs `body` with the log, whose newest head is accepted.
    ///
    /// Where a key is met that is newer than the kit, the control statements since the kit are
    /// followed, and `body` runs once more by what they prove.
    ///
    /// - Parameter walk: how many entries since the kit are read where no ledger is asked, and who
    ///   is told how far that is.
    package func with<Value: Sendable>(
        _ walk: EntryWalk = EntryWalk(),
        _ body: (ProvenLog) async throws(ProvingError) -> Value
    ) async throws(ProvingError) -> Value {
        do throws(ProvingError) {
            return try await body(open(by: trust))
        } catch {
            guard error.isOfUnknownKey, case .kit(let kit, let requiringQuorum) = trust,
                let followed = try await follow(kit, walk)
            else { throw error }
            return try await body(
                open(by: .followed(followed, requiringQuorum: requiringQuorum)))
        }
    }

    private func open(by trust: ProofTrust) async throws(ProvingError) -> ProvenLog {
        try await ProvenLog(
            source, layout: layout, isAnyLog: isAnyLog, by: trust, asking: client)
    }

    /// Finds out what became of the ledger's keys since the kit; nil where nothing is shown, or
    /// nothing became of them: a log grows without that.
    private func follow(
        _ kit: TrustKit, _ walk: EntryWalk
    ) async throws(ProvingError) -> FollowedKit? {
        guard let client, let files else {
            return try await FollowedKit.read(kit, source, walk)
        }
        do throws(KitRenewalError) {
            let followed = try await FollowedKit.asked(files, client)
            return followed.flatMap { $0.hasNewerKeys ? $0 : nil }
        } catch .ledger(.refused(let problem)) where problem.status == 404 {
            // A copy of the log answers no questions, and has the entries.
            return try await FollowedKit.read(kit, source, walk)
        } catch {
            throw .kit(error)
        }
    }
}
