import Foundation
import TestSupport
import Testing

/// A ledger, a PoP with a spool, and a milestone for it.
struct MilestoneWorkshop {
    static let milestone = "https://drops.example/estuary/m1"
    static let drop = "https://drops.example/estuary"

    let shop: Workshop
    let ledger: LedgerProcess

    /// Makes all of it but the spool; the kit is the folder `trust`.
    init(serve flags: [String] = []) async throws {
        ledger = try await .knowingBerlin(serve: flags)
        shop = ledger.shop
    }

    /// Makes the spool `outbox`.
    func makeSpool(with flags: [String] = []) async throws {
        try await shop.makeSpool(at: ledger.address, with: flags)
    }

    /// Runs a command about the milestone, as the PoP at its ledger.
    func milestone(
        _ command: String, _ more: String..., environment: [String: String] = [:]
    ) async throws -> Program.Outcome {
        try await Program.run(
            "colophon", ["milestone", command, "--milestone", Self.milestone] + more,
            in: shop.folder, environment: variables.merging(environment) { $1 })
    }

    /// The same, which must go well.
    @discardableResult
    func done(_ command: String, _ more: String...) async throws -> Program.Outcome {
        let outcome = try await Program.run(
            "colophon", ["milestone", command, "--milestone", Self.milestone] + more,
            in: shop.folder, environment: variables)
        try #require(outcome.status == 0, "\(command): \(outcome.words)")
        return outcome
    }

    /// Opens the milestone: at most 0.01 may be refused.
    func open(_ more: String...) async throws {
        let opened = try await Program.run(
            "colophon",
            [
                "milestone", "open", "--milestone", Self.milestone, "--metric", "refused",
                "--unit", "share", "--comparator", "<=", "--threshold", "0.01",
            ] + more, in: shop.folder, environment: variables)
        try #require(opened.status == 0, "\(opened.words)")
    }

    /// What the PoP's own settings say.
    private var variables: [String: String] {
        [
            "COLOPHON_LEDGER": ledger.address, "COLOPHON_TRUST": shop.url("trust").path(),
            "COLOPHON_KEY": shop.url("berlin.pem").path(), "COLOPHON_ISSUER": Workshop.berlin,
        ]
    }
}
