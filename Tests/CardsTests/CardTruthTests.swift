import Cards
import Encoding
import Foundation
import Manifests
import Merkle
import Provenance
import TestLog
import TestSupport
import Testing

/// A card says no more of a key than the kit can know, and overlooks nothing that is taken back.
@Suite struct CardTruthTests {
    private var scene: CardScene

    init() throws { scene = try CardScene() }

    /// Signs a work that no log has.
    private mutating func unlogged(
        _ name: String, event: Text = "capture", from parents: [JSON] = []
    ) throws -> TransparentStatement {
        let members: [(Text, JSON)] =
            [("event", .string(event))] + (parents.isEmpty ? [] : [("parents", .array(parents))])
        let manifest = try scene.log.manifest(name, members)
        return try TransparentStatement(
            scene.log.draft(manifest).sign(with: scene.log.pop), manifest: manifest.bytes)
    }

    /// Revokes the key of Berlin, with its entries from this size on suspect.
    private mutating func revoke(suspectFrom size: UInt64? = nil) throws {
        let key = scene.log.pop.publicKey
        try scene.log.apply(scene.log.adding(key, .revoke, suspectFrom: size))
    }

    private func view(
        _ record: TransparentStatement, by kit: TrustKit
    ) -> CardView {
        let report = Verifier(kit).verify(file: record.encoded(), artifact: nil, recordOnly: true)
        return CardView(of: record, CardView.Context(name: "photo.colophon", report: report))
    }

    private func line(_ view: CardView, _ label: CardWord) -> CardLine? {
        view.state.first { $0.label == label }
    }

    private func says(_ history: WorkHistory, _ row: Int, _ word: CardWord) -> Bool {
        history.rows[row].lines.contains { $0.sentence.word == word }
    }

    // MARK: - The key

    /// The key was revoked, and nothing shows that this was logged before.
    @Test mutating func aRevokedKeyIsNotSaidToBeValidWhereTheRecordStandsNowhere() throws {
        let record = try unlogged("photo")
        try revoke()
        let view = try scene.view(record)
        let key = try #require(line(view, .key))
        #expect(key.origin == .unknown && key.sentence.word == .isUnknown)
        #expect(line(view, .signer)?.sentence.word == .signedWithKeyOf)
        guard case .withKeyOf(_, .other(let words)) = view.history.steps[0].signer else {
            Issue.record("\(view.history.steps[0].signer)")
            return
        }
        #expect(words.contains("no receipt shows that this was logged before"))
        let text = CardText(view).text
        #expect(!text.contains("valid for this entry") && !text.contains("signed by"))
    }

    @Test mutating func aRecordInNoLogHasAKeyThatIsValidNowhere() throws {
        let view = try scene.view(unlogged("photo"))
        #expect(view.state[0].sentence == CardSentence(.unproven, [.word(.noReceipt)]))
        let key = try #require(line(view, .key))
        #expect(key.origin == .unknown && key.sentence.word == .keyUnplaced)
        #expect(
            view.history.steps[0].signer == .withKeyOf(MemoryLedger.berlin, .unplaced))
        #expect(CardText(view, in: .german).text.contains("keine Quittung"))
    }

    /// A kit that is older than an entry does not know what was decided up to it.
    @Test mutating func aKitThatIsOlderThanTheEntrySaysSo() throws {
        let old = try scene.log.kit()
        let record = try scene.work("photo")
        let view = view(record, by: old)
        let key = try #require(line(view, .key))
        #expect(key.origin == .unknown && key.sentence.word == .keyOlder)
        #expect(view.state.last?.sentence.word == .newerThanKit)
        #expect(
            view.history.steps[0].signer
                == .withKeyOf(MemoryLedger.berlin, .olderKit(old.size)))
        let now = try scene.view(record)
        #expect(line(now, .key)?.sentence.word == .keyAdded)
        #expect(!now.state.contains { $0.sentence.word == .newerThanKit })
        #expect(now.history.steps[0].signer == .verified(MemoryLedger.berlin))
    }

    @Test mutating func whoeverSignedWithASuspectKeyIsNotSaidToBeItsOwner() throws {
        let record = try scene.work("photo")
        try revoke(suspectFrom: 4)
        let view = try scene.view(record)
        #expect(line(view, .signer)?.sentence.word == .signedWithKeyOf)
        let text = CardText(view).text
        #expect(text.contains("SUSPECT, signed with the key of \(MemoryLedger.berlin)"))
        #expect(!text.contains("signed by \(MemoryLedger.berlin)"))
    }

    // MARK: - What is taken back

    @Test(arguments: [true, false])
    mutating func aWithdrawalStandsBelowTheVerdict(checked: Bool) throws {
        let first = try scene.work("photo")
        let gone = try scene.work(
            "gone", event: "withdraw",
            from: [CardScene.parent(first), CardScene.parent(file: "other")])
        let view = try scene.view(gone, checked: checked)
        #expect(view.state[1].label == .withdrawal && view.state[2].label == .none)
        #expect(
            view.state[1...2].map(\.sentence.word) == [.stepWithdraws, .stepWithdrawsFile])
        #expect(CardPage(view).page.contains("<strong>WITHDRAWS entry"))
        let unnamed = try scene.work("unnamed", event: "withdraw")
        #expect(try scene.view(unnamed).state[1].sentence.word == .withdrawsUnnamed)
        #expect(try scene.view(first).state[1].label == .work)
    }

    /// Who looks at the first record learns at its top what became of it.
    @Test mutating func whatTookARecordBackStandsBelowItsVerdict() throws {
        let first = try scene.work("photo")
        let gone = try scene.work("gone", event: "withdraw", from: [CardScene.parent(first)])
        let mended = try scene.work("mended", event: "correct", from: [CardScene.parent(first)])
        let history = try scene.history([first, gone, mended])
        let view = try scene.view(first, history: history)
        #expect(view.state[1...2].map(\.label) == [.withdrawal, .correction])
        #expect(view.state[1...2].map(\.sentence.word) == [.withdrawnBy, .correctedBy])
        #expect(view.state[1].origin == .stated)
    }

    /// A thief can sign a withdrawal, too.
    @Test mutating func aWithdrawalByASuspectKeyIsInDoubt() throws {
        let first = try scene.work("photo")
        let gone = try scene.work("gone", event: "withdraw", from: [CardScene.parent(first)])
        try revoke(suspectFrom: 5)
        let history = try scene.history([first, gone])
        #expect(says(history, 0, .withdrawnByDoubtful) && !says(history, 0, .withdrawnBy))
    }

    /// What is in no log takes nothing back, whoever signed it.
    @Test mutating func aCorrectionThatIsNotLoggedIsInDoubt() throws {
        let first = try scene.work("photo")
        let mended = try unlogged("mended", event: "correct", from: [CardScene.parent(first)])
        let history = try scene.history([first, mended])
        #expect(says(history, 0, .correctedByDoubtful) && !says(history, 0, .correctedBy))
    }

    /// Of two signers that are not known nobody can say that they are not one.
    @Test mutating func signersThatAreNotKnownAreNotSaidToBeOthers() throws {
        let first = try scene.work("photo")
        let gone = try scene.work("gone", event: "withdraw", from: [CardScene.parent(first)])
        func step(_ record: TransparentStatement) throws -> HistoryStep {
            HistoryStep(record.statement, nil, try record.manifest.map { try Manifest($0) })
                .resolving { _ in .step(first.statement.id) }
        }
        let history = WorkHistory(
            of: first.statement.id, [try step(first), try step(gone)], in: .record)
        #expect(says(history, 0, .withdrawnByDoubtful))
        // One is known, the other is not.
        let mixed = WorkHistory(
            of: first.statement.id, [try scene.step(first), try step(gone)], in: .record)
        #expect(says(mixed, 0, .withdrawnByDoubtful) && !says(mixed, 0, .withdrawnByOther))
        #expect(!HistoryText(mixed).text.contains("somebody else"))
    }

    @Test mutating func aFileThatIsWithdrawnIsCalledAFile() throws {
        let gone = try scene.work(
            "gone", event: "withdraw", from: [CardScene.parent(file: "photo")])
        let text = HistoryText(
            WorkHistory(of: gone.statement.id, [try scene.step(gone)], in: .record)
        ).text
        #expect(text.contains("WITHDRAWS the file SHA-256") && !text.contains("entry SHA-256"))
    }

    // MARK: - The rest of a history

    @Test mutating func twoRecordsOfOneCopyNameEachOther() throws {
        let one = try scene.copy("one")
        let two = try scene.copy("two")
        let other = try scene.work("other")
        let history = try scene.history([one, two, other])
        #expect(says(history, 0, .sameCopy) && says(history, 1, .sameCopy))
        #expect(!says(history, 2, .sameCopy))
        let text = HistoryText(history).text
        #expect(text.contains("entry 5 states the same copy"))
    }

    /// A record that was kept still has what the ledger has erased.
    @Test mutating func anErasureIsSaidThoughTheManifestIsAtHand() throws {
        let record = try scene.work("photo")
        try scene.log.erase([4])
        let history = try scene.history([record])
        let line = try #require(
            history.rows[0].lines.first { $0.sentence.word == .stepErased })
        #expect(line.origin == .proven)
        #expect(says(history, 0, .stepSays))
        let step = JSON.object(HistoryJSON(history).object)["steps"]?.array?.first
        #expect(step?["manifest"]?.text == "ok" && step?["erasedBy"]?.integer == 5)
    }

    @Test mutating func aHistoryThatIsNewerThanItsKitSaysSo() throws {
        let record = try scene.work("photo")
        let history = WorkHistory(
            of: record.statement.id, [try scene.step(record)],
            in: .ledger(origin: "ledger.example/prints", size: 9), judgedAt: 5)
        #expect(HistoryText(history).text.contains("keys are judged as of tree size 5"))
        #expect(JSON.object(HistoryJSON(history).object)["judgedAt"]?.integer == 5)
    }

    // MARK: - Text that shows nothing, and too much of it

    @Test(arguments: [" ", "\u{A0}\u{3000}", "\u{2003} "])
    mutating func aTitleThatShowsNothingIsSaidToBeBlank(title: String) throws {
        let record = try scene.work(
            "photo", title: Text(title), [("creator", ["name": .string(Text(title))])])
        let view = try scene.view(record)
        #expect(CardPage(view).page.contains("<h1 lang=\"en\"><bdi>(blank)</bdi></h1>"))
        #expect(CardPage(view).page.contains("<title>(blank)</title>"))
        #expect(HistoryText(view.history).text.contains("capture: \"(blank)\" by (blank)"))
        #expect(HistoryText(view.history, in: .french).text.contains("\"(vide)\""))
    }

    /// A mark that combines would be drawn on the quotation mark before it.
    @Test(arguments: ["\u{301}x", "\u{338}\u{20DD}", "\u{903}"])
    mutating func aMarkAtTheBeginningOfATextIsDrawnOnNothingOfOurs(title: String) throws {
        let record = try scene.work("photo", title: Text(title))
        let view = try scene.view(record)
        let shown = Array("\"\u{25CC}\(title)\"".utf8)
        #expect(Array(HistoryText(view.history).text.utf8).firstRange(of: shown) != nil)
        let heading = Array("<bdi>\u{25CC}\(title)</bdi></h1>".utf8)
        #expect(Array(CardPage(view).page.utf8).firstRange(of: heading) != nil)
    }

    /// Neither line breaks nor words push anything out of sight.
    @Test(arguments: [
        ShownText("x" + String(repeating: "\n", count: 60_000) + "y"),
        ShownText(String(repeating: "a\n", count: 30_000)),
        ShownText(String(repeating: "潮", count: 50_000)),
        ShownText(String(repeating: "\u{202E}", count: 65_000)),
    ])
    mutating func aLongTextDoesNotHideTheRestOfACard(text: ShownText) throws {
        let first = try scene.work("photo")
        let record = try scene.copy(
            "print", text: Text(text.string), from: [CardScene.parent(first)])
        let view = try scene.view(record)
        for language in CardLanguage.allCases {
            let card = CardText(view, in: language).text
            expectLaidOut(card, language)
            #expect(card.split(separator: "\n").count < 1_600)
        }
        let card = CardText(view).text
        let cut = try #require(
            card.range(of: "more lines, which are not shown here: --json has all\n"))
        for label in ["Edition", "Drop", "Made from", "Files", "SHA-256", "Type"] {
            let line = "\n[S] " + label.padding(toLength: 12, withPad: " ", startingAt: 0)
            #expect(card[cut.lowerBound...].contains(line), "\(label)")
        }
        let page = CardPage(view).page
        #expect(page.components(separatedBy: "<dd>").count < 1_700)
        #expect(page.contains("<dt>Edition</dt>"))
    }

    @Test mutating func aPageOfOnesOwnCountsTheLinesThatItDoesNotShow() throws {
        let text = Text(String(repeating: "a\n", count: 30_000))
        let page = CardPage(try scene.view(scene.work("photo", text: text))).page
        #expect(page.contains("28501 more lines, which are not shown here"))
    }

    /// Words of closed lists are ours, and so they are translated.
    @Test mutating func closedListsOfAllTypesAreTranslated() throws {
        let manifest = try scene.log.adding(scene.rome.publicKey, .revoke)
        let wording = try #require(CardLanguage.german.table.wording)
        #expect(Card.text(of: manifest).contains("[S] Operation   revoke\n"))
        #expect(Card.text(of: manifest, in: wording).contains("[S] Vorgang     Widerruf\n"))
    }
}
