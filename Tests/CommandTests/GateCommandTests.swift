import Foundation
import TestSupport
import Testing

/// Records of a drop go to the ledger once the drop was counted, and not before.
@Suite(.serialized) struct GateCommandTests {
    /// Signs a count of the drop into the spool.
    private func count(
        _ name: String, remaining: Int, verdict: String = "balanced", from: String = "2026-01-01",
        in world: MilestoneWorkshop
    ) async throws {
        try world.shop.write(
            """
            {"drop": "\(MilestoneWorkshop.drop)",
             "window": {"from": "\(from)T00:00:00Z", "to": "9999-01-01T00:00:00Z"},
             "counts": {"allotted": 10, "sold": 1, "returned": 0, "remaining": \(remaining)},
             "serials": [[2, 2]], "verdict": "\(verdict)"}
            """, to: name)
        let signed = try await world.shop.colophon(
            "sign", "--spool", "outbox", "--type", "reconciliation", "--predicate", name)
        try #require(signed.status == 0, "\(signed.words)")
    }

    /// What a sync says of the one record that is held; nil where it goes.
    private func held(in world: MilestoneWorkshop) async throws -> String? {
        let synced = try await world.shop.colophon("spool", "sync", "outbox")
        let line = synced.words.split(separator: "\n").first { $0.contains("held back: ") }
        #expect(synced.status == (line == nil ? 0 : 3), "\(synced.words)")
        #expect(synced.words.contains("it must be proven"))
        return line.map(String.init)
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func aDropIsHeldUntilItIsBalanced() async throws {
        let world = try await MilestoneWorkshop()
        try await world.makeSpool(with: ["--gate", "reconciliation"])
        for (name, more) in [
            ("print.tif", ["--edition", "2/10", "--drop", MilestoneWorkshop.drop]),
            ("free.jpg", []),
        ] {
            try world.shop.write("pixels of \(name)", to: name)
            let signed = try await Program.run(
                "colophon",
                ["sign", "--spool", "outbox", name, "--title", "Estuary", "--creator", "Ana"]
                    + more, in: world.shop.folder)
            try #require(signed.status == 0, "\(signed.words)")
        }
        #expect(try await held(in: world)?.contains("no reconciliation") == true)
        #expect(try world.shop.exists("outbox/registered/0000000001-free.jpg.colophon"))
        let waiting = "outbox/pending/0000000000-print.tif.colophon"
        #expect(try world.shop.exists(waiting))
        let status = try await world.shop.colophon("spool", "status", "outbox")
        #expect(status.output.contains("held back"))

        try await count("short.json", remaining: 8, in: world)
        #expect(try await held(in: world)?.contains("does not add up") == true)
        try await count("lost.json", remaining: 8, verdict: "mismatch", in: world)
        #expect(try await held(in: world)?.contains("is a mismatch") == true)
        try await count("later.json", remaining: 9, from: "9998-01-01", in: world)
        #expect(try await held(in: world)?.contains("is a mismatch") == true)
        #expect(try world.shop.exists(waiting))

        // The count goes first, and the same sync finds the gate open.
        try await count("good.json", remaining: 9, in: world)
        #expect(try await held(in: world) == nil)
        #expect(try world.shop.exists("outbox/registered/0000000000-print.tif.colophon"))
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func aGateWithoutAKitHoldsWhateverIsBoundToADrop() async throws {
        let world = try await MilestoneWorkshop()
        let made = try await world.shop.colophon(
            "spool", "init", "outbox", "--key", "berlin.pem", "--issuer", Workshop.berlin,
            "--ledger", world.ledger.address, "--without-trust", "--aud", LedgerProcess.origin)
        try #require(made.status == 0, "\(made.words)")
        try world.shop.write("pixels", to: "print.tif")
        let signed = try await world.shop.colophon(
            "sign", "--spool", "outbox", "print.tif", "--title", "Estuary", "--creator", "Ana",
            "--edition", "2/10", "--drop", MilestoneWorkshop.drop)
        try #require(signed.status == 0, "\(signed.words)")
        let synced = try await world.shop.colophon(
            "spool", "sync", "outbox", "--gate", "reconciliation")
        #expect(synced.status == 3)
        #expect(synced.words.contains("the gate needs a trust kit"))
        // Whose word the gate takes is said before anything is held.
        let claimed = try await world.shop.colophon(
            "spool", "sync", "outbox", "--gate", "claimed-reconciliation")
        #expect(claimed.status == 3)
        #expect(claimed.words.contains("is left out of the ledger's list is the ledger's word"))
        #expect(try world.shop.exists("outbox/pending/0000000000-print.tif.colophon"))
    }
}
