import Auditing
import Checkpoints
import Encoding
import Files
import Manifests
import Merkle
import Provenance
import TestLog
import Testing

/// Each index head of a log is held to its place and to the map of the entries; what an audit
/// cannot compute is not checked, and never wrong.
@Suite struct IndexAuditTests {
    private let scene: AuditScene

    init() throws { scene = try AuditScene(entries: 12) }

    private func audit() async throws -> AuditReport {
        try scene.show()
        return try await scene.audit()
    }

    /// Logs a head that says the map without one entry.
    @discardableResult
    private func logWrongMap(without entry: UInt64 = 4) throws -> UInt64 {
        try scene.ledger.addIndexHead(without: entry)
        return scene.ledger.size - 1
    }

    private func isSilent(_ report: AuditReport) -> Bool {
        !report.unchecked.contains { $0.contains("index") }
    }

    // MARK: - Right

    /// Also where entries came between what a head covers and the head.
    @Test func aRightIndexIsCleanAndEachMapIsComputed() async throws {
        try scene.ledger.addIndexHead()
        try scene.ledger.addPrints(5)
        let covered = scene.ledger.size
        try scene.ledger.addPrints(3)
        try scene.ledger.addIndexHead(covered)
        let report = try await audit()
        #expect(report.outcome == .clean, "\(report.findings.kept)")
        #expect(report.extent.indexHeads == 2 && report.extent.maps == 2)
        #expect(isSilent(report), "\(report.unchecked)")
    }

    @Test func aLogWithoutHeadsHasNoneAndNothingIsSaidOfThem() async throws {
        let report = try await audit()
        #expect(report.outcome == .clean && report.extent.indexHeads == 0 && isSilent(report))
    }

    /// Buckets become branches and keys become lists on the way; each of it is seen by some head.
    @Test func eachOfManyHeadsIsComputed() async throws {
        for _ in 0..<80 {
            try scene.ledger.addPrints(2)
            try scene.ledger.addIndexHead()
        }
        let report = try await audit()
        #expect(report.outcome == .clean, "\(report.findings.kept)")
        #expect(report.extent.indexHeads == 80 && report.extent.maps == 80)
    }

    /// With room for a few keys and changes all is written, read and computed in parts.
    @Test func aMapThatTakesMoreMemoryThanThereIsIsComputedInParts() async throws {
        for _ in 0..<40 {
            try scene.ledger.addPrints(3)
            try scene.ledger.addIndexHead()
        }
        try scene.ledger.addPrints(1)
        let wrong = try logWrongMap()
        try scene.show()
        let log = AuditedLog(
            .ledger(origin: scene.kit.origin.text, genesis: scene.kit.genesis),
            looks: ["signatures", "manifests"])
        let bounds = FactBounds(
            names: 1 << 12, links: 1 << 10, erasures: 1 << 4, keys: 16, mapChanges: 20)
        let state = try AuditState(scene.statePath, of: log, bounds: bounds)
        let report = try await scene.audit(with: state)
        #expect(report.findings.kept.map(\.place) == [.entry(wrong)], "\(report.findings.kept)")
        #expect(report.extent.maps == 41)
    }

    // MARK: - Wrong

    @Test func aWrongMapIsFoundWithBothRootsAndTheNextHeadIsJudgedAlone() async throws {
        let index = try logWrongMap()
        try scene.ledger.addPrints(1)
        try scene.ledger.addIndexHead()
        let report = try await audit()
        #expect(report.outcome == .violations && report.rules == [.index])
        let finding = try #require(report.findings.kept.first)
        #expect(report.findings.kept.count == 1 && finding.place == .entry(index))
        let right = try scene.ledger.map(index).root
        let said = scene.ledger.indexHeads[0].head.map
        #expect(finding.detail.contains("\(right)") && finding.detail.contains("\(said)"))
        #expect(report.extent.maps == 2)
    }

    /// The rules of index.md §9, each broken once.
    @Test(
        arguments: [
            (.otherLedger, .signature, "another ledger"),
            (.otherKey, .signature, "must be the ledger key in force"),
            (.aboveLog, .index, "stand below it"),
            (.coversNoMore, .index, "the head before covers"),
            (.otherTree, .index, "names another tree"),
            (.otherChain, .index, "chain.id"),
            (.skippedNumber, .index, "chain.seq"),
            (.otherPrevious, .index, "chain.prev"),
            (.earlier, .index, "before that of the head before"),
            (.coversHeadsOnly, .index, "nothing new is covered"),
        ] as [(HeadFault, AuditRule, String)])
    func aHeadThatMayNotStandWhereItDoesIsFound(
        fault: HeadFault, rule: AuditRule, words: String
    ) async throws {
        let index = try scene.ledger.addIndexHeads(second: fault)
        let report = try await audit()
        #expect(report.rules == [rule] && report.outcome == .violations)
        let finding = try #require(report.findings.kept.first)
        #expect(finding.place == .entry(index) && report.findings.kept.count == 1)
        #expect(finding.detail.contains(words), "\(finding.detail)")
    }

    @Test func aFirstHeadThatNamesOneBeforeItIsFound() async throws {
        try scene.ledger.addIndexHead { draft in
            draft.with(
                chain: try Chain(id: draft.chain.id, sequence: 1, previous: .sha256([3])))
        }
        #expect(try await audit().rules == [.index])
    }

    /// An old ledger key signs no head once it is handed over.
    @Test func theKeyInForceIsThatOfTheEntriesBelowTheHead() async throws {
        try scene.ledger.addIndexHead()
        let new = try scene.ledger.values.ed25519("ledger 2")
        let change = LogKeyManifest(
            .ledger, old: Text(scene.ledger.ledger.publicKey.string),
            new: Text(new.publicKey.string), lastSize: scene.ledger.size)
        let manifest = try change.manifest(
            origin: scene.ledger.origin.text, nonce: scene.ledger.nonce())
        try scene.ledger.apply(
            manifest, by: scene.ledger.ledger, issuer: scene.ledger.uri)
        try scene.ledger.addIndexHead(by: new)
        try scene.ledger.addPrints(1)
        #expect(try await audit().outcome == .clean)
        let index = scene.ledger.size
        try scene.ledger.addIndexHead()
        let report = try await audit()
        #expect(report.rules == [.signature] && report.findings.kept.first?.place == .entry(index))
    }

    // MARK: - Not checked here

    /// Below the first head it may stand; nothing can be computed of it, so nothing is wrong.
    @Test(
        arguments: [
            "application/vnd.colophon.statement.v2+cose", "application/vnd.colophon.title.v1+cose",
        ] as [Text])
    func aMapThatCoversAnEntryOfAnUnknownTypeIsUnknownAndNotWrong(type: Text) async throws {
        try scene.ledger.add(type: type)
        try scene.ledger.addIndexHead(map: .sha256([9]))
        let report = try await audit()
        #expect(report.rules == [.newer] && report.outcome == .incomplete)
        #expect(report.extent.indexHeads == 1 && report.extent.maps == 0)
        #expect(
            report.unchecked.contains {
                $0.contains("the maps of 1 index head that cover entry 12")
            }, "\(report.unchecked)")
    }

    /// What does not cover it is computed all the same.
    @Test func aHeadBelowAnEntryOfAnUnknownTypeIsComputed() async throws {
        let size = scene.ledger.size
        let wrong = try scene.ledger.map(size, without: 3).root
        try scene.ledger.add(type: EntryType.title.type)
        try scene.ledger.addIndexHead(size) { $0.with(map: wrong) }
        let report = try await audit()
        #expect(report.rules == [.index, .newer] && report.extent.maps == 1)
    }

    /// A type that is reserved is on the closed list; another one is none that a ledger with an
    /// index may log (misbehaviour.md §6).
    @Test func aTypeThatIsNotOnTheClosedListIsAViolationAboveAHead() async throws {
        try scene.ledger.addIndexHead()
        try scene.ledger.add(type: EntryType.collection.type)
        #expect(try await audit().rules == [.newer])
        let index = try scene.ledger.add(type: "application/vnd.colophon.statement.v2+cose")
        let report = try await audit()
        #expect(report.rules == [.index, .newer] && report.outcome == .violations)
        let finding = report.findings.kept.first { $0.rule == .index }
        #expect(finding?.place == .entry(index))
        #expect(finding?.detail.contains("not on the closed list") == true)
    }

    @Test func anAuditThatGathersNoKeysSaysSoAndJudgesPlacesAllTheSame() async throws {
        try logWrongMap()
        scene.options.index = false
        let report = try await audit()
        #expect(report.findings.isEmpty && report.extent.maps == 0)
        #expect(report.unchecked.contains { $0.contains("was read without its keys") })
        // Those keys are not there later either, so no map is called right.
        scene.options.index = true
        try scene.ledger.addPrints(1)
        try scene.ledger.addIndexHead { $0.with(tree: .sha256([1])) }
        let later = try await audit()
        #expect(later.rules == [.index] && later.extent.maps == 0)
        #expect(later.unchecked.contains { $0.contains("the maps of 2 index heads") })
    }

    /// What a state of an older version has read it does not read again.
    @Test func aStateThatAnOlderVersionBeganCallsNoHeadRight() async throws {
        try logWrongMap()
        _ = try await audit()
        let folder = try Folder(scene.statePath)
        let text = try #require(try folder.read("state", limit: 1 << 24))
        let line = text.split(separator: 10)[0]
        var object = try #require(try JSON.decode(Array(line)).object)
        object["index"] = nil
        object["firstIndexHead"] = "12"
        object["findings"] = ["counts": [:], "first": []]
        let old = JSON.object(object).encoded()
        let digest = Array(Hex.encode(Hash.sha256(old).bytes).utf8)
        try folder.write(old + [10] + digest + [10], to: "state", .replacing(.secret))
        try scene.ledger.addPrints(1)
        try scene.ledger.addIndexHead()
        try scene.ledger.addPrints(1)
        try scene.ledger.addIndexHead { $0.with(tree: .sha256([1])) }
        let report = try await audit()
        #expect(report.extent.maps == 0, "\(report.extent)")
        #expect(
            report.unchecked.contains { $0.contains("met the index head at entry 12") },
            "\(report.unchecked)")
        // The places among those that it did read are judged.
        #expect(report.rules == [.index])
    }

    // MARK: - Runs

    @Test func aRunThatGoesOnComputesWhatIsNewByAllKeys() async throws {
        try scene.ledger.addIndexHead()
        #expect(try await audit().extent.maps == 1)
        try scene.ledger.addPrints(4)
        #expect(try await audit().extent.maps == 1)
        try scene.ledger.addIndexHead()
        let index = try logWrongMap(without: 2)
        let report = try await audit()
        #expect(report.extent.indexHeads == 3 && report.extent.maps == 3)
        // It covers the head before it, and nothing else that is new.
        #expect(report.rules == [.index] && report.findings.counts[.index] == 2)
        #expect(report.findings.kept.allSatisfy { $0.place == .entry(index) })
        #expect(try await audit().findings.counts[.index] == 2)
    }

    /// What a run did not come to is said, and computed by the next one.
    @Test func aMapThatWasNotComputedYetIsNotCalledRight() async throws {
        let index = try logWrongMap()
        try scene.ledger.addPrints(260)
        try scene.show()
        scene.log.remove("tile/entries/001")
        let cut = try await scene.audit()
        #expect(cut.outcome == .incomplete && cut.findings.isEmpty, "\(cut.findings.kept)")
        #expect(cut.extent.indexHeads == 1 && cut.extent.maps == 0)
        #expect(cut.unchecked.contains { $0.contains("they wait until keys are read again") })
        let report = try await audit()
        #expect(report.findings.kept.map(\.place) == [.entry(index)])
        #expect(report.extent.maps == 1 && isSilent(report), "\(report.unchecked)")
    }

    /// A large log is not read again for each head that a monitor meets.
    @Test func aMonitorComputesMapsForATwentiethOfItsTime() {
        let pace = MapPace(time: 1_000_000, took: 30_000)
        #expect(!pace.isDue(at: 1_000_000) && !pace.isDue(at: 1_000_599))
        #expect(pace.isDue(at: 1_000_600) && pace.next == 1_000_600)
        // The clock went back: nobody knows how long it is ago.
        #expect(pace.isDue(at: 999_999))
        #expect(MapPace(time: .max, took: .max).next == .max)
    }
}

/// A monitor tells a wrong index head once, whatever kills it.
@Suite struct IndexMonitorTests {
    private let source: MonitoredLedger

    init() throws { source = try MonitoredLedger() }

    private func told() -> [JSON] {
        source.takeTold().filter { $0["rule"]?.text == "index" }
    }

    @Test func aWrongHeadIsToldInTheRoundThatMeetsIt() async throws {
        try source.work("a")
        try source.ledger.addIndexHead()
        try await source.run()
        #expect(told().isEmpty)
        try source.work("b")
        let index = source.ledger.size
        try source.ledger.addIndexHead(without: 3)
        try await source.run()
        let events = told()
        #expect(events.count == 1 && events.first?["event"]?.text == "finding")
        #expect(events.first?["entry"]?.integer == Int64(index))
        try await source.run()
        #expect(told().isEmpty)
    }

    /// What shows it to everybody is named.
    @Test func whatConvictsTheLedgerIsTold() async throws {
        try source.work("a")
        let first = try source.ledger.addIndexHead()
        try source.work("b")
        let index = source.ledger.size
        try source.ledger.addIndexHead(first.size) { $0.with(map: .sha256([1])) }
        try await source.run()
        let events = told()
        #expect(!events.isEmpty)
        for event in events {
            #expect(event["entry"]?.integer == Int64(index))
            let path = event["evidence"]?.text?.string ?? ""
            #expect(path.contains("/index-\(index)-") && path.hasSuffix(".misbehaviour"))
        }
    }

    @Test func aKillAnywhereLosesNoHeadAndFindsNoneTwice() async throws {
        for steps in 1...40 {
            let source = try MonitoredLedger()
            try source.work("a")
            try source.ledger.addIndexHead()
            try source.work("b")
            try source.ledger.addIndexHead(without: 3)
            let kill = KillSwitch(after: steps)
            do {
                try await source.run { try kill.step() }
            } catch is MonitoredLedger.Killed {}
            let report = try await source.run()
            #expect(report.findings.counts == [.index: 1], "\(steps): \(report.findings.kept)")
            #expect(report.extent.indexHeads == 2 && report.extent.maps == 2, "\(steps)")
        }
    }
}
