import Encoding
public import HTTPCalls
import Synchronization

extension LedgerClient {
    /// Registers many statements, up and down at once, and goes on where a connection broke.
    ///
    /// `onAnswer` is called once for each statement with its final answer, in no promised
    /// order, while later ones are still on their way. When this throws, the statements
    /// without an answer were not answered: submit them again.
    ///
    /// Where something on the way takes no body of such a size, smaller ones are sent, down to
    /// single statements; the size that went through is kept for the batches that follow.
    ///
    /// The work of `onAnswer` takes none of the time that the ledger has.
    public func registerBatch(
        _ statements: [[UInt8]], onAnswer: @escaping @Sendable (Int, BatchAnswer) async -> Void
    ) async throws(CallError) {
        var open = Array(statements.indices)
        let byteCount = statements.reduce(0) { $0 + $1.count }
        try await caller.call(sending: byteCount) { time -> CallAttempt<Void> in
            var hasProgress = false
            while !open.isEmpty {
                let chunk = Array(chunk(open, of: statements))
                let outcome = await submit(statements, chunk, time, onAnswer)
                open.removeAll(where: outcome.answered.contains)
                if let problem = outcome.tooLarge {
                    let byteCount = chunk.reduce(0) { $0 + statements[$1].count }
                    guard chunk.count == 1 else {
                        batchSize.halve(from: byteCount)
                        continue
                    }
                    _ = await time.own { await onAnswer(chunk[0], .refused(problem)) }
                    open.removeAll { $0 == chunk[0] }
                    continue
                }
                hasProgress = hasProgress || !outcome.answered.isEmpty
                guard outcome.answered.count == chunk.count else {
                    return .failed(
                        outcome.failure ?? BatchOutcome.brokenOff, hasProgress: hasProgress)
                }
            }
            return .done(())
        }
    }

    /// Takes as many from the front as one request should carry; at least one.
    private func chunk(_ open: [Int], of statements: [[UInt8]]) -> ArraySlice<Int> {
        let limit = batchSize.byteCount
        var bytes = 0
        let fitting = open.prefix(ClientLimit.batchItems).prefix { index in
            bytes += statements[index].count
            return bytes <= limit
        }
        return fitting.isEmpty ? open.prefix(1) : fitting
    }

    /// Sends one request and reads its answers until they end, well or badly.
    private func submit(
        _ statements: [[UInt8]], _ indices: [Int], _ time: CallTime,
        _ onAnswer: @escaping @Sendable (Int, BatchAnswer) async -> Void
    ) async -> BatchOutcome {
        let request = CallRequest(
            "POST", "/batch", accept: "application/cbor-seq",
            body: Self.body(statements, at: indices), contentType: "application/cbor-seq",
            status: 200)
        let empty = BatchOutcome(indices: indices[...])
        var (outcome, status) = await caller.exchange(request, time, into: empty) {
            outcome, part throws(CallFailure) in
            try await outcome.take(part, time, onAnswer)
        }
        if case .failure(let failure) = status { outcome.failure = failure }
        return outcome
    }

    /// The body of a batch: each of these statements as a CBOR byte string.
    private static func body(_ statements: [[UInt8]], at indices: [Int]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(indices.reduce(0) { $0 + statements[$1].count + longestHead })
        for index in indices { CBOR.append(statements[index], to: &bytes) }
        return bytes
    }

    /// Bytes of the head of a byte string of less than 4 GiB (RFC 8949 §3).
    private static let longestHead = 5
}

/// The answers to one request with many statements.
struct BatchOutcome: Sendable {
    /// The statements that have their final answer.
    private(set) var answered: Set<Int> = []

    /// Why the rest has none.
    var failure: CallFailure?

    /// The refusal of the whole body for its size; nil where there was none.
    var tooLarge: ProblemDetails? {
        guard answered.isEmpty, case .refused(let problem)? = failure?.error,
            problem.status == 413
        else { return nil }
        return problem
    }

    private var waiting: ArraySlice<Int>
    private var reader = BatchAnswerReader()

    init(indices: ArraySlice<Int>) {
        waiting = indices
    }

    /// Takes bytes of the answer and reports each whole item in them.
    mutating func take(
        _ bytes: [UInt8], _ time: CallTime,
        _ onAnswer: @Sendable (Int, BatchAnswer) async -> Void
    ) async throws(CallFailure) {
        reader.append(bytes)
        while let item = try reader.next() { try await take(item: item, time, onAnswer) }
    }

    private mutating func take(
        item: [UInt8], _ time: CallTime,
        _ onAnswer: @Sendable (Int, BatchAnswer) async -> Void
    ) async throws(CallFailure) {
        guard let answer = BatchAnswer(item), let index = waiting.popFirst() else {
            throw Self.unexpected("POST /batch has an item that is not an answer")
        }
        if case .refused(let problem) = answer, problem.isTransient {
            failure = CallFailure(.unavailable(problem))
            return
        }
        let isTaken = await time.own { await onAnswer(index, answer) }
        guard isTaken else { throw Self.brokenOff }
        answered.insert(index)
    }

    /// The error of an answer that ends before its last item.
    static var brokenOff: CallFailure {
        CallFailure(.unreachable("the answer ended early"))
    }

    static func unexpected(_ reason: String) -> CallFailure {
        CallFailure(.unexpected(reason))
    }
}

/// How many bytes of statements one request may carry, as far as is known of what is on the way.
final class BatchSize: Sendable {
    private let limit = Mutex(ClientLimit.batchBytes)

    var byteCount: Int { limit.withLock { $0 } }

    /// Takes note that a body with so many bytes of statements was too large.
    func halve(from byteCount: Int) {
        limit.withLock { $0 = min($0, byteCount / 2) }
    }
}
