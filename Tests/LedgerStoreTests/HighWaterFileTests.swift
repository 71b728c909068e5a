import Checkpoints
import Encoding
import Files
import LedgerStore
import Merkle
import TestLedger
import TestSupport
import Testing

@Suite struct HighWaterFileTests {
    private let folder: TemporaryFolder
    private let origin: Origin
    private var path: String { folder.path("highwater") }

    init() throws {
        folder = try TemporaryFolder("highwater")
        origin = try Origin(Text(LedgerFixture.origin))
        try HighWaterFile.create(at: path, origin: origin)
    }

    private func head(_ size: UInt64) throws -> Checkpoint {
        try Checkpoint(origin: origin.text, size: size, root: .leaf([UInt8(size)]))
    }

    private func newestSize(_ origin: Origin? = nil) throws -> UInt64 {
        try HighWaterFile(path: path, origin: origin ?? self.origin).newest.size
    }

    /// Changes one byte of a slot.
    private func damage(slot: Int) throws {
        var bytes = try folder.bytes("highwater")
        bytes[slot * 512 + 3] ^= 1
        try folder.write(bytes, to: "highwater")
    }

    @Test func theHighestHeadThatWasRaisedToIsRememberedAfterwards() throws {
        let file = try HighWaterFile(path: path, origin: origin)
        for size in 1...5 as ClosedRange<UInt64> {
            try file.raise(to: head(size))
            #expect(try newestSize() == size)
        }
    }

    @Test(arguments: [3, 4] as [UInt64])
    func aTornSlotLeavesTheHeadBefore(last: UInt64) throws {
        let file = try HighWaterFile(path: path, origin: origin)
        for size in 1...last { try file.raise(to: head(size)) }
        // The slots are written in turn; a new file opens with the first for the older head.
        let slots = try HighWaterFile.slots(of: Place(path))
        let newest = try #require(slots.firstIndex { $0?.size == last })
        try damage(slot: newest)
        #expect(try newestSize() == last - 1)
        try HighWaterFile(path: path, origin: origin).raise(to: head(last))
        #expect(try newestSize() == last)
    }

    @Test func aFileThatIsDamagedInBothSlotsIsRefused() throws {
        try damage(slot: 0)
        try damage(slot: 1)
        #expect(throws: LedgerError.self) { try newestSize() }
    }

    @Test func theFileOfAnotherLedgerIsRefused() throws {
        let other = try Origin("ledger.example/drawings")
        #expect(throws: LedgerError.self) { try newestSize(other) }
    }

    @Test(arguments: WriteFault.allCases)
    func aWriteThatFailsIsAnErrorAndLeavesAHeadThatWasSigned(fault: WriteFault) throws {
        try HighWaterFile(path: path, origin: origin).raise(to: head(1))
        let file = try HighWaterFile(path: path, origin: origin, faultHook: { _ in fault })
        #expect(throws: LedgerError.self) { try file.raise(to: head(2)) }
        #expect(file.newest.size == 1)
        #expect(try newestSize() == (fault == .persisted ? 2 : 1))
    }
}
