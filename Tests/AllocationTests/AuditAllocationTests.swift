import AllocationCounter
import Auditing
import Encoding
import Merkle
import Provenance
import TestSupport
import Testing

/// How much an audit's state holds while it sorts, merges and settles: a number that its bounds
/// decide, and not the length of the log (audit.md §4).
@Suite(.enabled(if: allocations_are_counted(), "needs glibc and no sanitizer"))
struct AuditAllocationTests {
    /// Names in memory, of 40 bytes each: 2.5 MiB.
    private static let names = 1 << 16

    /// Entries of three names each that fill them, nearly.
    private static let entries = names / 3 - 256

    /// What is beside the records: the chunk of the run that is written, a MiB, and 64 KiB of each
    /// of sixteen runs that are merged, or the places of the records and their heaps.
    ///
    /// A second copy of the records would take more.
    private static let beside = 5 << 19

    private let folder: TemporaryFolder
    private let state: AuditState

    init() throws {
        folder = try TemporaryFolder(in: TemporaryFolder.memory)
        let log = AuditedLog(
            .ledger(origin: "ledger.example/test", genesis: EntryID(.sha256([1]))),
            looks: ["signatures"])
        state = try AuditState(
            folder.path("state"), of: log,
            bounds: FactBounds(names: Self.names, links: 256, erasures: 4, keys: 16))
    }

    private func facts(from first: Int) -> [EntryFacts] {
        (first..<first + Self.entries).map { index in
            func name(_ kind: String) -> Hash { .sha256(Array("\(kind) \(index)".utf8)) }
            return EntryFacts(
                index: UInt64(index), entry: name("entry"), nonce: name("nonce"),
                payload: name("manifest"), manifest: .right, link: nil)
        }
    }

    /// Twenty runs, of which sixteen are merged into one on the way.
    @Test func recordsAreSortedAndMergedInLessThanASecondCopyOfThem() throws {
        var size = 0
        for round in 0..<20 {
            let facts = facts(from: size)
            size += facts.count
            let most = try mostBytes {
                try state.add(facts)
                try state.commit(size: UInt64(size))
            }
            // The first one takes the room of the records, and keeps it.
            let records = round == 0 ? Self.names * 40 : 0
            #expect(most <= records + Self.beside, "round \(round)")
            if round == 0 { #expect(most > records) }
        }
    }

    @Test func allEntriesAreHeldToEachOtherWithoutRoomForThem() throws {
        var size = 0
        for _ in 0..<6 {
            let facts = facts(from: size)
            size += facts.count
            try state.add(facts)
            try state.commit(size: UInt64(size))
        }
        let times = HeadTimeline([], seen: 1_800_000_000, known: 1_800_000_000)
        let most = try mostBytes { try state.settle(by: times) }
        #expect(most <= Self.beside)
        try state.commit(size: UInt64(size))
        #expect(state.findings.isEmpty)
    }
}
