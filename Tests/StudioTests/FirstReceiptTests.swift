import Ledger
import Provenance
import Studio
import TestLedger
import TestSupport
import Testing

/// A record gets the earliest head that holds its entry, where it has none so early.
@Suite struct FirstReceiptTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Refreshes a record, and returns whether its file was changed.
    private func refresh(
        _ path: String, from ledger: StubLedger, _ kit: TrustKit?
    ) async throws -> [Bool] {
        try await ledger.refresh([path], kit: kit).compactMap { event in
            guard case .refreshed(let record) = event else { return nil }
            return record.isChanged
        }
    }

    private func sizes(of path: String) throws -> [UInt64] {
        try RecordFile(path).content.receipts.map { try Receipt($0).treeSize }
    }

    /// A receipt that was lost said when the entry was logged; the newest alone says less.
    @Test(arguments: [true, false])
    func aRecordWithoutAReceiptGetsTheFirstHeadThatHoldsItToo(hasKit: Bool) async throws {
        try await StubLedger.run { ledger in
            let path = try folder.signWork("a", by: ledger.fixture)
            _ = try await ledger.fixture.register(RecordFile(path).bytes)
            let first = ledger.fixture.ledger.head().size
            try await ledger.grow(by: 2)
            let kit = hasKit ? try ledger.fixture.verifier().kit : nil
            #expect(try await refresh(path, from: ledger, kit) == [true])
            #expect(try sizes(of: path) == [first, first + 2])
            #expect(try await refresh(path, from: ledger, kit) == [false])
        }
    }

    /// As of a record that was downloaded late: with a kit it gets the bound that it lacks.
    @Test(arguments: [true, false])
    func aHeadBeforeAllOfAFileIsAddedWhereAKitProvesIt(hasKit: Bool) async throws {
        try await StubLedger.run { ledger in
            let path = try folder.signWork("a", by: ledger.fixture)
            var record = try RecordFile(path).content
            _ = try await ledger.fixture.register(RecordFile(path).bytes)
            let first = ledger.fixture.ledger.head().size
            try await ledger.grow(by: 2)
            record.receipts = [
                try #require(try ledger.fixture.ledger.receipt(record.statement.id))
            ]
            try folder.write(record.encoded(), to: "a.colophon")
            try await ledger.grow()
            let kit = hasKit ? try ledger.fixture.verifier().kit : nil
            #expect(try await refresh(path, from: ledger, kit) == [hasKit])
            #expect(try sizes(of: path) == (hasKit ? [first, first + 2] : [first + 2]))
            #expect(try await refresh(path, from: ledger, kit) == [false])
        }
    }
}
