import Foundation
import Testing
import TestSupport

/// `verify` with proofs of completeness, and `verify-misbehaviour` of two files about an index.
@Suite struct CompleteCommandTests {
    private static let schemas = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Schemas")

    private let shop: Workshop

    /// The photo of the corpus, whose bytes are its name, with the record of this name.
    init() async throws {
        shop = try await Workshop()
        try shop.write("photo", to: "photo")
        try copy("corpus/photo.colophon", to: "photo.colophon")
    }

    private func copy(_ path: String, to name: String) throws {
        let data = try Data(contentsOf: Self.schemas.appending(path: path))
        try data.write(to: shop.url(name))
    }

    private func verify(_ arguments: String...) async throws -> Program.Outcome {
        try await verify(arguments)
    }

    private func verify(_ arguments: [String]) async throws -> Program.Outcome {
        let kit = Self.schemas.appending(path: "corpus/kits/good").path()
        return try await Program.run(
            "colophon", ["verify", "--trust", kit] + arguments, in: shop.folder)
    }

    private func judge(_ arguments: String...) async throws -> Program.Outcome {
        let kit = Self.schemas.appending(path: "corpus/kits/good").path()
        return try await Program.run(
            "colophon", ["verify-misbehaviour", "--trust", kit] + arguments, in: shop.folder)
    }

    private func misbehaviour(_ name: String) -> String {
        Self.schemas.appending(path: "misbehaviour/index/\(name)").path()
    }

    @Test func aRecordSaysWhatItsProofsShow() async throws {
        try copy("corpus/complete.colophon", to: "photo.colophon")
        let verdict = try await verify("photo", "--require-complete", "artifact,sub,iss")
        #expect(verdict.status == 0, "\(verdict.output)")
        let said = words(verdict)
        #expect(said.contains("entry 4 alone names this file among the first 12 of the log"))
        #expect(said.contains("belong to the thread urn:example:thread among the first 12"))
        #expect(said.contains("up to the newest head known here, is not covered"))
        let object = try #require(try await verify("photo", "--json").objects.first)
        let complete = try #require((object["complete"] as? [[String: Any]])?.first)
        #expect(complete["index"] as? Int == 12 && complete["size"] as? Int == 12)
        #expect(complete["reached"] as? String == "logged")
        let answers = try #require(complete["answers"] as? [[String: Any]])
        #expect(answers.map { $0["kind"] as? String } == ["artifact", "sub", "iss"])
        #expect(answers.first?["all"] as? Bool == true)
    }

    @Test func aListingThatIsRequiredMustBeProven() async throws {
        let bare = try await verify("photo", "--require-complete", "artifact")
        #expect(bare.status == 1)
        let reason = "NOT PROVEN: a proof that the listing of artifact is complete is required: "
        #expect(words(bare).contains(reason), "\(bare.output)")
        let hint = "hint: colophon refresh photo.colophon --trust "
        #expect(bare.output.contains(hint), "\(bare.output)")
        #expect(bare.output.contains(" --ledger https://ledger.example/prints --complete\n"))
        // No record carries the list of its issuer.
        let issuer = try await verify("photo", "--require-complete", "iss")
        #expect(
            issuer.output.contains("hint: colophon complete --iss https://pops.example/berlin "),
            "\(issuer.output)")
        #expect(issuer.output.contains(" --out issuer.complete\n"), "\(issuer.output)")
        let strange = try await verify("photo", "--require-complete", "artifact,everything")
        #expect(strange.status == 2 && strange.words.contains("\"everything\" is no listing"))
        let title = try await verify("photo", "--require-complete", "title")
        #expect(title.status == 1 && !title.output.contains("hint:"), "\(title.output)")
    }

    @Test func aProofLiesBesideTheRecordOrIsJudgedAlone() async throws {
        try copy("misbehaviour/index/nothing-missing-1.complete", to: "photo.complete")
        let beside = try await verify(
            "photo", "--complete", "photo.complete", "--require-complete", "artifact")
        #expect(beside.status == 0, "\(beside.output)")
        #expect(words(beside).contains("entry 4 alone names this file"))
        let alone = try await verify("--complete", "photo.complete")
        #expect(alone.status == 0, "\(alone.output)")
        #expect(words(alone).contains("photo.complete: at most entry 4 names the file SHA-256 "))
        let object = try await verify("--complete", "photo.complete", "--json").objects.first
        #expect(object?["ok"] as? Bool == true && object?["size"] as? Int == 12)
        let level = try await verify("--complete", "photo.complete", "--require", "witnessed")
        #expect(level.status == 1 && words(level).contains("has reached \"logged\" only"))
        #expect(words(level).contains("hint: --require logged takes the log's own word"))
        let nothing = try await verify()
        #expect(nothing.status == 2 && nothing.words.contains("--complete FILE"))
    }

    @Test func anEntryThatIsLeftOutIsFalseAndConvicts() async throws {
        try copy("corpus/complete-omitted.colophon", to: "photo.colophon")
        let verdict = try await verify("photo")
        #expect(verdict.status == 1)
        #expect(words(verdict).contains("FALSE, do not believe it: complete: entry 4 names this"))
        // The record has both halves: its receipt, and the proof that leaves it out.
        let convicted = try await judge("photo.colophon", "photo.colophon")
        #expect(convicted.status == 0, "\(convicted.output)\(convicted.words)")
        #expect(words(convicted).contains("ledger.example/prints IS CONVICTED: its index head"))
        // So it need not be named twice; a record without a proof convicts nobody.
        let once = try await judge("photo.colophon")
        #expect(once.status == 0, "\(once.output)\(once.words)")
        #expect(words(once).contains("Keep the file and send it to everyone"))
        try copy("corpus/photo.colophon", to: "bare.colophon")
        let bare = try await judge("bare.colophon")
        #expect(bare.status == 2 && bare.words.contains("are judged together"), "\(bare.words)")
    }

    @Test func twoFilesAboutAnIndexAreJudgedTogether() async throws {
        let pair = ["shrinking-1.complete", "shrinking-2.complete"].map(misbehaviour)
        let convicted = try await judge(pair[0], pair[1], "--json")
        #expect(convicted.status == 0, "\(convicted.words)")
        let object = try #require(convicted.objects.first)
        #expect(object["convicts"] as? Bool == true && object["what"] as? String == "shrinking")
        #expect(object["index"] as? Int == 20)
        let good = ["nothing-missing-1.complete", "nothing-missing-2.colophon"].map(misbehaviour)
        let nobody = try await judge(good[0], good[1])
        #expect(nobody.status == 1 && nobody.output.contains("CONVICTS NOBODY"))
    }

    @Test func anIndexIsJudgedByAKit() async throws {
        let pair = ["omission-1.complete", "omission-2.colophon"].map(misbehaviour)
        let policy = Self.schemas.appending(path: "misbehaviour/logs.policy").path()
        let wrong = try await shop.colophon(
            "verify-misbehaviour", pair[0], pair[1], "--policy", policy)
        #expect(wrong.status == 2 && wrong.words.contains("--trust KIT"), "\(wrong.words)")
        try Data([0x82, 0x01]).write(to: shop.url("broken.complete"))
        let broken = try await judge("broken.complete", pair[1])
        #expect(broken.status == 2 && broken.words.contains("shows nothing of an index"))
    }

    @Test func theCardSaysWhatIsListed() async throws {
        try copy("corpus/complete.colophon", to: "photo.colophon")
        let kit = Self.schemas.appending(path: "corpus/kits/good").path()
        let card = try await shop.colophon(
            "show", "photo.colophon", "--artifact", "photo", "--trust", kit)
        #expect(card.status == 0, "\(card.words)")
        #expect(words(card).contains("[P] Complete proven: entry 4 alone names this file"))
        let unchecked = try await shop.colophon("show", "photo.colophon")
        #expect(words(unchecked).contains("carries 1; proofs that a listing is complete are not"))
    }

    @Test func proofsThatAreNamedTogetherAreHeldToEachOther() async throws {
        for name in ["shrinking-1.complete", "shrinking-2.complete"] {
            let alone = try await verify("--complete", misbehaviour(name))
            #expect(alone.status == 0, "\(alone.output)")
        }
        let pair = ["shrinking-1.complete", "shrinking-2.complete"].map(misbehaviour)
        let both = try await verify("--complete", pair[0], "--complete", pair[1])
        #expect(both.status == 1, "\(both.output)")
        #expect(words(both).contains("contradict each other (shrinking)"))
    }

    /// A proof that one record carries is held to the other records, with no flag.
    @Test func aProofInARecordIsHeldToTheOtherRecords() async throws {
        try copy("misbehaviour/index/in-a-record-1.colophon", to: "other.colophon")
        let alone = try await verify("--record-only", "other.colophon")
        #expect(alone.status == 0, "\(alone.output)")
        let both = try await verify("--record-only", "other.colophon", "photo.colophon")
        #expect(both.status == 1, "\(both.output)")
        #expect(words(both).contains("entry 4 belongs to the thread urn:example:thread and is"))
    }

    @Test func whatIsNoWorkIsSaidToBeNone() async throws {
        try copy("misbehaviour/index/nothing-missing-1.complete", to: "photo.complete")
        let work = try await verify("photo.complete")
        #expect(work.status == 2 && work.words.contains("--complete FILE names one"))
        let one = try await judge("photo.complete")
        #expect(one.status == 2 && one.words.contains("are judged together"), "\(one.words)")
        let signer = try await verify(
            "--complete", "photo.complete", "--issuer", "https://pops.example/berlin")
        #expect(signer.status == 2 && signer.words.contains("about works, and none is named"))
    }

    /// A long name leaves the words their lines.
    @Test func theWordsHaveRoomBesideALongName() async throws {
        let name = String(repeating: "long", count: 30) + ".complete"
        try copy("misbehaviour/index/nothing-missing-1.complete", to: name)
        let verdict = try await verify("--complete", name)
        #expect(verdict.status == 0, "\(verdict.output)")
        let lines = verdict.output.split(separator: "\n")
        #expect(lines.dropFirst().allSatisfy { $0.count <= 80 } && lines.count < 9, "\(lines)")
    }

    /// A file that was named by mistake says nothing of a work.
    @Test func aFileThatIsNoProofIsNamedAndNoWorkIsCalledFalse() async throws {
        try shop.write("", to: "empty")
        try Data([0x82, 0x01]).write(to: shop.url("cut.complete"))
        for (name, said) in [
            ("empty", "is empty"), ("photo", "is no proof of completeness: "),
            ("cut.complete", "is no proof of completeness: "),
            ("photo.colophon", "is a record, and no proof of completeness"),
        ] {
            for works in [["photo"], []] {
                let verdict = try await verify(works + ["--complete", name])
                #expect(verdict.status == 2 && verdict.output.isEmpty, "\(verdict.output)")
                #expect(verdict.words.contains("\(name): \(said)"), "\(verdict.words)")
                #expect(verdict.words.contains("hint: "), "\(verdict.words)")
            }
        }
    }

    /// "No entry names this file" would be true of them, and would seem to be said of the work.
    @Test func completeRefusesWhatIsNoWork() async throws {
        let good = Self.schemas.appending(path: "corpus/kits/good").path()
        try copy("misbehaviour/index/nothing-missing-1.complete", to: "photo.complete")
        try copy("misbehaviour/index/nothing-missing-1.complete", to: "renamed-proof")
        try copy("corpus/photo.colophon", to: "renamed-record")
        try shop.write("", to: "empty.jpg")
        try shop.write("", to: "cut.colophon")
        try shop.write("", to: "trust.colophon-kit")
        for (name, said) in [
            ("photo.colophon", "is a record, and no work"),
            ("renamed-record", "is a record, and no work"),
            ("cut.colophon", "is a record, and no work"),
            ("photo.complete", "is a proof of completeness, and no work"),
            ("renamed-proof", "is a proof of completeness, and no work"),
            ("trust.colophon-kit", "is a trust kit, and no work"), ("empty.jpg", "is empty"),
        ] {
            // A ledger that nobody reaches: it is not asked.
            let asked = try await shop.colophon(
                "complete", name, "--trust", good, "--ledger", "https://127.0.0.1:9/x")
            #expect(asked.status == 2 && asked.output.isEmpty, "\(asked.output)")
            #expect(asked.words.contains("\(name): \(said)"), "\(asked.words)")
            #expect(asked.words.contains("hint: "), "\(asked.words)")
        }
    }

    @Test func whatIsNotProvenSaysSo() async throws {
        try copy("misbehaviour/index/not-logged-1.complete", to: "photo.complete")
        let verdict = try await verify("photo", "--complete", "photo.complete")
        #expect(verdict.status == 0, "\(verdict.output)")
        #expect(words(verdict).contains("NOT PROVEN: its index head:"), "\(verdict.output)")
    }
}
