import LedgerServer
import TestSupport
import Testing

/// How the items of a batch become chunks, with three tasks that register them.
@Suite(.timeLimit(.minutes(Patience.minutes)))
struct ChunkQueueTests {
    private let queue: ChunkQueue

    init() {
        var limits = LedgerLimits()
        (limits.chunkItems, limits.chunksInFlight) = (4, 3)
        queue = ChunkQueue(limits: limits)
    }

    private static func items(_ count: Int) -> [BatchItem] {
        (0..<count).map { .statement([UInt8($0)]) }
    }

    /// Has each of three takers take one chunk, and calls `body` with what they got, as it comes.
    private func taking(
        _ body: (inout AsyncStream<Int?>.Iterator) async -> Void
    ) async {
        let (chunks, continuation) = AsyncStream.makeStream(of: Int?.self)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask { [queue] in continuation.yield(await queue.take()?.items.count) }
            }
            var iterator = chunks.makeAsyncIterator()
            await body(&iterator)
            queue.finish()
        }
    }

    @Test func whatArrivesWhileAProcessorIsIdleIsRegisteredAtOnce() async {
        await taking { chunks in
            await queue.add(Self.items(1))
            #expect(await chunks.next() == 1)
            await queue.add(Self.items(2))
            #expect(await chunks.next() == 2)
        }
    }

    @Test func aThirdChunkIsFull() async {
        await taking { chunks in
            for _ in 0..<2 {
                await queue.add(Self.items(1))
                #expect(await chunks.next() == 1)
            }
            await queue.add(Self.items(1))
            await queue.add(Self.items(3))
            #expect(await chunks.next() == 4)
        }
    }

    @Test func theEndOfABatchWaitsForNothing() async {
        await taking { chunks in
            for _ in 0..<2 {
                await queue.add(Self.items(1))
                #expect(await chunks.next() == 1)
            }
            await queue.add(Self.items(1))
            queue.finish()
            #expect(await chunks.next() == 1)
        }
    }
}
