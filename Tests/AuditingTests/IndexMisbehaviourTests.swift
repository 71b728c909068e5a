import Auditing
import Encoding
import Files
import IndexMap
import LogReader
import Merkle
import Provenance
import TestLog
import Testing

/// What an audit finds of an index it shows to everybody, where the ledger's own signatures do.
@Suite struct IndexMisbehaviourTests {
    private let scene: AuditScene

    init() throws { scene = try AuditScene(entries: 12) }

    private func audit() async throws -> AuditReport {
        try scene.show()
        return try await scene.audit()
    }

    /// What a file in the state convicts the ledger of, by the kit of the audit.
    private func convicted(_ shown: AuditReport.Misbehaviour) throws -> IndexConviction {
        let folder = try Folder(scene.statePath)
        let bytes = try #require(try folder.read(shown.file, limit: 1 << 22))
        let evidence = try IndexEvidence(bytes)
        #expect(evidence.isEntryWithProof)
        return try IndexJudge(scene.kit).convict(evidence, evidence)
    }

    /// Expects that one file shows the finding at an entry, and returns what it convicts of.
    private func expectShown(_ report: AuditReport, at index: UInt64) throws -> String {
        #expect(report.misbehaviour.map(\.entry) == [index], "\(report.unchecked)")
        let shown = try #require(report.misbehaviour.first)
        #expect(shown.file.hasPrefix("index-\(index)-") && shown.file.hasSuffix(".misbehaviour"))
        #expect(!report.unchecked.contains { $0.contains("can be shown to others") })
        return try convicted(shown).kind.word
    }

    private func expectNotShown(_ report: AuditReport, _ words: String) throws {
        #expect(report.misbehaviour.isEmpty)
        #expect(
            report.unchecked.contains {
                $0.contains("can be shown to others") && $0.contains(words)
            }, "\(report.unchecked)")
        #expect(try !scene.files().contains { $0.hasSuffix(".misbehaviour") })
    }

    /// The rules of index.md §9 that two heads show (misbehaviour.md §6).
    @Test(
        arguments: [
            (.otherMap, "two-roots"), (.coversNoMore, "chain"), (.sameNumber, "chain"),
            (.otherPrevious, "chain"), (.earlier, "chain"), (.secondChain, "chain"),
        ] as [(HeadFault, String)])
    func twoHeadsThatContradictEachOtherConvict(fault: HeadFault, word: String) async throws {
        let index = try scene.ledger.addIndexHeads(second: fault)
        let report = try await audit()
        #expect(report.rules.contains(.index))
        #expect(try expectShown(report, at: index) == word)
    }

    @Test func aTypeThatIsNotOnTheClosedListConvicts() async throws {
        try scene.ledger.addIndexHead()
        let index = try scene.ledger.add(type: "application/vnd.colophon.statement.v2+cose")
        #expect(try expectShown(await audit(), at: index) == "typ")
    }

    /// The kit has a checkpoint of that size, or somebody has dated one.
    @Test(arguments: [true, false])
    func aHeadThatNamesAnotherTreeConvicts(hasKit: Bool) async throws {
        let (index, size) = (scene.ledger.size, scene.ledger.size)
        if hasKit { scene.kit = try scene.ledger.kit() }
        try scene.ledger.addIndexHead { $0.with(tree: .sha256([1])) }
        try scene.ledger.addPrints()
        if !hasKit {
            try expectNotShown(try await audit(), "nobody has dated the head of size 12")
            let receipt = try scene.ledger.head(size)
            let head = CBOR.array([
                .unsigned(scene.ledger.time(of: size)), .bytes(scene.ledger.root(size).bytes),
                .bytes(receipt.note), .bytes(receipt.protected), .bytes(receipt.signature),
            ])
            let key: [UInt8] = [0, 0, 0, 0, 0, 0, 0, UInt8(size)]
            try scene.show()
            scene.log[StaticLayout.anchors(0)] =
                CBOR.bytes(key).encoded() + CBOR.bytes(head.encoded()).encoded()
        } else {
            try scene.show()
        }
        #expect(try expectShown(await scene.audit(), at: index) == "other-tree")
    }

    // MARK: - A wrong map

    /// Logs a head whose map leaves an entry out, and has the ledger prove by it.
    private func logWrongMap(
        without entry: UInt64, more: Int = 0
    ) throws -> (index: UInt64, map: NaiveIndex) {
        try scene.ledger.addPrints(more)
        let map = try scene.ledger.addIndexHead(without: entry)
        return (scene.ledger.size - 1, map)
    }

    private func answer(by map: NaiveIndex) throws {
        let head = try #require(scene.ledger.indexHeads.last?.head)
        let whole = try scene.ledger.transparent(head)
        scene.hooks.askComplete = { name in
            let proof = map.proof(of: name)
            guard let complete = try? CompleteProof(whole, [proof]) else {
                return .none("no proof could be made")
            }
            return .proof(complete)
        }
    }

    /// In maps of one bucket, of some, and of lists and many.
    @Test(arguments: [0, 30, 90, 400])
    func anEntryThatAMapLeavesOutIsFoundAndConvicts(more: Int) async throws {
        let entry: UInt64 = more > 60 ? 47 : 9
        let (index, map) = try logWrongMap(without: entry, more: more)
        try answer(by: map)
        let report = try await audit()
        #expect(try expectShown(report, at: index) == "omission")
        let shown = try #require(report.misbehaviour.first)
        guard case .omission(entry, _) = try convicted(shown).kind else {
            Issue.record("\(try convicted(shown))")
            return
        }
    }

    @Test func withoutTheLedgersProofsAWrongMapIsNotShown() async throws {
        _ = try logWrongMap(without: 9)
        try expectNotShown(try await audit(), "only the ledger's own proofs show it")
        scene.hooks.askComplete = { _ in .none("the ledger gives no proofs of completeness") }
        try expectNotShown(try await scene.audit(), "gives no proofs of completeness")
        // It goes on, and gives proofs by a newer head alone.
        try scene.ledger.addPrints()
        try scene.ledger.addIndexHead()
        try answer(by: scene.ledger.map(scene.ledger.size - 1))
        try expectNotShown(try await audit(), "newest index head is another one by now")
    }

    /// A map that lists too much leaves nothing out.
    @Test func aMapThatListsMoreConvictsNobody() async throws {
        let more = IndexRecord(key: IndexName.work("nothing").key, index: 5)
        try answer(by: scene.ledger.addIndexHead(without: nil, with: [more]))
        let report = try await audit()
        #expect(report.rules == [.index])
        try expectNotShown(report, "it may list more than there")
    }

    // MARK: - Many findings

    /// Logs heads each of which says a map that no entries have.
    private func logWrongMaps(_ count: Int) throws {
        for _ in 0..<count {
            try scene.ledger.addPrints()
            try scene.ledger.addIndexHead(map: .sha256([9]))
        }
    }

    /// All but the newest head are no longer the newest when an audit asks for proofs.
    @Test func ofManyWrongMapsTheNewestConvictsAndItsFileStaysNamed() async throws {
        try logWrongMaps(66)
        let (index, map) = try logWrongMap(without: 9, more: 1)
        try answer(by: map)
        let report = try await audit()
        #expect(report.findings.counts[.index] == 67, "\(report.findings.counts)")
        #expect(report.misbehaviour.map(\.entry) == [index], "\(report.unchecked)")
        let shown = try #require(report.misbehaviour.first)
        #expect(try convicted(shown).kind.word == "omission")
        // Its doubt leaves, because so many newer ones come.
        try logWrongMaps(17)
        let folder = try Folder(scene.statePath)
        for name in ["index-5-x.misbehaviour", "index-05-0123456789abcdef.misbehaviour"] {
            try folder.write([], to: name, .new(.secret))
        }
        let later = try await audit()
        #expect(later.misbehaviour == [shown])
        #expect(!later.unchecked.contains { $0.contains("found at entry \(index) ") })
    }

    @Test func manyWrongMapsTakeNoRoomOfOtherFindings() async throws {
        try logWrongMaps(66)
        #expect(try await audit().misbehaviour.isEmpty)
        try scene.ledger.addPrints()
        let index = try scene.ledger.addIndexHeads(second: .sameNumber)
        let report = try await audit()
        #expect(report.misbehaviour.map(\.entry) == [index], "\(report.unchecked)")
        let shown = try #require(report.misbehaviour.first)
        #expect(try convicted(shown).kind.word == "chain")
    }

    /// Puts 64 findings of one kind into the state, as an older version kept them; nothing shows
    /// any of them.
    private func fillDoubts(ofKind kind: UInt64) throws {
        let folder = try Folder(scene.statePath)
        let text = try #require(try folder.read("state", limit: 1 << 24))
        var object = try #require(try JSON.decode(Array(text.split(separator: 10)[0])).object)
        let bytes = try #require(object["index"]?.text.flatMap { Base64.decode($0.string) })
        var parts = try #require(try CBOR.decode(bytes).arrayValue)
        parts[11] = .array(
            Array(repeating: .array([.unsigned(kind), .unsigned(5), .unsigned(4)]), count: 64))
        object["index"] = .string(Text(Base64.encode(CBOR.array(parts).encoded())))
        let line = JSON.object(object).encoded()
        let digest = Array(Hex.encode(Hash.sha256(line).bytes).utf8)
        try folder.write(line + [10] + digest + [10], to: "state", .replacing(.secret))
    }

    @Test(arguments: [0, 1, 2] as [UInt64])
    func aStateThatIsFullOfOldFindingsShowsNewOnes(kind: UInt64) async throws {
        try scene.ledger.addIndexHead()
        #expect(try await audit().outcome == .clean)
        try fillDoubts(ofKind: kind)
        let index: UInt64
        if kind == 2 {
            try scene.ledger.addPrints()
            index = try scene.ledger.addIndexHeads(second: .sameNumber)
        } else {
            let wrong = try logWrongMap(without: 9, more: 1)
            try answer(by: wrong.map)
            index = wrong.index
        }
        // What was written is read, and written again.
        for _ in 0..<2 {
            let report = try await audit()
            #expect(report.misbehaviour.map(\.entry) == [index], "\(report.unchecked)")
            let shown = try #require(report.misbehaviour.first)
            #expect(try convicted(shown).kind.word == (kind == 2 ? "chain" : "omission"))
        }
    }

    /// A ledger may have a wrong map in each new head: its files do not fill the disk.
    @Test func whereManyFilesConvictAWrongMapGetsNoneAndOtherFindingsDo() async throws {
        let (index, map) = try logWrongMap(without: 9)
        scene.hooks.askComplete = { _ in .none("the ledger gives no proofs of completeness") }
        #expect(try await audit().misbehaviour.isEmpty)
        let folder = try Folder(scene.statePath)
        for entry in 1_000..<1_128 {
            try folder.write(
                [], to: "index-\(entry)-0123456789abcdef.misbehaviour", .new(.secret))
        }
        try answer(by: map)
        let report = try await audit()
        #expect(report.misbehaviour.count == 128)
        #expect(
            report.unchecked.contains {
                $0.contains("found at entry \(index) ")
                    && $0.contains("128 files convict the ledger already")
            }, "\(report.unchecked)")
        try scene.ledger.addPrints()
        let other = try scene.ledger.addIndexHeads(second: .sameNumber)
        let entries = try await audit().misbehaviour.map(\.entry)
        #expect(entries.count == 129 && entries.first == other)
    }

    // MARK: - Receipts

    @Test func whereNoReceiptIsToBeHadTheReportSaysSo() async throws {
        try scene.ledger.addIndexHeads(second: .otherMap)
        try scene.show()
        scene.log.remove(StaticLayout.indexHead)
        try expectNotShown(
            try await scene.audit(), "the source has no index head with a receipt")
        // A later run has it, and no run writes it again.
        let shown = try await audit().misbehaviour
        #expect(shown.count == 1)
        #expect(try await audit().misbehaviour == shown)
        scene.log.remove(StaticLayout.indexHead)
        #expect(try await scene.audit().misbehaviour == shown)
    }

    /// A ledger goes on while it is audited: the receipt is of a newer head than was read.
    @Test func aReceiptOfANewerHeadServes() async throws {
        let index = try scene.ledger.addIndexHeads(second: .otherMap)
        let checkpoint = try scene.ledger.noteBytes(scene.ledger.size)
        let before = try MemoryLog(scene.ledger)
        try scene.ledger.addPrints(5)
        try scene.show()
        // The partial files of both are there.
        for name in before.names where scene.log[name] == nil { scene.log[name] = before[name] }
        scene.log[StaticLayout.checkpoint] = checkpoint
        scene.log[StaticLayout.control] = before[StaticLayout.control]
        #expect(try expectShown(await scene.audit(), at: index) == "two-roots")
    }

    /// A note in the folder that convicts of an index is none of a fork.
    @Test func theFilesAreNotTakenForForks() async throws {
        try scene.ledger.addIndexHeads(second: .otherMap)
        _ = try await audit()
        let again = try await audit()
        #expect(!again.unchecked.contains { $0.contains("convicts nobody") })
        #expect(!again.rules.contains(.fork))
        let json = try #require(again.json["misbehaviour"]?.array?.first?.object)
        let file = try #require(again.misbehaviour.first?.file)
        #expect(json["file"]?.text == Text("\(scene.statePath)/\(file)"))
    }
}
