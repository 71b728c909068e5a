import Foundation
import TestSupport
import Testing

/// A ledger that is seen by others: real witnesses, over HTTP.
@Suite(.serialized) struct WitnessedLedgerTests {
    private let shop: Workshop

    init() async throws { shop = try await Workshop() }

    private func colophond(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run("colophond", arguments, in: shop.folder)
    }

    @Test func headsAreCosignedAndTheKitAsksForIt() async throws {
        let seen = try await WitnessedLedger(in: shop)
        try await seen.isReady()
        try await seen.ledger.add("berlin", issuer: Workshop.berlin)
        try await seen.isCosigned(size: 3)
        let kit = try await colophond("trust-kit", "--data", "ledger", "--out", "a.colophon-kit")
        #expect(kit.status == 0 && !kit.words.contains("asks for no witness"))
        let shown = try await shop.colophon("trust", "show", "a.colophon-kit")
        #expect(shown.output.contains("w0") && shown.output.contains("w1"))
        #expect(try await seen.ledger.stop() == 0)
        // Without a server the policy is that of the settings, which here name none.
        let poor = try await colophond("trust-kit", "--data", "ledger", "--out", "a.colophon-kit")
        #expect(poor.status == 0)
        #expect(poor.words.contains("this kit asks for no witness, although the ledger has"))
        #expect(poor.words.contains("hint: name the witnesses"))
        let named = try await colophond(
            "trust-kit", "--data", "ledger", "--out", "b", "--witness-policy", "witnesses")
        #expect(named.status == 0 && !named.words.contains("asks for no witness"))
        let policy = String(decoding: try shop.bytes("b/policy"), as: UTF8.self)
        #expect(policy.contains("quorum both\n") && !policy.contains("http"))
        let lowered = try await colophond("trust-kit", "--data", "ledger", "--out", "b")
        #expect(lowered.words.contains("this kit asks for no witness"))
    }

    @Test func whatLacksARequiredQuorumWaits() async throws {
        let seen = try await WitnessedLedger(
            in: shop, settings: "require-quorum: true\nquorum-wait: 100ms\n")
        try await seen.isCosigned(size: 2)
        _ = try await shop.colophon("keygen", "--out", "second.pem")
        try await seen.stopWitness("w1")
        let added = try await seen.ledger.colophon(
            "key", "add", "--admin", "admin.pem", "--key", "berlin.pub.pem", "--issuer",
            Workshop.berlin, "--role", "pop", "--origin", LedgerProcess.origin)
        // The change is in the log; its record waits for the witnesses, and nobody else is kept.
        #expect(added.status == 0, "\(added.words)")
        try await seen.ledger.add("second", issuer: "https://pops.example/second")
        #expect(try await seen.get("/checkpoint").text.contains("\n2\n"))
        #expect(try await seen.get("/heads/3").status == 404)
        // Nor does a command show it that opens the folder itself.
        #expect(try await seen.ledger.stop() == 0)
        let exported = try await colophond(
            "export", "--data", "ledger", "--out", "export", "--config", "serve.yaml")
        #expect(exported.status == 0, "\(exported.words)")
        let checkpoint = String(decoding: try shop.bytes("export/checkpoint"), as: UTF8.self)
        #expect(checkpoint.contains("\n2\n"))
        try await seen.ledger.start()
        try await seen.startWitness("w1")
        try await seen.isCosigned(size: 4)
        #expect(try await seen.get("/heads/4").status == 200)
    }

    @Test func aHandoverWhoseRecordWaitsForTheQuorumIsSaidAndItsRecordComesLater() async throws {
        let seen = try await WitnessedLedger(
            in: shop, settings: "require-quorum: true\nquorum-wait: 100ms\n")
        try await seen.isCosigned(size: 2)
        try await seen.stopWitness("w1")
        let rotate = ["rotate", "receipt", "--data", "ledger", "--records", "."]
        let done = try await Program.run("colophond", rotate, in: shop.folder)
        #expect(done.status == 3, "\(done.words)")
        #expect(done.output.contains("the receipt key is handed over"))
        #expect(done.output.contains("old    ") && done.output.contains("trust update"))
        let again = "colophond rotate receipt --data ledger --records ."
        #expect(done.words.contains("not published yet") && done.words.contains(again))
        let known = try await Program.run("colophond", rotate + ["--json"], in: shop.folder)
        #expect(known.status == 3 && known.objects.first?["status"] as? String == "known")
        let entry = try #require(known.objects.first?["entry"] as? String)
        try await seen.startWitness("w1")
        try await seen.isCosigned(size: 3)
        let saved = try await Program.run("colophond", rotate, in: shop.folder)
        #expect(saved.status == 0 && saved.output.contains("was handed over before"))
        #expect(try !shop.bytes("log-key-\(entry).colophon").isEmpty)
    }

    /// The whole folder with its high-water file is from yesterday; only the witnesses know.
    @Test func anOldCopyThatOnlyTheWitnessesTellSignsNothing() async throws {
        let seen = try await WitnessedLedger(in: shop)
        try await seen.isReady()
        try await seen.ledger.add("berlin", issuer: Workshop.berlin)
        try await seen.isCosigned(size: 3)
        #expect(try await seen.ledger.stop() == 0)
        let files = ["ledger", "ledger.highwater"]
        for file in files {
            try FileManager.default.copyItem(at: shop.url(file), to: shop.url("old.\(file)"))
        }
        try await seen.ledger.start()
        try await seen.isReady()
        _ = try await shop.colophon("keygen", "--out", "lagos.pem")
        try await seen.ledger.add("lagos", issuer: "https://pops.example/lagos")
        try await seen.isCosigned(size: 4)
        #expect(try await seen.ledger.stop() == 0)
        for file in files {
            try FileManager.default.moveItem(at: shop.url(file), to: shop.url("new.\(file)"))
            try FileManager.default.copyItem(at: shop.url("old.\(file)"), to: shop.url(file))
        }
        try await seen.ledger.start()
        let ready = try await eventually("it is held") {
            let answer = try await seen.get("/readyz")
            return answer.text.contains("shows a head of 4 entries") ? answer : nil
        }
        #expect(ready.status == 503 && ready.text.contains("colophond restore"))
        let refused = try await seen.ledger.colophon(
            "key", "add", "--admin", "admin.pem", "--key", "lagos.pub.pem", "--issuer",
            "https://pops.example/paris", "--role", "pop", "--origin", LedgerProcess.origin)
        #expect(refused.status == 3)
        #expect(try await seen.ledger.size() == 3)
        #expect(try await seen.ledger.stop() == 0)
        // The newer folder is back: the same witnesses permit it.
        for file in files {
            try FileManager.default.removeItem(at: shop.url(file))
            try FileManager.default.moveItem(at: shop.url("new.\(file)"), to: shop.url(file))
        }
        try await seen.ledger.start()
        try await seen.isReady()
        try await seen.ledger.add("lagos", issuer: "https://pops.example/lagos")
        try await seen.isCosigned(size: 4)
    }

    /// The copy is served while no witness answers, and signs another tree.
    @Test func aLedgerThatSignedTwoTreesIsConvictedByItsWitnesses() async throws {
        let seen = try await WitnessedLedger(in: shop)
        try await seen.isCosigned(size: 2)
        #expect(try await seen.ledger.stop() == 0)
        let files = ["ledger", "ledger.highwater"]
        for file in files {
            try FileManager.default.copyItem(at: shop.url(file), to: shop.url("old.\(file)"))
        }
        try await seen.ledger.start()
        try await seen.isReady()
        try await seen.ledger.add("berlin", issuer: Workshop.berlin)
        try await seen.isCosigned(size: 3)
        #expect(try await seen.ledger.stop() == 0)
        for name in WitnessedLedger.names { try await seen.stopWitness(name) }
        for file in files {
            try FileManager.default.removeItem(at: shop.url(file))
            try FileManager.default.moveItem(at: shop.url("old.\(file)"), to: shop.url(file))
        }
        try await seen.ledger.start()
        try await seen.isReady()
        try await seen.ledger.add("berlin", issuer: "https://pops.example/paris")
        for name in WitnessedLedger.names { try await seen.startWitness(name) }
        try await eventually("a witness shows the other tree") {
            let answer = try await seen.get("/readyz")
            return answer.status == 503 && answer.text.contains("another tree's")
        }
        let kept = try await eventually("a proof is kept") { () -> [String]? in
            let made = try FileManager.default.contentsOfDirectory(atPath: shop.folder.path())
            guard made.contains("ledger.evidence") else { return nil }
            // What is being written has no such name yet.
            let names = try FileManager.default.contentsOfDirectory(
                atPath: shop.url("ledger.evidence").path()
            ).filter { $0.hasSuffix(".misbehaviour") }
            return names.isEmpty ? nil : names
        }
        // Both show the same head, and one file about it is enough, at each start.
        try await seen.ledger.restart(with: ["--config", "serve.yaml"])
        try await eventually("it is shown again") {
            try await seen.get("/readyz").text.contains("another tree's")
        }
        let again = try FileManager.default.contentsOfDirectory(
            atPath: shop.url("ledger.evidence").path())
        #expect(kept.count == 1 && again == kept)
        #expect(try shop.permissions("ledger.evidence") == 0o700)
        for name in kept {
            let judged = try await shop.colophon(
                "verify-misbehaviour", "ledger.evidence/\(name)", "--policy", "logs")
            #expect(judged.status == 0, "\(judged.words)")
            #expect(judged.output.contains("SIGNED TWO DIFFERENT LOGS"))
        }
        #expect(try await seen.ledger.stop() == 0)
    }

    @Test func aPolicyIsReadAgainOnSIGHUP() async throws {
        let seen = try await WitnessedLedger(in: shop)
        try await seen.isCosigned(size: 2)
        let policy = String(decoding: try shop.bytes("witnesses"), as: UTF8.self)
        try shop.write("nonsense\n", to: "witnesses")
        try await seen.ledger.hangUp(until: "the witnesses stay as they were")
        // One of them is enough now.
        try shop.write(policy.replacing("group both all", with: "group both any"), to: "witnesses")
        try await seen.ledger.hangUp(until: "2 witnesses, quorum both")
        try await seen.stopWitness("w1")
        try await seen.ledger.add("berlin", issuer: Workshop.berlin)
        try await eventually("the checkpoint has three entries") {
            try await seen.get("/checkpoint").text.contains("\n3\n")
        }
    }

    @Test func whatIsSaidOfAWitnessThatIsTakenOutGoesAway() async throws {
        // One that is overruled may be taken out, too.
        let seen = try await WitnessedLedger(in: shop, settings: "overrule-witness: w1\n")
        try await seen.isCosigned(size: 2)
        let policy = String(decoding: try shop.bytes("witnesses"), as: UTF8.self)
        let first = policy.split(separator: "\n").first.map(String.init) ?? ""
        try shop.write("\(first)\nquorum w0\n", to: "witnesses")
        try await seen.ledger.hangUp(until: "1 witnesses, quorum w0")
        // The former ones are let go of before the new ones are asked.
        let metrics = try await eventually("w1 is gone") {
            let text = try await seen.get("/metrics").text
            return text.contains("colophon_witness_up{witness=\"w1\"}") ? nil : text
        }
        #expect(!metrics.contains("colophon_witness_size{witness=\"w1\"}"))
        #expect(metrics.contains("colophon_witness_up{witness=\"w0\"} 1\n"))
        // A counter that vanished would look like a restart.
        #expect(metrics.contains("colophon_witness_cosignatures_total{witness=\"w1\"} "))
    }

    @Test func settingsThatNobodyCanMeanAreRefused() async throws {
        let vkey = "w.example+8ab5d5fc+BHHkDy1tSI3PbjZ0l0mC0p0Jz4Qfw0cMvl8dWw0w9b6x"
        try shop.write("quorum none\n", to: "none")
        try shop.write("witness w \(vkey)\n", to: "damaged")
        let cases: [(arguments: [String], says: String)] = [
            (["--require-quorum"], "needs a policy of witnesses"),
            (["--overrule-witness", "w"], "needs a policy of witnesses"),
            (["--witness-policy", "absent"], "absent"),
            (["--witness-policy", "damaged"], "damaged: is no policy of witnesses"),
            (["--witness-policy", "none", "--require-quorum"], "quorum none"),
            (["--witness-policy", "none", "--quorum-wait", "2"], "is not a length of time"),
            (["--witness-policy", "none", "--quorum-wait", "1h"], "is not from 0s to 15s"),
            (["--witness-policy", "none", "--witness-interval", "1ms"], "100ms to 1h"),
        ]
        for (arguments, says) in cases {
            let outcome = try await Program.run(
                "colophond", ["serve", "--data", "x"] + arguments, in: shop.folder)
            #expect(outcome.status == 2, "\(arguments)")
            #expect(outcome.words.contains(says), "\(arguments): \(outcome.words)")
        }
    }
}
