import AsyncHTTPClient
import NIOCore
import NIOHTTP1

extension LedgerClient {
    /// Registers many statements, up and down at once, and goes on where a connection broke.
    ///
    /// `onAnswer` is called once for each statement with its final answer, in no promised
    /// order, while later ones are still on their way. When this throws, the statements
    /// without an answer were not answered: submit them again.
    ///
    /// The work of `onAnswer` takes none of the time that the ledger has.
    public func registerBatch(
        _ statements: [[UInt8]], onAnswer: @escaping @Sendable (Int, BatchAnswer) async -> Void
    ) async throws(ClientError) {
        let time = CallTime(options, sending: statements.reduce(0) { $0 + $1.count })
        var open = Array(statements.indices)
        var failures = 0
        while !open.isEmpty {
            let chunk = Array(Self.chunk(open, of: statements))
            let upload = Upload(statements, at: chunk, time)
            let outcome = await time.run {
                await stream(upload, BatchOutcome(indices: chunk[...]), onAnswer)
            }
            open.removeAll(where: outcome.answered.contains)
            if outcome.answered.count == chunk.count {
                failures = 0
                continue
            }
            failures = outcome.answered.isEmpty ? failures + 1 : 1
            let failure = outcome.failure ?? outcome.brokenOff
            let attempt = time.judged(failure)
            guard attempt.error.isTransient, failures < options.tries else { throw attempt.error }
            try await wait(after: failures, attempt, time)
        }
    }

    /// Takes as many from the front as one request should carry; at least one.
    private static func chunk(_ open: [Int], of statements: [[UInt8]]) -> ArraySlice<Int> {
        var bytes = 0
        let fitting = open.prefix(ClientLimit.batchItems).prefix { index in
            bytes += statements[index].count
            return bytes <= ClientLimit.batchBytes
        }
        return fitting.isEmpty ? open.prefix(1) : fitting
    }

    /// Sends one request and reads its answers until they end, well or badly.
    private func stream(
        _ upload: Upload, _ empty: BatchOutcome,
        _ onAnswer: @Sendable (Int, BatchAnswer) async -> Void
    ) async -> BatchOutcome {
        var request = request(
            "POST", "/batch", accept: "application/cbor-seq", contentType: "application/cbor-seq")
        request.body = HTTPClientRequest.Body(upload)
        var outcome = empty
        do throws(Attempt) {
            let response = try await open(request, upload.time)
            guard response.status == .ok else {
                throw outcome.unexpected("status \(response.status.code) to POST /batch")
            }
            do {
                for try await part in response.body {
                    upload.time.received(part.readableBytes)
                    try await outcome.take(part.readableBytesView, upload.time, onAnswer)
                }
            } catch let attempt as Attempt {
                throw attempt
            } catch {
                throw Attempt(error: failure(error), retryAfter: nil)
            }
        } catch {
            outcome.failure = error
        }
        return outcome
    }
}

extension HTTPClientRequest.Body {
    /// A body of a known length that is handed over chunk by chunk.
    init(_ upload: Upload) {
        self = .stream(upload, length: .known(Int64(upload.body.readableBytes)))
    }
}

/// What came back from one request with many statements.
struct BatchOutcome {
    /// The statements that have their final answer.
    private(set) var answered: Set<Int> = []

    /// Why the rest has none.
    var failure: Attempt?

    private var waiting: ArraySlice<Int>
    private var buffer: [UInt8] = []

    init(indices: ArraySlice<Int>) {
        waiting = indices
    }

    /// Takes bytes of the answer and reports each whole item in them.
    mutating func take(
        _ bytes: some Collection<UInt8>, _ time: CallTime,
        _ onAnswer: @Sendable (Int, BatchAnswer) async -> Void
    ) async throws(Attempt) {
        buffer += bytes
        var rest = buffer[...]
        loop: while !rest.isEmpty {
            switch CBORItemLength(of: rest) {
            case .complete(let length):
                try await take(item: Array(rest.prefix(length)), time, onAnswer)
                rest = rest.dropFirst(length)
            case .incomplete where rest.count <= ClientLimit.batchAnswerBytes:
                break loop
            case .incomplete, .malformed:
                throw unexpected("POST /batch answers with something else than CBOR items")
            }
        }
        buffer = Array(rest)
    }

    private mutating func take(
        item: [UInt8], _ time: CallTime,
        _ onAnswer: @Sendable (Int, BatchAnswer) async -> Void
    ) async throws(Attempt) {
        guard let answer = BatchAnswer(item), let index = waiting.popFirst() else {
            throw unexpected("POST /batch has an item that is not an answer")
        }
        if case .refused(let problem) = answer, problem.isTransient {
            failure = Attempt(error: .unavailable(problem), retryAfter: nil)
            return
        }
        let isTaken = await time.own { await onAnswer(index, answer) }
        guard isTaken else { throw brokenOff }
        answered.insert(index)
    }

    /// What is wrong where the answer ends before its last item.
    var brokenOff: Attempt {
        Attempt(error: .unreachable("the answer ended early"), retryAfter: nil)
    }

    func unexpected(_ reason: String) -> Attempt {
        Attempt(error: .unexpected(reason), retryAfter: nil)
    }
}
