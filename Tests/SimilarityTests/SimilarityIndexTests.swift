import Files
import Manifests
import Merkle
import Similarity
import Synchronization
import TestSupport
import Testing

/// An index answers what its ledger bears out, says how much it has looked at, and keeps nothing
/// that was erased.
@Suite struct SimilarityIndexTests {
    private typealias Index = SimilarityIndex<FakeLedger>

    /// What an index told.
    private final class Told: Sendable {
        private let state = Mutex<[SimilarityEvent]>([])

        var events: [SimilarityEvent] { state.withLock { $0 } }

        func take(_ event: SimilarityEvent) { state.withLock { $0.append(event) } }
    }

    private let folder: TemporaryFolder
    private let told = Told()
    private var path: String { folder.path("data.similar") }

    /// Entries of two whole pieces and a bit of a third.
    private static let entries = 2 * Int(SimilarityLimit.pieceEntries) + 100

    init() throws { folder = try TemporaryFolder() }

    private func start(_ ledger: FakeLedger) -> Index {
        let index = Index(ledger, path: path) { [told] in told.take($0) }
        index.start()
        return index
    }

    /// Runs `body` with an index that covers all of `ledger`.
    private func with(_ ledger: FakeLedger, _ body: (Index) async throws -> Void) async throws {
        let index = start(ledger)
        defer { index.stop() }
        try await eventually("the index covers the ledger") { !index.status.isLoading }
        try await body(index)
    }

    private func search(
        _ hashes: [PDQHash], in index: Index, limit: Int = 10, after: LikenessPlace? = nil
    ) async throws -> SimilarityAnswer<UInt64> {
        let query = try LikenessQuery(hashes, limit: limit, after: after)
        return try await withCheckedThrowingContinuation { continuation in
            do throws(SimilarityError) {
                try index.search(query) { continuation.resume(with: $0) }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    private func expect(
        _ entries: [UInt64], for hashes: [PDQHash], in index: Index,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let found = try await search(hashes, in: index).hits.map(\.row.entry)
        #expect(found == entries, sourceLocation: sourceLocation)
    }

    private func forget(_ entries: [UInt64], below end: UInt64, in index: Index) async throws {
        try await eventually("the index has forgotten") {
            try index.forget(entries, erasedBelow: end)
        }
    }

    private func near(_ hash: PDQHash, bits: Int) -> PDQHash {
        var words = hash.words
        for bit in 0..<bits { words[bit % 4] ^= 1 << UInt64(bit) }
        return PDQHash(words[0], words[1], words[2], words[3])
    }

    // MARK: - Finding

    @Test func searchesGoOnWhileEntriesAreRegistered() async throws {
        let ledger = FakeLedger(entries: Self.entries)
        ledger.setRegistering(true)
        try await with(ledger) { index in
            let hash = try #require(ledger.hash(of: 1))
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<SimilarityLimit.waiting / 2 {
                    group.addTask { try await search([hash], in: index).hits.count }
                }
                for try await count in group { #expect(count == 1) }
            }
        }
    }

    @Test func whatIsNearIsFoundInWholePiecesAndInTheLast() async throws {
        let ledger = FakeLedger(entries: Self.entries)
        try await with(ledger) { index in
            for entry in [1, 5_000, Self.entries - 1] {
                let hash = try #require(ledger.hash(of: entry))
                let answer = try await search([near(hash, bits: 12)], in: index)
                #expect(answer.hits.map(\.row.entry) == [UInt64(entry)])
                #expect(answer.hits.map(\.row.distance) == [12])
                #expect(!answer.hasMore && !answer.isLoading)
                #expect(answer.covered == UInt64(Self.entries) && answer.entries == answer.covered)
            }
        }
    }

    /// What was registered before a search came is found by it.
    @Test func aSearchSeesWhatCameBefore() async throws {
        let ledger = FakeLedger(entries: 3)
        try await with(ledger) { index in
            var random = SeededRandom(seed: 9)
            for count in 1...20 {
                let hash = PDQHash.random(using: &random)
                ledger.add(hash)
                let answer = try await search([hash], in: index)
                #expect(answer.hits.map(\.row.entry) == [UInt64(2 + count)])
            }
        }
    }

    @Test func moreThanTheLimitSaysSo() async throws {
        let ledger = FakeLedger(entries: 0)
        let hash = PDQHash(1, 2, 3, 4)
        for _ in 0..<12 { ledger.add(hash) }
        try await with(ledger) { index in
            let some = try await search([hash], in: index, limit: 5)
            #expect(some.hasMore && some.hits.map(\.row.entry) == [0, 1, 2, 3, 4])
            let all = try await search([hash], in: index, limit: 12)
            #expect(!all.hasMore && all.hits.count == 12 && all.next == nil)
            // However many there are, each can be seen.
            #expect(some.next == LikenessPlace(distance: 0, index: 4))
            let others = try await search([hash], in: index, limit: 7, after: some.next)
            #expect(!others.hasMore && others.hits.map(\.row.entry) == Array(5..<12))
        }
    }

    /// While it is read, an answer says how much was looked at; nothing is said to be absent.
    @Test func anAnswerWhileLoadingSaysSo() async throws {
        let ledger = FakeLedger(entries: 10)
        ledger.gate.shut()
        let index = start(ledger)
        defer { index.stop() }
        try await eventually("the index reads") { ledger.gate.held > 0 }
        ledger.setFailing(true)
        ledger.gate.open()
        let answer = try await search([PDQHash(0, 0, 0, 0)], in: index)
        #expect(answer.isLoading && answer.covered == 0 && answer.entries == 10)
        ledger.setFailing(false)
        try await eventually("the index covers the ledger") { !index.status.isLoading }
        #expect(try await search([PDQHash(0, 0, 0, 0)], in: index).covered == 10)
        let failures = told.events.filter { if case .unreadable = $0 { true } else { false } }
        #expect(failures.count == 1, "a failure is told once")
    }

    @Test func aLedgerThatCannotBeReadIsNoAbsence() async throws {
        let ledger = FakeLedger(entries: 10)
        try await with(ledger) { index in
            ledger.setFailing(true)
            let hash = try #require(ledger.hash(of: 4))
            await #expect(throws: SimilarityError.self) { try await search([hash], in: index) }
        }
    }

    @Test func tooManySearchesAreRefusedAndAStopAnswersAll() async throws {
        let ledger = FakeLedger(entries: 10)
        ledger.gate.shut()
        let index = start(ledger)
        try await eventually("the index reads") { ledger.gate.held > 0 }
        let query = try LikenessQuery([PDQHash(0, 0, 0, 0)])
        let results = Mutex<[Bool]>([])
        for _ in 0..<SimilarityLimit.waiting {
            try index.search(query) { result in
                let isClosed = if case .failure(.closed) = result { true } else { false }
                results.withLock { $0.append(isClosed) }
            }
        }
        #expect(throws: SimilarityError.busy) { try index.search(query) { _ in } }
        Task.detached {
            try await eventually("the stop has begun") {
                do throws(SimilarityError) {
                    try index.search(query) { _ in }
                    return false
                } catch {
                    return error == .closed
                }
            }
            ledger.gate.open()
        }
        index.stop()
        #expect(results.withLock { $0.count } == SimilarityLimit.waiting)
        #expect(throws: SimilarityError.closed) { try index.search(query) { _ in } }
        #expect(throws: SimilarityError.closed) { try index.forget([1], erasedBelow: 5) }
    }

    // MARK: - The file

    /// A start takes whole pieces from the file, and reads the rest.
    @Test func aStartTakesTheFile() async throws {
        let ledger = FakeLedger(entries: Self.entries)
        try await with(ledger) { _ in }
        let first = try folder.bytes("data.similar")
        // The manifests say otherwise now: what is found is found by the file's rows.
        let hash = try #require(ledger.hash(of: 1))
        ledger.change(1, to: nil)
        try await with(ledger) { index in
            #expect(index.status.pictures == Self.entries - (Self.entries + 2) / 3)
            // It is gone since.
            try await expect([], for: [hash], in: index)
        }
        #expect(told.events.allSatisfy { if case .loaded = $0 { true } else { false } })
        #expect(try folder.bytes("data.similar") == first)
    }

    /// A row that its manifest does not bear out is in no answer, is counted, and the index is
    /// made anew.
    @Test func aFalseRowIsDroppedAndTheIndexIsMadeAnew() async throws {
        let ledger = FakeLedger(entries: Self.entries)
        try await with(ledger) { _ in }
        let old = try #require(ledger.hash(of: 1))
        let new = PDQHash(7, 7, 7, 7)
        ledger.change(1, to: new)
        try await with(ledger) { index in
            let answer = try await search([old], in: index)
            #expect(answer.hits.isEmpty && answer.isLoading)
            #expect(told.events.contains(.mismatch(entry: 1)))
            try await eventually("the index covers the ledger again") { !index.status.isLoading }
            #expect(index.status.mismatches == 1)
            try await expect([1], for: [new], in: index)
        }
        try await with(ledger) { index in
            try await expect([1], for: [new], in: index)
        }
    }

    /// A false row that a search finds while the file is still read: no piece of it counts, and
    /// none is taken for another one's.
    @Test func aFalseRowEndsTheReadingOfTheFile() async throws {
        let ledger = FakeLedger(entries: Self.entries)
        try await with(ledger) { _ in }
        let old = try #require(ledger.hash(of: 1))
        let new = PDQHash(7, 7, 7, 7)
        ledger.change(1, to: new)
        let index = Index(ledger, path: path) { [told] in told.take($0) }
        defer { index.stop() }
        // It waits, so that it is answered behind the first piece.
        let answer = Mutex<SimilarityAnswer<UInt64>?>(nil)
        try index.search(LikenessQuery([old])) { result in
            let found = try? result.get()
            answer.withLock { $0 = found }
        }
        index.start()
        try await eventually("the index covers the ledger") {
            !index.status.isLoading && answer.withLock { $0 != nil }
        }
        #expect(answer.withLock { $0?.covered } == SimilarityLimit.pieceEntries)
        #expect(told.events.contains(.mismatch(entry: 1)))
        #expect(index.status.pictures == Self.entries - (Self.entries + 2) / 3)
        for entry in [2, 5_000, Self.entries - 1] {
            let hash = try #require(ledger.hash(of: entry))
            try await expect([UInt64(entry)], for: [hash], in: index)
        }
        try await expect([1], for: [new], in: index)
        #expect(index.status.mismatches == 1)
    }

    /// It may have what was erased, and a small ledger makes no new one for long.
    @Test func aFileThatDoesNotCountIsGoneAtOnce() async throws {
        let ledger = FakeLedger(entries: 10)
        try folder.write("not an index\n", to: "data.similar")
        try await with(ledger) { _ in
            let isThere = try folder.has("data.similar")
            #expect(!isThere)
            #expect(told.events.contains { if case .unusable = $0 { true } else { false } })
        }
    }

    @Test(arguments: ["cut", "rotten", "another ledger's", "another history's", "newer", "junk"])
    func aFileThatDoesNotFitIsMadeAnew(flaw: String) async throws {
        let ledger = FakeLedger(entries: Self.entries)
        try await with(ledger) { _ in }
        var bytes = try folder.bytes("data.similar")
        switch flaw {
        case "cut": bytes.removeLast(1_000)
        case "rotten": bytes[bytes.count / 2] ^= 1
        case "another ledger's": ledger.become(genesis: .sha256([2]))
        case "another history's": ledger.become(salt: 1)
        case "newer": ledger.cut(to: 5_000)
        default: bytes = Array("not an index\n".utf8)
        }
        try folder.write(bytes, to: "data.similar")
        try await with(ledger) { index in
            let hash = try #require(ledger.hash(of: 4_999))
            try await expect([4_999], for: [hash], in: index)
            #expect(told.events.contains { if case .unusable = $0 { true } else { false } })
            #expect(index.status.mismatches == 0)
        }
        // The new one is good.
        let count = told.events.count
        try await with(ledger) { _ in }
        #expect(told.events.count == count + 1)
    }

    /// Where the file cannot be written, searches go on in memory.
    @Test func anIndexWithoutAFileSearches() async throws {
        try folder.write("", to: "data.similar.d")
        let ledger = FakeLedger(entries: Self.entries)
        let index = Index(ledger, path: folder.path("data.similar.d/x")) { [told] in
            told.take($0)
        }
        index.start()
        defer { index.stop() }
        try await eventually("the index covers the ledger") { !index.status.isLoading }
        let hash = try #require(ledger.hash(of: 1))
        #expect(try await search([hash], in: index).hits.count == 1)
        let failures = told.events.filter { if case .unwritable = $0 { true } else { false } }
        #expect(failures.count == 1, "it is told once")
    }

    // MARK: - Erasures

    /// In memory and in the file, in a whole piece and in the last.
    @Test func anErasedHashIsNowhere() async throws {
        let ledger = FakeLedger(entries: Self.entries)
        let erased = [1, 5_000, Self.entries - 1]
        let hashes = try erased.map { try #require(ledger.hash(of: $0)) }
        let kept = try #require(ledger.hash(of: 2))
        try await with(ledger) { index in
            let end = ledger.erase(erased)
            // Hidden at once.
            try await expect([], for: hashes, in: index)
            #expect(index.status.mismatches == 0)
            let pictures = index.status.pictures
            try await forget(erased.map { UInt64($0) }, below: end, in: index)
            try await expect([2], for: [kept], in: index)
            #expect(index.status.pictures == pictures - erased.count)
        }
        let bytes = try folder.bytes("data.similar")
        for hash in hashes { #expect(bytes.firstRange(of: hash.bytes) == nil) }
        #expect(bytes.firstRange(of: kept.bytes) != nil)
        // The next start has it so, without a word.
        try await with(ledger) { index in
            try await expect([2], for: [kept], in: index)
            #expect(told.events.allSatisfy { if case .loaded = $0 { true } else { false } })
        }
    }

    /// A crash between the erasure and the file's rows, or between these and the file's head.
    @Test(arguments: [false, true])
    func aStartRepairsAnErasureThatACrashCut(hasRows: Bool) async throws {
        let ledger = FakeLedger(entries: Self.entries)
        let hash = try #require(ledger.hash(of: 5_000))
        try await with(ledger) { _ in }
        let before = try folder.bytes("data.similar")
        try await with(ledger) { index in
            try await forget([5_000], below: ledger.erase([5_000]), in: index)
        }
        var crashed = before
        if hasRows { crashed[128...] = try folder.bytes("data.similar")[128...] }
        try folder.write(crashed, to: "data.similar")
        try await with(ledger) { index in
            try await expect([], for: [hash], in: index)
            #expect(index.status.mismatches == 0)
        }
        #expect(try folder.bytes("data.similar").firstRange(of: hash.bytes) == nil)
    }

    /// A file that cannot be written is removed, and else the erasure is not done.
    @Test func anErasureIsNotDoneWhileTheFileHasTheHash() async throws {
        let ledger = FakeLedger(entries: Self.entries)
        try await with(ledger) { index in
            // The name is another file's by now: nothing is written to it, and it goes.
            let bytes = try folder.bytes("data.similar")
            try folder.remove("data.similar")
            try folder.write(bytes, to: "data.similar")
            try await forget([5_000], below: ledger.erase([5_000]), in: index)
            #expect(try !folder.has("data.similar"))
            // Nothing can be looked at in a folder that is gone.
            try folder.setPermissions(0o777, "")
            let end = ledger.erase([5_001])
            let error = await #expect(throws: SimilarityError.self) {
                try await forget([5_001], below: end, in: index)
            }
            guard case .unwritable? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            try folder.setPermissions(0o700, "")
            try await forget([5_001], below: end, in: index)
        }
    }

    /// A file that lacks an erasure, of which a crash is the reason, and that cannot be removed:
    /// the erasure waits for whoever mends the folder.
    @Test func anErasureIsNotDoneWhileAFileThatDoesNotCountIsThere() async throws {
        let ledger = FakeLedger(entries: Self.entries)
        let hash = try #require(ledger.hash(of: 5_000))
        try await with(ledger) { _ in }
        let end = ledger.erase([5_000])
        try folder.setPermissions(0o777, "")
        defer { try? folder.setPermissions(0o700, "") }
        try await with(ledger) { index in
            try await expect([], for: [hash], in: index)
            let error = await #expect(throws: SimilarityError.self) {
                try await forget([5_000], below: end, in: index)
            }
            guard case .unwritable? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try folder.bytes("data.similar").firstRange(of: hash.bytes) != nil)
            try folder.setPermissions(0o700, "")
            try await forget([5_000], below: end, in: index)
            #expect(try !folder.has("data.similar"))
        }
    }
}
