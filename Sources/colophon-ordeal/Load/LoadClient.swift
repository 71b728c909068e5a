import Foundation
import HTTPCalls
import LedgerClient
import Provenance
import Studio
import Synchronization

/// One client of a load: one request after the other, chosen by dice.
struct LoadClient: Sendable {
    let load: Load
    let number: Int
    var dice: Dice
    private var records = 0

    init(load: Load, number: Int, dice: Dice) {
        self.load = load
        self.number = number
        self.dice = dice
    }

    mutating func run(_ client: LedgerClient) async {
        while !Task.isCancelled {
            do {
                let isAnswered = try await request(client)
                let pause = isAnswered ? dice.number(0..<max(load.pauseMilliseconds, 1)) : 25
                try await Task.sleep(for: .milliseconds(pause))
            } catch is CancellationError {
                return
            } catch {
                load.memory.report("a client cannot go on: \(error)")
                return
            }
        }
    }

    /// Sends one request; false where it was not, or not wholly, answered.
    private mutating func request(_ client: LedgerClient) async throws -> Bool {
        switch dice.number(0..<100) {
        case ..<45: return await submit([try record()], alone: true, client)
        case ..<75: return await submit(try batch(), alone: false, client)
        case ..<85:
            // The same statement twice at one moment.
            let record = try record()
            async let one = submit([record], alone: true, client)
            async let other = submit([record], alone: dice.happens(50), client)
            return await (one, other) == (true, true)
        case ..<95: return await submit(load.memory.takeUnanswered(64), alone: false, client)
        default:
            let known = load.memory.anyTold(&dice)
            return await submit(known.map { [$0] } ?? [], alone: true, client)
        }
    }

    private mutating func record() throws -> SignedRecord {
        records += 1
        return try load.pop.record(
            "\(load.name)-\(number)-\(records).jpg", padding: load.padding)
    }

    /// New works, some of them twice, and some that were answered before.
    private mutating func batch() throws -> [SignedRecord] {
        let count = dice.happens(10) ? load.batchItems : max(2, load.batchItems / 16)
        var records: [SignedRecord] = []
        for _ in 0..<dice.number(1..<(count + 1)) {
            let isRepeated = dice.happens(10)
            if isRepeated, let known = load.memory.anyTold(&dice) { records.append(known) }
            records.append(try record())
            if isRepeated, let again = records.randomElement(using: &dice) { records.append(again) }
        }
        return records
    }

    /// Sends records and remembers each answer; records without one are left to be sent again.
    private func submit(
        _ records: [SignedRecord], alone: Bool, _ client: LedgerClient
    ) async -> Bool {
        guard !records.isEmpty else { return true }
        let memory = load.memory
        let answered = Mutex<Set<Int>>([])
        do throws(CallError) {
            if alone {
                let answer = BatchAnswer.accepted(try await client.register(records[0].bytes))
                if Self.remember(records[0], answer, memory) { answered.withLock { $0 = [0] } }
            } else {
                try await client.registerBatch(records.map(\.bytes)) { number, answer in
                    let isFinal = Self.remember(records[number], answer, memory)
                    if isFinal { answered.withLock { _ = $0.insert(number) } }
                }
            }
        } catch .refused(let problem) {
            memory.report("a statement with nothing wrong was refused: \(problem)")
        } catch {
            // Cut off, busy or broken: what is not in `answered` is sent again later.
        }
        let rest = answered.withLock { done in
            records.indices.filter { !done.contains($0) }.map { records[$0] }
        }
        memory.leaveUnanswered(rest)
        return rest.isEmpty
    }

    /// Returns whether this was the final answer.
    private static func remember(_ record: SignedRecord, _ answer: BatchAnswer, _ memory: Memory)
        -> Bool
    {
        switch answer {
        case .accepted(.registered(let receipt)), .accepted(.known(let receipt)):
            memory.answered(record, receipt: receipt)
            return true
        case .accepted(.pending):
            return false
        case .refused(let problem):
            memory.report("\(record.id): a statement with nothing wrong was refused: \(problem)")
            return true
        }
    }
}
