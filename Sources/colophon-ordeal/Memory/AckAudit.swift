import Foundation
import HTTPCalls
import LedgerClient
import Processes
import Provenance
import Studio

/// What one folder is held to, round after round: nothing that its clients remember is lost or
/// contradicted.
struct AckAudit {
    /// Statements of earlier rounds that one round's check asks about again.
    private static let sampleCount = 400

    /// Statements whose artifact one round's check looks up in the index.
    private static let lookedUp = 20

    /// Heads of earlier rounds that one round's check asks about again.
    private static let headSampleCount = 50

    let house: House
    let pop: PoP
    let memory: Memory

    /// Knows the ledger as it was when it had been founded, and nothing later.
    let verifier: Verifier

    private let journal: Journal
    private var checked = (told: 0, heads: 0)
    private let begin = ContinuousClock.now

    /// Founds the ledger of `house`, with a journal on its desk.
    init(
        founding house: House, position: @escaping @Sendable () -> UInt64 = { 0 }
    ) async throws {
        self.house = house
        (pop, verifier) = try await house.found()
        journal = try Journal(at: house.desk.appending(path: "journal"))
        memory = Memory(journal: journal, position: position)
    }

    /// Founds a ledger in a folder on `desk`.
    init(desk: URL) async throws {
        try await self.init(
            founding: House(desk: desk, data: desk.appending(path: "ledger").path()))
    }

    /// Checks what is new since the last check, and a sample of what is older.
    mutating func checkNews(at url: ServiceURL, _ dice: inout Dice) async throws {
        let (told, heads) = (memory.told, memory.heads)
        let checker = Checker(url)
        try await checker.resubmit(
            Array(told[checked.told...])
                + dice.sample(Self.sampleCount, of: Array(told[..<checked.told])))
        try await checker.checkConsistency(
            of: Array(heads[checked.heads...])
                + dice.sample(Self.headSampleCount, of: Array(heads[..<checked.heads])))
        let index = IndexChecker(client: checker.client, verifier: verifier)
        try await index.check(
            told, sample: dice.sample(Self.lookedUp, of: told),
            heads: dice.sample(Self.headSampleCount, of: memory.index.heads))
        memory.saw(indexHead: try await index.newestHead())
        await checker.client.close()
        checked = (told.count, heads.count)
        try Checker.verify(memory.takeUnverified(), by: verifier)
        try failOnViolation()
    }

    /// Checks everything once more: all statements, all heads, each receipt in the journal as
    /// it lies on disk, by a new trust kit, and the folder.
    func checkEverything() async throws {
        let (server, url) = try await house.serveWell()
        let checker = Checker(url)
        try await checker.resubmit(memory.told)
        try await checker.checkConsistency(of: memory.heads)
        let verifier = try house.verifier()
        try await IndexChecker(client: checker.client, verifier: verifier).check(
            memory.told, sample: memory.told.suffix(Self.sampleCount),
            heads: memory.index.heads)
        await checker.client.close()
        var receipts = 0
        try journal.forEach(part: 10_000) { part in
            let answers = part.compactMap { item -> (record: SignedRecord, receipt: [UInt8])? in
                guard case .answer(let record, let receipt) = item else { return nil }
                return (record, receipt)
            }
            receipts += answers.count
            try Checker.verify(answers, by: verifier)
        }
        try failOnViolation()
        guard receipts == memory.receiptCount else {
            throw OrdealError.cannotRun(
                "the journal has \(receipts) receipts, \(memory.receiptCount) were answered")
        }
        guard await server.stop() == .exit(0) else {
            throw OrdealError.broken("it does not stop cleanly: \(server.lastLine)")
        }
        try house.checkFolder()
    }

    func failOnViolation() throws {
        if let violation = memory.violation { throw OrdealError.broken(violation) }
    }

    /// What was checked so far, in words.
    var figures: String {
        let seconds = Int((ContinuousClock.now - begin) / .seconds(1))
        return "\(memory.told.count) entries, \(memory.receiptCount) receipts, "
            + "\(memory.heads.count) heads, \(memory.index.heads.count) index heads, "
            + "\(seconds) s"
    }
}
