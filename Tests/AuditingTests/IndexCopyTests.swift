import Auditing
import Encoding
import IndexMap
import LogReader
import Merkle
import Provenance
import TestLog
import TestSupport
import Testing

/// A mirror keeps the newest index head, and proofs are made from the copy.
@Suite struct IndexCopyTests {
    private let own: TemporaryFolder

    init() throws { own = try TemporaryFolder("copy") }

    private var folder: String { own.path("copy") }

    /// A ledger with an index head over works of which two have one name.
    private func ledger(_ works: Int = 40) throws -> MemoryLedger {
        var ledger = try MemoryLedger()
        try ledger.addPoP()
        for number in 0..<works { try ledger.add("work \(number)") }
        try ledger.add("work 3")
        try ledger.addIndexHead()
        return ledger
    }

    @discardableResult
    private func mirror(
        _ log: MemoryLog, _ kit: TrustKit
    ) async throws(MirrorError) -> MirrorReport {
        let options = MirrorRun.Options(folder: folder)
        return try await MirrorRun(log, options).run(kit) { _ in }.report
    }

    private func copy(of ledger: MemoryLedger) async throws -> IndexCopy {
        try await IndexCopy(of: ledger.tree(LogFolder(path: folder)))
    }

    private func head() throws -> [UInt8]? {
        try own.has("copy/index") ? own.bytes("copy/index") : nil
    }

    // MARK: - The mirror

    @Test func aMirrorKeepsTheHeadAndBringsTheNextOne() async throws {
        var ledger = try ledger()
        let log = try MemoryLog(ledger)
        let first = try await mirror(log, ledger.kit())
        #expect(first.indexedSize == ledger.size - 1 && first.refusedCount == 0)
        #expect(try head() == log[StaticLayout.indexHead])
        // The same head, and nothing new.
        #expect(try await mirror(log, ledger.kit()).files == 0)
        try ledger.add("later")
        try ledger.addIndexHead()
        try log.show(ledger)
        #expect(try await mirror(log, ledger.kit()).indexedSize == ledger.size - 1)
        #expect(try head() == log[StaticLayout.indexHead])
    }

    @Test func aLogWithoutAnIndexIsCopiedAsBefore() async throws {
        var ledger = try MemoryLedger()
        try ledger.addPoP()
        try ledger.add("work")
        let report = try await mirror(MemoryLog(ledger), ledger.kit())
        #expect(report.indexedSize == nil && report.refusedCount == 0)
        #expect(try head() == nil)
        await #expect(throws: IndexCopyError.noHead) { try await copy(of: ledger) }
    }

    /// What is wrong is named, all else is copied, and the last good head stays.
    @Test(arguments: [
        "not there", "fails", "no head", "another ledger", "no receipt", "another entry", "large",
    ])
    func aHeadThatIsNotProvenIsNamedAndTheOlderOneStays(what: String) async throws {
        var ledger = try ledger()
        let log = try MemoryLog(ledger)
        try await mirror(log, ledger.kit())
        let good = try head()
        try ledger.add("later")
        let newest = try ledger.addIndexHead()
        try log.show(ledger)
        let name = StaticLayout.indexHead
        var words: String?
        switch what {
        case "not there": log.remove(name)
        case "fails":
            log.fail(name)
            words = "cannot be looked at"
        case "no head":
            log[name] = Array("<html>".utf8)
            words = "is no index head with its receipts"
        case "another ledger":
            var other = try MemoryLedger(seed: "another")
            try other.addPoP()
            let head = try other.addIndexHead()
            log[name] = try other.transparent(head).encoded()
            words = "is an index head of another ledger"
        case "no receipt":
            log[name] = try TransparentIndexHead(newest).encoded()
            words = "has no receipt of this ledger that proves its place"
        case "another entry":
            // The ledger has two trees of one size: one has another head in it.
            var fork = ledger
            fork.indexHeads.removeLast()
            try fork.add("forked")
            let head = try fork.addIndexHead()
            log[name] = try fork.transparent(head).encoded()
            try ledger.add("and more")
            try ledger.add("and more still")
            let index = log[name]
            try log.show(ledger)
            log[name] = index
            words = "is not entry"
        default:
            log[name] = Array(repeating: 0, count: LogLimits.indexHeadBytes + 1)
            words = "has more than"
        }
        let report = try await mirror(log, ledger.kit())
        #expect(report.size == ledger.size && report.refusedCount == (words == nil ? 0 : 1))
        if let words { #expect(report.refused[0].reason.contains(words), "\(report.refused)") }
        #expect(report.refused.allSatisfy { $0.name == name })
        #expect(report.isIndexHeadUnread == (what == "fails"))
        #expect(try head() == good && report.indexedSize != nil)
    }

    /// A cache that shows an older head takes no newer one away.
    @Test func anOlderHeadDoesNotTakeThePlaceOfANewerOne() async throws {
        var ledger = try ledger()
        let log = try MemoryLog(ledger)
        let old = log[StaticLayout.indexHead]
        try ledger.add("later")
        try ledger.addIndexHead()
        try log.show(ledger)
        try await mirror(log, ledger.kit())
        let newer = try head()
        log[StaticLayout.indexHead] = old
        let report = try await mirror(log, ledger.kit())
        #expect(report.refusedCount == 0 && report.indexedSize == ledger.size - 1)
        #expect(try head() == newer && newer != old)
    }

    // MARK: - Proofs

    @Test func aProofFromTheCopyIsThatOfTheLedger() async throws {
        let ledger = try ledger(90)
        try await mirror(MemoryLog(ledger), ledger.kit())
        let copy = try await copy(of: ledger)
        let names: [IndexName] = [
            .work("work 3"), .work("work 8"), .work("no work"), try .iss(MemoryLedger.berlin),
            try .iss("https://nobody.example/"),
        ]
        for name in names {
            let proof = try await copy.proof(of: [name])
            #expect(try proof.encoded() == ledger.complete([name]).encoded(), "\(name)")
        }
        let whole = try await copy.answer(
            about: [names[0]], showing: 10, by: ledger.kit(), now: 2_000_000_000
        ) { _ in }
        let answer = try #require(whole.answers.first)
        let said = try #require(answer.completeness.answers.first)
        #expect(said.verdict == .ok && said.isAll && said.count == 2)
        #expect(answer.entries.map(\.index) == said.indexes)
        #expect(answer.completeness.head?.notCovered == 1)
    }

    @Test func eachOfSeveralNamesIsAnsweredByItself() async throws {
        let ledger = try ledger(90)
        try await mirror(MemoryLog(ledger), ledger.kit())
        let names: [IndexName] = [
            .work("work 3"), .work("no work"), try .iss(MemoryLedger.berlin),
        ]
        let found = try await copy(of: ledger).answer(
            about: names, showing: 2, by: ledger.kit(), now: 2_000_000_000
        ) { _ in }
        #expect(try found.bytes == ledger.complete(names).encoded())
        let answers = found.answers.flatMap(\.completeness.answers)
        #expect(answers.map(\.name) == names && answers.allSatisfy { $0.verdict == .ok })
        #expect(answers.map(\.isAll) == [true, true, false])
        #expect(found.answers.map(\.entries.count) == [2, 0, 0])
    }

    /// With more keys than stay in memory, and a list of which only a part is shown.
    @Test(arguments: [64, 1 << 18])
    func aLongListIsShownFromAnyPosition(inMemory: Int) async throws {
        let ledger = try ledger(1_300)
        try await mirror(MemoryLog(ledger), ledger.kit())
        let name = try IndexName.iss(MemoryLedger.berlin)
        var copy = try await copy(of: ledger)
        copy.recordsInMemory = inMemory
        for from in [0, 70, 1_299] {
            let expected = try ledger.complete([name], positions: from..<Int.max)
            let proof = try await copy.proof(of: [name], from: UInt64(from))
            #expect(proof.encoded() == expected.encoded(), "\(from)")
        }
        let names: [IndexName] = [name, .work("work 3"), .work("no work")]
        #expect(try await copy.proof(of: names).encoded() == ledger.complete(names).encoded())
    }

    @Test func aMapThatTheEntriesDoNotHaveIsAFindingAndNoProof() async throws {
        var ledger = try ledger()
        let (size, index) = (ledger.size, ledger.size)
        let wrong = try ledger.addIndexHead(without: 5).root
        try await mirror(MemoryLog(ledger), ledger.kit())
        let right = try ledger.map(size).root
        let expected = IndexCopyError.otherMap(
            index: index, size: size, said: wrong, computed: right)
        let copy = try await copy(of: ledger)
        await #expect(throws: expected) { try await copy.proof(of: [.work("work 3")]) }
    }

    @Test func anEntryThatWasAlteredIsNamed() async throws {
        let ledger = try ledger(300)
        try await mirror(MemoryLog(ledger), ledger.kit())
        let name = "copy/tile/entries/000"
        var bytes = try own.bytes(name)
        bytes[2_000] ^= 1
        try own.write(bytes, to: name)
        let copy = try await copy(of: ledger)
        await #expect {
            try await copy.proof(of: [.work("work 3")])
        } throws: { error in
            guard case IndexCopyError.log(let error) = error else { return false }
            return "\(error)".contains("tile/entries/000")
                && "\(error)".contains("does not have the entries of the log")
        }
    }

    /// A mirror that was cut behind the head has a checkpoint that does not cover it.
    @Test func aHeadThatTheCopyDoesNotCoverIsNoErrorOfTheHead() async throws {
        var ledger = try ledger()
        let before = ledger
        try await mirror(MemoryLog(ledger), ledger.kit())
        try ledger.add("later")
        let head = try ledger.addIndexHead()
        try own.write(try ledger.transparent(head).encoded(), to: "copy/index")
        await #expect(
            throws: IndexCopyError.notCovered(index: ledger.size - 1, size: before.size)
        ) { try await copy(of: before) }
        try await mirror(MemoryLog(ledger), ledger.kit())
        _ = try await copy(of: ledger).proof(of: [.work("work 3")])
    }

    @Test func whatIsNoHeadIsNamed() async throws {
        let ledger = try ledger()
        try await mirror(MemoryLog(ledger), ledger.kit())
        try own.write([1, 2, 3], to: "copy/index")
        await #expect {
            try await copy(of: ledger)
        } throws: { error in
            guard case IndexCopyError.malformed(let path, let words) = error else { return false }
            return path.hasSuffix("copy/index") && words.contains("is no index head")
        }
        let bare = try TransparentIndexHead(ledger.indexHeads[0].head).encoded()
        try own.write(bare, to: "copy/index")
        await #expect(throws: IndexCopyError.self) { try await copy(of: ledger) }
    }

    /// A byte that has changed in the file is the copy's fault: no name is called false for it.
    @Test func aDamagedHeadIsNamedAndCallsNothingFalse() async throws {
        let ledger = try ledger(3)
        try await mirror(MemoryLog(ledger), ledger.kit())
        let good = try #require(try head())
        var damages: [String] = []
        for place in stride(from: 0, to: good.count, by: 5) {
            var bytes = good
            bytes[place] ^= 1
            try own.write(bytes, to: "copy/index")
            do {
                let answer = try await copy(of: ledger).answer(
                    about: [.work("work 1")], showing: 10, by: ledger.kit(), now: 2_000_000_000
                ) { _ in }
                let findings = answer.answers.flatMap(\.completeness.findings)
                #expect(!findings.contains { $0.verdict == .refuted }, "\(place): \(findings)")
            } catch IndexCopyError.malformed(let path, let words) {
                #expect(path.hasSuffix("copy/index"))
                damages.append(words)
            } catch IndexCopyError.otherEntry, IndexCopyError.notCovered {
                continue
            }
        }
        #expect(damages.contains { $0.hasPrefix("does not prove its index head: receipt: ") })
        #expect(damages.contains { $0.hasPrefix("is no index head: ") }, "\(damages)")
    }

    /// An entry of a reserved type has keys that nobody here reads: the map is not known.
    @Test func anEntryThatIsNotReadHereEndsTheProof() async throws {
        var ledger = try ledger()
        let index = try ledger.add(type: EntryType.title.type)
        try ledger.addIndexHead(map: .sha256([9]))
        try await mirror(MemoryLog(ledger), ledger.kit())
        let copy = try await copy(of: ledger)
        await #expect(throws: IndexCopyError.unread(index)) {
            try await copy.proof(of: [.work("work 3")])
        }
    }
}
