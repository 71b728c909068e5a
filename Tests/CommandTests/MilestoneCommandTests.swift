import Foundation
import TestSupport
import Testing

/// A rollout obeys its metric, as people and pipelines run it.
@Suite(.serialized) struct MilestoneCommandTests {
    @Test(.timeLimit(.minutes(Patience.minutes)))
    func aRolloutFollowsItsMetric() async throws {
        let world = try await MilestoneWorkshop()
        let nothing = try await world.milestone("check")
        #expect(nothing.status == 3)
        #expect(nothing.output == "nothing\n")
        try await world.open()
        #expect(try await world.milestone("check").status == 3)

        try await world.done("observe", "--value", "0.002")
        try await world.done("decide")
        let promoted = try await world.milestone("check")
        #expect(promoted.status == 0)
        #expect(promoted.output.hasPrefix("promote "))
        #expect(promoted.words.contains("; no statement is left out: "))

        try await world.done("observe", "--from", "echo 0.02")
        try await world.done("decide")
        let rolledBack = try await world.milestone("check", "--json")
        #expect(rolledBack.status == 1)
        let answer = try #require(rolledBack.objects.first)
        #expect(answer["answer"] as? String == "rollback")
        #expect(answer["observed"] as? Double == 0.02)
        #expect(answer["complete"] as? String == "proven")

        let status = try await world.milestone("status")
        #expect(status.status == 0)
        #expect(status.output.contains("postmortem is due "))
        #expect(status.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    /// A pipeline sees by what it is proven that nothing is left out, or that it has asked for no
    /// proof.
    @Test(.timeLimit(.minutes(Patience.minutes)))
    func aDecisionStandsOnAListThatIsProvenToBeWhole() async throws {
        let world = try await MilestoneWorkshop(
            serve: ["--index", "on", "--index-interval", "1s"])
        try await world.open()
        try await world.done("observe", "--value", "0")
        try await world.done("decide")
        try await eventually("an index head covers the decisions") {
            let checked = try await world.milestone("check", "--json")
            try #require(checked.status == 0, "\(checked.words)")
            let answer = try #require(checked.objects.first)
            let index = try #require(answer["index"] as? Int)
            let indexed = try #require(answer["indexed"] as? Int)
            return answer["complete"] as? String == "proven" && indexed > index
        }
        let checked = try await world.milestone("check")
        #expect(checked.words.contains("no statement is left out: an index head covers the first"))
        let status = try await world.milestone("status", "--json")
        #expect(status.objects.first?["complete"] as? String == "proven")
        let claimed = try await world.milestone("check", "--accept-claimed", "--json")
        #expect(claimed.status == 0 && claimed.objects.first?["complete"] as? String == "claimed")
        let words = try await world.milestone("check", "--accept-claimed").words
        #expect(words.contains("that no statement is left out is the ledger's word"))
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func nothingGoesAgainstTheThresholdWithoutAReasonThatShows() async throws {
        let world = try await MilestoneWorkshop()
        try await world.open()
        try await world.done("observe", "--value", "1")
        let refused = try await world.milestone("decide", "--decision", "promote")
        #expect(refused.status == 1)
        #expect(refused.words.contains("goes against the threshold, which says rollback"))
        #expect(try await world.milestone("check").output.hasPrefix("start "))

        #expect(try await world.milestone("decide", "--override", " ").status == 2)
        let reason = "the artist insists"
        let decided = try await world.milestone("decide", "--override", reason, "--json")
        #expect(decided.status == 0)
        let record = try #require(decided.objects.first?["colophon"] as? String)
        let checked = try await world.milestone("check")
        #expect(checked.status == 0)
        #expect(checked.words.contains(reason))
        #expect(try await world.milestone("status").output.contains("overridden: \(reason)"))
        let shown = try await world.shop.colophon("show", record)
        #expect(shown.output.contains("[S] Override    \(reason)"))
        let verified = try await world.shop.colophon(
            "verify", "--record-only", record, "--trust", "trust")
        #expect(verified.output.contains("override"))

        // A key of the PoP signs what no command of ours makes.
        try world.shop.write(
            """
            {"milestone": "\(MilestoneWorkshop.milestone)", "slice": "\(Workshop.berlin)",
             "metric": {"name": "refused", "unit": "share", "comparator": "<=",
                        "threshold": 0.01},
             "observed": {"value": 1}, "decision": "promote", "evidence": []}
            """, to: "forged.json")
        let signed = try await world.shop.sign(
            "--type", "milestone", "--predicate", "forged.json", "--trust", "trust")
        #expect(signed.status == 0)
        #expect(try await world.ledger.colophon("submit", "forged.json.colophon").status == 0)
        let forged = try await world.milestone("check")
        #expect(forged.status == 3)
        #expect(forged.output == "unclear\n")
        #expect(forged.words.contains("does not name the start of this round"))
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func whatGivesNoNumberKeepsAndRegistersNothing() async throws {
        let world = try await MilestoneWorkshop()
        try await world.open()
        try await world.done("observe", "--value", "0.001")
        for command in ["false", "echo 1 2", "no-such-program", "sh -c 'echo 5; exit 3'"] {
            let failed = try await world.milestone("observe", "--from", command)
            #expect(failed.status == 3, "\(command)")
            #expect(failed.words.contains("nothing is kept"))
        }
        // Our own variables are not its business.
        let hidden = try await world.milestone("observe", "--from", "sh -c 'env | grep COLOPHON'")
        #expect(hidden.status == 3)
        let decided = try await world.milestone("decide", "--from", "false")
        #expect(decided.status == 3)
        #expect(try await world.milestone("check").output.hasPrefix("start "))
        // What was kept before stays.
        try await world.done("decide")
        #expect(try await world.milestone("check").status == 0)
        #expect(try await world.milestone("observe", "--from", "'open").status == 2)
        #expect(try await world.milestone("observe", "--value", "5%").status == 2)
        #expect(try await world.milestone("observe").status == 2)
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func whatCannotBeToldFailsClosed() async throws {
        let world = try await MilestoneWorkshop()
        try await world.open()
        try await world.done("observe", "--value", "0")
        try await world.done("decide")
        try #require(try await world.milestone("check").status == 0)
        // The newest head is older than this, sooner or later.
        try await eventually("the head is too old") {
            try await world.milestone("check", "--max-age", "1s").status == 3
        }
        let other = try await world.milestone("check", "--pop", "https://pops.example/hamburg")
        #expect(other.status == 3)
        _ = try await world.ledger.stop()
        let away = try await world.milestone("check")
        #expect(away.status == 3)
        #expect(away.output.isEmpty)
        #expect(try await world.milestone("decide").status == 3)
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func anAutomatedRollbackRegistersWhatChangesAndNothingElse() async throws {
        let world = try await MilestoneWorkshop()
        try await world.makeSpool()
        try await world.open("--spool", "outbox")
        let synced = try await world.shop.colophon("spool", "sync", "outbox")
        try #require(synced.status == 0, "\(synced.words)")
        try world.shop.write("0.001\n", to: "value")
        let loop = try RunningProgram(
            "colophon",
            [
                "milestone", "decide", "--milestone", MilestoneWorkshop.milestone, "--spool",
                "outbox", "--from", "cat value", "--every", "1s", "--json",
            ], in: world.shop.folder)
        let pending = world.shop.url("outbox/pending").path()
        func names() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: pending).sorted()
        }
        try await eventually("it promotes") { try names().count == 1 }
        try world.shop.write("5\n", to: "value")
        try await eventually("it rolls back") { try names().count == 2 }
        // Nothing can be observed, and the newest value is young: nothing changes.
        try world.shop.write("none\n", to: "value")
        try await loop.says("exactly one number")
        try world.shop.write("6\n", to: "value")
        try await pause(atLeast: .seconds(2))
        let ended = try await loop.end(by: SIGTERM)
        #expect(ended.status == 0)
        let kinds = try names().map { $0.dropFirst("0000000000-".count) }
        #expect(kinds == ["milestone-promote.colophon", "milestone-rollback.colophon"])
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func aRehearsalMeasuresAndLeavesNothingBehind() async throws {
        let shop = try await Workshop()
        let temporary = shop.url("temporary")
        try FileManager.default.createDirectory(
            at: temporary, withIntermediateDirectories: true)
        let folders = { try FileManager.default.contentsOfDirectory(atPath: temporary.path()) }
        let run = try await shop.colophon(
            "milestone", "rehearse", "--rate", "20", "--seconds", "1", "--json",
            environment: [
                "TMPDIR": temporary.path(), "COLOPHON_LEDGER": "http://127.0.0.1:1",
            ])
        #expect(run.status == 0, "\(run.words)")
        let result = try #require(run.objects.first)
        #expect(result["sent"] as? Int == 20)
        #expect(result["registered"] as? Int == 20)
        #expect(result["refused-share"] as? Double == 0)
        #expect(try #require(result["p99-seconds"] as? Double) >= 0)
        #expect(try folders() == [])

        let alone = try await shop.colophon(
            "milestone", "rehearse", "--rate", "5", "--seconds", "1", "--metric", "refused-share",
            environment: ["TMPDIR": temporary.path()])
        #expect(alone.output == "0.0\n")

        let real = try await shop.colophon(
            "milestone", "rehearse", "--rate", "5", "--seconds", "1", "--ledger",
            "https://ledger.example/prints")
        #expect(real.status == 2)
        #expect(real.words.contains("never speaks to a real ledger"))

        let stopped = try RunningProgram(
            "colophon", ["milestone", "rehearse", "--rate", "5", "--seconds", "600"],
            in: shop.folder, environment: ["TMPDIR": temporary.path()])
        try await eventually("it has begun") { try !folders().isEmpty }
        let end = try await stopped.end(by: SIGTERM)
        #expect(end.status == 3)
        #expect(try folders() == [])
    }
}
