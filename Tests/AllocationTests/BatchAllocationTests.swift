import AllocationCounter
import Ledger
import LedgerCheck
import Synchronization
import TestLedger
import Testing

/// How often the sequencer allocates for an entry: looking its names up, planning, the rows of
/// its batch with RocksDB's own work in them, the head.
///
/// Counted on the sequencer's thread, which asks the ledger's clock once for each batch.
@Suite(.serialized, .enabled(if: allocations_are_counted(), "needs glibc and no sanitizer"))
struct BatchAllocationTests {
    /// Entries in one batch: what belongs to the batch itself hardly counts.
    private static let batch = 1024

    /// What one entry may cost, with a little room for the blocks that RocksDB gets at once.
    private static let limit = 1.8

    private let samples: Samples
    private let fixture: LedgerFixture

    init() throws {
        let samples = Samples()
        self.samples = samples
        fixture = try LedgerFixture(
            clock: TestClock(asked: { samples.take() }),
            configure: { options in
                // Threads that ask for the time on their own, when the test takes a minute.
                options.upkeepSeconds = 24 * 3600
                options.scrub.entriesPerSecond = 0
            })
    }

    /// Measured 1.54: one hasher for each new node, and the blocks that RocksDB gets; keys and
    /// values of all rows are written in the same memory.
    @Test func anEntryOfABatchAllocatesLessThanTwice() async throws {
        try await fixture.addPoP()
        for round in 0..<4 {
            let statements = try (0..<Self.batch).map { try fixture.capture("\(round)-\($0)") }
            let answers = await fixture.ledger.register(statements)
            #expect(
                answers.allSatisfy { if case .registered = $0 { true } else { false } })
        }
        // From the commit of one batch to that of the next: the first ones are warm-up.
        let counts = samples.differences().suffix(2)
        let mean = Double(counts.reduce(0, +)) / Double(counts.count * Self.batch)
        #expect(counts.count == 2)
        #expect(mean <= Self.limit, "\(mean) allocations an entry")
    }
}

/// The counter of each thread that asked for the time, when it did.
private final class Samples: Sendable {
    private struct Sample {
        let thread: UInt64
        let before: UInt64
        let after: UInt64
    }

    private let taken = Mutex<[Sample]>([])

    func take() {
        let before = allocations_on_this_thread()
        taken.withLock { taken in
            taken.append(
                Sample(
                    thread: allocating_thread(), before: before,
                    after: allocations_on_this_thread()))
        }
    }

    /// What the sequencer's thread allocated between two batches: it is the last that asks for
    /// the time when statements are registered.
    func differences() -> [Int] {
        let taken = taken.withLock { $0 }
        let own = taken.filter { $0.thread == taken.last?.thread }
        return zip(own, own.dropFirst()).map { Int($1.before - $0.after) }
    }
}
