import Auditing
import Merkle
import Provenance
import TestSupport
import Testing

/// More manifests to read again than a run asks for: nothing is found of those that are left.
@Suite struct ManyQuestionsTests {
    private static let count = 9_000
    private static let limit = ManifestQuestion.limit

    private let audit: SceneAudit
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder(in: TemporaryFolder.memory)
        audit = SceneAudit(folder: folder)
    }

    private static func digest(_ index: Int) -> Hash { .sha256(Array("manifest \(index)".utf8)) }

    private static func entry(_ index: Int, _ manifest: AuditedManifest) -> EntryFacts {
        EntryFacts(
            index: UInt64(index), entry: .sha256(Array("entry \(index)".utf8)),
            nonce: .sha256(Array("nonce \(index)".utf8)), payload: digest(index),
            manifest: manifest, link: nil)
    }

    /// Settles and commits what was added.
    private func settle(_ state: AuditState, _ count: Int) throws {
        try state.settle(by: SceneAudit.times)
        try state.commit(size: UInt64(count))
    }

    /// Answers all questions, run by run, and returns how many each run has asked.
    private func answerAll(
        _ state: AuditState, _ count: Int, isServed: Bool
    ) throws -> (asked: [Int], indexes: Set<UInt64>) {
        var (asked, indexes): ([Int], Set<UInt64>) = ([], [])
        while !state.questions.isEmpty, asked.count < 10 {
            asked.append(state.questions.count)
            for question in state.questions {
                #expect(indexes.insert(question.index).inserted)
                try state.answer(question, isServed: isServed)
            }
            #expect(state.questions.isEmpty)
            try settle(state, count)
        }
        return (asked, indexes)
    }

    private static let runs = [limit, limit, count - 2 * limit]

    @Test func manifestsThatAreMissingForAWhileAreNoFindings() throws {
        var state: AuditState? = try audit.open(.usual)
        try state?.add((0..<Self.count).map { Self.entry($0, .absent) })
        try settle(try #require(state), Self.count)
        state = nil
        let again = try audit.open(.usual)
        #expect(again.findings.isEmpty)
        #expect(again.standing.counts[.manifest] == UInt64(Self.limit))
        #expect(again.unchecked.contains { $0.contains("\(Self.count - Self.limit) entries") })
        let answers = try answerAll(again, Self.count, isServed: true)
        #expect(answers.asked == Self.runs && answers.indexes.count == Self.count)
        #expect(again.findings.isEmpty && again.standing.isEmpty && again.unchecked.isEmpty)
    }

    /// As after a day on which a ledger has erased much: it was there when it was read.
    @Test(arguments: [false, true])
    func manifestsThatWereReadBeforeTheirErasureAreNoFindings(isStillServed: Bool) throws {
        let state = try audit.open(.usual)
        try state.add((0..<Self.count).map { Self.entry($0, .right) })
        try settle(state, Self.count)
        #expect(state.questions.isEmpty)
        for index in 0..<Self.count {
            let place = Self.count + index
            try state.add(CollectionOfOne(Self.erasure(place)))
            try state.add(
                erasing: Self.digest(index), of: [EntryID(Self.entry(index, .right).entry)],
                at: UInt64(place))
        }
        try settle(state, 2 * Self.count)
        #expect(state.findings.isEmpty && !state.unchecked.isEmpty)
        let answers = try answerAll(state, 2 * Self.count, isServed: isStillServed)
        #expect(answers.asked == Self.runs)
        #expect(answers.indexes == Set(0..<UInt64(Self.count)))
        #expect(state.findings.counts[.erasure] ?? 0 == (isStillServed ? UInt64(Self.count) : 0))
        #expect(state.unchecked.isEmpty)
    }

    private static func erasure(_ index: Int) -> EntryFacts {
        EntryFacts(
            index: UInt64(index), entry: .sha256(Array("erasure \(index)".utf8)),
            nonce: .sha256(Array("nonce \(index)".utf8)), payload: nil, manifest: .none,
            link: nil)
    }

    /// What waits is not asked where an erasure has come for it meanwhile.
    @Test func anErasureAnswersWhatWaits() throws {
        let state = try audit.open(.usual)
        try state.add((0..<Self.count).map { Self.entry($0, .absent) })
        try settle(state, Self.count)
        for index in 0..<Self.count {
            let place = Self.count + index
            try state.add(CollectionOfOne(Self.erasure(place)))
            try state.add(
                erasing: Self.digest(index), of: [EntryID(Self.entry(index, .absent).entry)],
                at: UInt64(place))
        }
        try settle(state, 2 * Self.count)
        #expect(state.questions.isEmpty && state.findings.isEmpty)
        #expect(state.standing.isEmpty && state.unchecked.isEmpty)
    }

    /// A commit is due before control statements take more memory than an audit may have.
    @Test func manyControlStatementsMakeACommitDue() throws {
        let state = try audit.open(.usual)
        let leaf = [UInt8](repeating: 7, count: 24 << 10)
        var index: UInt64 = 0
        while !state.isCommitDue, index < 65_536 {
            try state.add(control: leaf, at: index)
            index += 1
        }
        #expect(index < 200)
        try state.commit(size: index)
        #expect(!state.isCommitDue)
        var kept: UInt64 = 0
        try state.forEachControl { place, bytes in kept += place == kept && bytes == leaf ? 1 : 0 }
        #expect(kept == index)
    }
}
