import AsyncHTTPClient
import NIOCore
import NIOHTTP1

extension LedgerClient {
    /// Registers many statements, up and down at once, and goes on where a connection broke.
    ///
    /// `onAnswer` is called once for each statement with its final answer, in no promised
    /// order, while later ones are still on their way. When this throws, the statements
    /// without an answer were not answered: submit them again.
    public func registerBatch(
        _ statements: [[UInt8]], onAnswer: @Sendable (Int, BatchAnswer) async -> Void
    ) async throws(ClientError) {
        var open = Array(statements.indices)
        var failures = 0
        while !open.isEmpty {
            let chunk = Array(Self.chunk(open, of: statements))
            let outcome = await stream(chunk, of: statements, onAnswer: onAnswer)
            open.removeAll(where: outcome.answered.contains)
            if outcome.answered.count == chunk.count {
                failures = 0
                continue
            }
            failures = outcome.answered.isEmpty ? failures + 1 : 1
            let attempt =
                outcome.failure
                ?? Attempt(error: .unreachable("the answer ended early"), retryAfter: nil)
            guard attempt.error.isTransient, failures < options.tries else { throw attempt.error }
            try await wait(after: failures, attempt)
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
        _ indices: [Int], of statements: [[UInt8]],
        onAnswer: @Sendable (Int, BatchAnswer) async -> Void
    ) async -> BatchOutcome {
        let upload = BatchUpload(statements: statements, indices: indices)
        var request = request(
            "POST", "/batch", accept: "application/cbor-seq", body: nil,
            contentType: "application/cbor-seq")
        request.body = .stream(upload, length: .known(Int64(upload.byteCount)))
        var outcome = BatchOutcome(indices: indices[...])
        do throws(Attempt) {
            let response = try await open(request)
            guard response.status == .ok else {
                throw outcome.unexpected("status \(response.status.code) to POST /batch")
            }
            do {
                for try await part in response.body {
                    try await outcome.take(part.readableBytesView, onAnswer)
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
        _ bytes: some Collection<UInt8>, _ onAnswer: @Sendable (Int, BatchAnswer) async -> Void
    ) async throws(Attempt) {
        buffer += bytes
        var rest = buffer[...]
        loop: while !rest.isEmpty {
            switch CBORItemLength(of: rest) {
            case .complete(let length):
                try await take(item: Array(rest.prefix(length)), onAnswer)
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
        item: [UInt8], _ onAnswer: @Sendable (Int, BatchAnswer) async -> Void
    ) async throws(Attempt) {
        guard let answer = BatchAnswer(item), let index = waiting.popFirst() else {
            throw unexpected("POST /batch has an item that is not an answer")
        }
        if case .refused(let problem) = answer, problem.isTransient {
            failure = Attempt(error: .unavailable(problem), retryAfter: nil)
            return
        }
        answered.insert(index)
        await onAnswer(index, answer)
    }

    func unexpected(_ reason: String) -> Attempt {
        Attempt(error: .unexpected(reason), retryAfter: nil)
    }
}
