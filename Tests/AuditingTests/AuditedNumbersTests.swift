import Auditing
import Checkpoints
import Encoding
import Merkle
import Provenance
import TestLog
import TestSupport
import Testing

/// The numbers of an issuer are read from a state, beside the audit that has it open.
@Suite struct AuditedNumbersTests {
    private let folder: TemporaryFolder
    private let path: String
    private let log: AuditedLog
    private let keyID: Hash
    private let state: AuditState

    /// A state of a ledger with one PoP, which has numbered nothing yet.
    init() throws {
        folder = try TemporaryFolder(in: TemporaryFolder.memory)
        path = folder.path("state")
        var ledger = try MemoryLedger()
        try ledger.addPoP()
        keyID = ledger.pop.publicKey.keyID
        log = AuditedLog(
            .ledger(origin: ledger.origin.text, genesis: ledger.registry.genesis),
            looks: ["signatures"])
        state = try AuditState(path, of: log, bounds: SceneAudit.bounds)
        for control in ledger.controls {
            try state.add(control: control.statement.leaf, at: control.index)
        }
        try state.commit(size: ledger.size)
    }

    private func link(_ number: UInt64, key: Hash? = nil, spool: UInt8 = 1) -> ChainLink {
        ChainLink(
            keyID: key ?? keyID, id: SpoolID([spool]), sequence: number,
            previous: number == 0 ? .zero : .sha256([UInt8(truncatingIfNeeded: number - 1)]))
    }

    private func add(_ links: [ChainLink], from index: UInt64) throws {
        try state.add(
            links.enumerated().map { place, link in
                EntryFacts(
                    index: index + UInt64(place),
                    entry: .sha256([UInt8(truncatingIfNeeded: link.sequence)]),
                    nonce: .sha256([1, UInt8(truncatingIfNeeded: place)]), payload: .sha256([2]),
                    manifest: .notChecked, link: link)
            })
    }

    private func numbers(limit: Int = 100) throws -> [UInt64] {
        try AuditedNumbers(of: MemoryLedger.berlin, in: path, limit: limit)
            .numbers.map(\.link.sequence)
    }

    @Test func whatIsCommittedIsThereAndNothingElse() throws {
        try add([link(2), link(0), link(1)], from: 3)
        #expect(try numbers().isEmpty)
        try state.commit(size: 6)
        let audited = try AuditedNumbers(of: MemoryLedger.berlin, in: path)
        #expect(audited.log == log)
        #expect(audited.size == 6)
        #expect(audited.numbers.map(\.link.sequence) == [0, 1, 2])
        #expect(audited.numbers.map(\.index) == [4, 5, 3])
        #expect(audited.numbers.map(\.entry.hash) == [0, 1, 2].map { .sha256([$0]) })
        #expect(audited.numbers.map(\.link) == [link(0), link(1), link(2)])
    }

    /// Kept apart by the key, as the log's own control statements say whose it is.
    @Test func numbersOfOthersAreNotAmongThem() throws {
        let rome = Hash.sha256([9])
        try add([link(0), link(1, key: rome), link(2, spool: 7)], from: 3)
        try state.commit(size: 6)
        #expect(try numbers() == [0, 2])
        #expect(try AuditedNumbers(of: MemoryLedger.rome, in: path).numbers.isEmpty)
    }

    @Test func moreThanFitsIsAnError() throws {
        try add((0..<5).map { link($0) }, from: 3)
        try state.commit(size: 8)
        #expect(throws: AuditStateError.tooMany(path, limit: 4)) { try numbers(limit: 4) }
        #expect(try numbers(limit: 5).count == 5)
    }

    /// The state is replaced, and its runs are merged, as often as it is read.
    @Test func anAuditAtWorkIsReadBesideIt() throws {
        var size: UInt64 = 3
        for round in 0..<40 as Range<UInt64> {
            try add([link(round)], from: size)
            size += 1
            try state.settle(by: SceneAudit.times)
            try state.commit(size: size)
            #expect(try numbers() == Array(0...round))
        }
    }

    @Test func whereThereIsNoStateNothingIsAnswered() throws {
        #expect(throws: AuditStateError.none(folder.path("nothing"))) {
            try AuditedNumbers(of: MemoryLedger.berlin, in: folder.path("nothing"))
        }
    }
}
