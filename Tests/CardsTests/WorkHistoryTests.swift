import Cards
import Encoding
import Foundation
import Manifests
import Provenance
import TestLog
import Testing

/// A history as a tree, and what it says of each parent.
@Suite struct WorkHistoryTests {
    private var scene: CardScene

    init() throws { scene = try CardScene() }

    private func says(_ history: WorkHistory, _ row: Int, _ word: CardWord) -> Bool {
        history.rows[row].lines.contains { $0.sentence.word == word }
    }

    @Test mutating func eachStepHangsBelowTheOneItWasMadeFrom() throws {
        let capture = try scene.work("photo")
        let edit = try scene.work("edit", event: "edit", from: [CardScene.parent(capture)])
        let copy = try scene.work("copy", event: "issue", from: [CardScene.parent(edit)])
        let other = try scene.work("crop", event: "edit", from: [CardScene.parent(capture)])
        let history = try scene.history([copy, other, edit, capture])
        #expect(history.rows.map(\.step.entry) == [capture, edit, copy, other].map(\.statement.id))
        #expect(history.rows.map(\.depth) == [0, 1, 2, 1])
        #expect(history.rows.map(\.isAsked) == [false, false, true, false])
        let text = HistoryText(history).text
        #expect(text.contains("\n[P] entry 4, logged by"))
        #expect(text.contains("\n[P] |- entry 5, logged by"))
        #expect(text.contains("\n[P] |  `- entry 6, logged by"))
        #expect(text.contains("(this one)") && text.contains("\n[P] `- entry 7, logged by"))
    }

    @Test mutating func aWithdrawalAndACorrectionAreShownAtBoth() throws {
        let first = try scene.work("photo")
        let gone = try scene.work("gone", event: "withdraw", from: [CardScene.parent(first)])
        let mended = try scene.work("mended", event: "correct", from: [CardScene.parent(first)])
        let history = try scene.history([first, gone, mended])
        #expect(says(history, 0, .withdrawnBy) && says(history, 0, .correctedBy))
        #expect(says(history, 1, .stepWithdraws) && says(history, 2, .stepCorrects))
        let text = HistoryText(history).text
        #expect(text.contains("WITHDRAWN by entry 5") && text.contains("WITHDRAWS entry 4"))
    }

    /// A flood of others' corrections does not hide that the signer has withdrawn the work.
    @Test mutating func theSignersOwnWordIsToldBeforeThatOfOthers() throws {
        let first = try scene.work("photo")
        var records = [first]
        for number in 0..<10 {
            records.append(
                try scene.work(
                    "other \(number)", event: "correct", from: [CardScene.parent(first)],
                    byRome: true))
        }
        let gone = try scene.work("gone", event: "withdraw", from: [CardScene.parent(first)])
        let history = try scene.history(records + [gone])
        let told = history.retractions(of: first.statement.id)
        #expect(told.count == 8)
        #expect(told.first?.entry == gone.statement.id && told.first?.isWithdrawal == true)
        #expect(told.map(\.taker) == [.signer] + Array(repeating: .other, count: 7))
        #expect(says(history, 0, .withdrawnBy))
        #expect(
            history.retractions(by: gone.statement.id).map(\.sentence.word) == [.stepWithdraws])
        #expect(history.retractions(by: first.statement.id).isEmpty)
        #expect(history.retractions(of: gone.statement.id).isEmpty)
    }

    /// Whoever has a key can say of anything that it is withdrawn.
    @Test mutating func aWithdrawalBySomebodyElseSaysWhoseItIs() throws {
        let first = try scene.work("photo")
        let foreign = try scene.work(
            "x", event: "withdraw", from: [CardScene.parent(first)], byRome: true)
        let history = try scene.history([first, foreign])
        #expect(says(history, 0, .withdrawnByOther) && !says(history, 0, .withdrawnBy))
        #expect(says(history, 1, .stepOtherSigner) && says(history, 1, .parentOther))
        #expect(HistoryText(history).text.contains("signed by somebody else: https://pops.ex"))
    }

    @Test mutating func aParentThatIsNotThereSaysWhy() throws {
        let lost = try scene.work("lost")
        let name = CardScene.parent(lost)
        let cases: [(HistoryParent.Finding, JSON, CardWord)] = [
            (.notInLog, name, .parentAbsent), (.beyondLimit, name, .parentUnread),
            (.notLookedUp, name, .parentUnseen),
            (.notInLog, CardScene.parent(file: "f"), .parentFileAbsent),
            (.beyondLimit, CardScene.parent(file: "f"), .parentFileUnread),
            (.notLookedUp, CardScene.parent(file: "f"), .parentFileUnseen),
        ]
        for (finding, parent, word) in cases {
            let record = try scene.work("edit", event: "edit", from: [parent])
            let history = WorkHistory(
                of: record.statement.id, [try scene.step(record, [finding])], in: .record)
            #expect(says(history, 0, word), "\(word)")
            let line = history.rows[0].lines.first { $0.sentence.word == word }
            #expect(line?.origin == .unknown)
        }
    }

    /// An entry's name is a digest that its own parents are in, so that only files can go round.
    @Test mutating func aCircleOfFilesIsSaidAndEnds() throws {
        let one = try scene.work("one", event: "edit", from: [CardScene.parent(file: "two")])
        let two = try scene.work("two", event: "edit", from: [CardScene.parent(file: "one")])
        let self3 = try scene.work("three", event: "edit", from: [CardScene.parent(file: "three")])
        let ids = [one, two, self3].map(\.statement.id)
        let history = WorkHistory(
            of: ids[0],
            [
                try scene.step(one, [.step(ids[1])]), try scene.step(two, [.step(ids[0])]),
                try scene.step(self3, [.step(ids[2])]),
            ], in: .record)
        #expect(history.rows.count == 3)
        let circles = history.rows.flatMap(\.lines).filter { $0.sentence.word == .parentCircle }
        #expect(circles.count == 2)
    }

    @Test mutating func aParentThatWasLoggedLaterSaysSo() throws {
        let early = try scene.work("early", event: "edit", from: [CardScene.parent(file: "late")])
        let late = try scene.work("late")
        let history = WorkHistory(
            of: early.statement.id,
            [
                try scene.step(early, [.step(late.statement.id)]), try scene.step(late),
            ], in: .record)
        #expect(says(history, 1, .parentLater))
    }

    @Test mutating func severalParentsHangInOnePlaceAndAreNamedInAll() throws {
        let part = try scene.work("part")
        let whole = try scene.work("whole")
        let edit = try scene.work(
            "edit", event: "edit",
            from: [CardScene.parent(part, "componentOf"), CardScene.parent(whole)])
        let history = try scene.history([edit, part, whole])
        #expect(history.rows.map(\.step.entry) == [part, whole, edit].map(\.statement.id))
        #expect(history.rows.map(\.depth) == [0, 0, 1])
        #expect(HistoryText(history).text.contains("also made from entry 4 (as a part of it)"))
    }

    /// Who signs decides how deep a history is and how many parents a step has.
    @Test mutating func aDeepHistoryStaysInItsColumns() throws {
        var records = [try scene.work("0")]
        for number in 1..<40 {
            records.append(
                try scene.work(
                    "\(number)", event: "edit", from: [CardScene.parent(records[number - 1])]))
        }
        let history = try scene.history(records, isCut: true)
        #expect(history.rows.map(\.depth) == Array(0..<40))
        expectLaidOut(HistoryText(history).text, .english)
        let page = HistoryPage(history).page
        #expect(page.components(separatedBy: "<ol").count - 1 == 9)
        #expect(
            page.components(separatedBy: "<ol").count == page.components(separatedBy: "</ol>").count
        )
        #expect(HistoryText(history).text.contains("[?] there is more: 40 entries were read,"))
    }

    /// What was found and not read is counted.
    @Test mutating func whatWasFoundAndNotReadIsCounted() throws {
        let record = try scene.work("photo")
        let history = WorkHistory(
            of: record.statement.id, [try scene.step(record)],
            in: .ledger(origin: "ledger.example/prints", size: 5), unread: 12)
        #expect(history.isCut)
        let text = HistoryText(history).text
        #expect(text.contains("[?] 12 more entries were found, and not read: 1 are the limit here"))
        #expect(!text.contains("there is more"))
    }

    /// A receipt that only shows the place of a step says no time that helps anybody.
    @Test mutating func aStepThatIsNotDatedNamesItsPlaceAlone() throws {
        let record = try scene.work("photo")
        let report = try scene.log.judge(record)
        let step = HistoryStep(record.statement, report, report.manifest, isDated: false)
        let text = HistoryText(WorkHistory(of: step.entry, [step], in: .record)).text
        #expect(text.contains(" entry 4\n"))
        #expect(!text.contains("logged by"))
    }

    @Test mutating func manyParentsAreCounted() throws {
        let parents = (0..<100).map { CardScene.parent(file: "part \($0)") }
        let record = try scene.work("mosaic", event: "edit", from: parents)
        let step = try scene.step(record)
        #expect(step.parents.count == HistoryLimit.parents && step.furtherParents == 68)
        let text = HistoryText(
            WorkHistory(of: record.statement.id, [step], in: .record)
        ).text
        #expect(text.contains("and 92 more parents"))
    }

    @Test mutating func actionsAreToldInPlainWords() throws {
        let record = try scene.work(
            "edit", event: "edit",
            [("actions", ["c2pa.cropped", "com.example.blur", "c2pa.color_adjustments"])])
        let history = try scene.history([record])
        #expect(
            HistoryText(history).text.contains(
                "what was done: cropped, com.example.blur, colours or exposure adjusted"))
        #expect(HistoryText(history, in: .german).text.contains("beschnitten, com.example.blur"))
    }

    /// An erased manifest is no empty one.
    @Test mutating func anErasedManifestSaysThatItWasErased() throws {
        var record = try scene.work("photo")
        try scene.log.erase([4])
        record.manifest = nil
        let history = WorkHistory(
            of: record.statement.id, [try scene.step(record)], in: .record)
        #expect(says(history, 0, .stepErased))
        let text = CardText(try scene.view(record)).text
        #expect(text.contains("[P] Manifest    the ledger has erased the manifest by entry 5"))
        #expect(text.contains("[?] What the erased manifest said."))
    }

    /// A path that leads elsewhere is no proof.
    @Test mutating func aProofThatDoesNotHoldIsNone() throws {
        let record = try scene.work("photo")
        let inclusion = try scene.log.proof(4, in: scene.log.size)
        let (leaf, root) = (scene.log.hashes[4], scene.log.root(scene.log.size))
        let proof = try #require(HistoryProof(leafHash: leaf, inclusion: inclusion, root: root))
        #expect(HistoryProof(leafHash: root, inclusion: inclusion, root: root) == nil)
        let report = try scene.log.judge(record)
        let step = HistoryStep(record.statement, report, report.manifest, proof: proof)
        let history = WorkHistory(of: step.entry, [step], in: .record)
        let json = JSON.object(HistoryJSON(history).object)
        #expect(json["steps"]?.array?.first?["proof"]?["index"]?.integer == 4)
    }
}
