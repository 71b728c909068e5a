import Compression
import Encoding
public import HTTPCalls
import Merkle
public import Provenance
import Synchronization

/// One item of a batch that is sent once.
public enum DeliveryItem: Sendable {
    /// A statement in its transport form, with the name of its entry.
    case statement([UInt8], EntryID)

    /// The name of an entry that is asked about.
    case question(EntryID)

    /// The name of the entry.
    public var entry: EntryID {
        switch self {
        case .statement(_, let entry), .question(let entry): entry
        }
    }
}

/// What a ledger says about one item.
public enum DeliveryAnswer: Hashable, Sendable {
    /// It is an entry, with a receipt where that is ready.
    case accepted(Acceptance)

    /// What was asked about is no entry, or the ledger knows no questions: send the statement.
    case unknown

    /// The statement was refused for good.
    case refused(ProblemDetails)
}

/// How a delivery ended.
public struct DeliveryEnd: Sendable {
    /// Items that were answered.
    public let answered: Int

    /// Why others were not; nil where all were.
    public let failure: CallError?

    /// How long the ledger asks to wait; nil where it does not say.
    public let retryAfter: Duration?

    /// Whether the ledger says that it takes a body in gzip; nil where no answer came.
    public let takesGzip: Bool?

    /// Bytes of the body as it was sent.
    public let bodyBytes: Int
}

extension LedgerClient {
    /// Sends one request with statements and questions, once, and reads its answers until they end,
    /// well or badly.
    ///
    /// `onAnswer` is called for each item that is answered, in their order, while later ones are
    /// still on their way. What must be sent again, because the ledger is busy or the connection
    /// broke, is not answered.
    ///
    /// - Parameter gzip: whether the body is compressed: only for a ledger that said it takes that.
    public func deliver(
        _ items: [DeliveryItem], gzip: Bool,
        onAnswer: @escaping @Sendable (Int, DeliveryAnswer) async -> Void
    ) async -> DeliveryEnd {
        let plain = Self.body(items)
        let body = gzip ? GzipDeflater.deflated(plain, level: .balanced) : plain
        let request = CallRequest(
            "POST", "/batch", accept: "application/cbor-seq", body: body,
            contentType: "application/cbor-seq", contentEncoding: gzip ? "gzip" : nil,
            acceptsGzip: true, status: 200, field: "Accept-Encoding")
        let encodings = Mutex<String??>(nil)
        let (outcome, failure) = await caller.exchangeOnce(
            request, into: DeliveryOutcome(items.map(Asked.init)),
            onField: { field in encodings.withLock { $0 = .some(field) } }
        ) { outcome, part, time throws(CallFailure) in
            try await outcome.take(part, time, onAnswer)
        }
        let reason = failure ?? outcome.failure ?? outcome.missing
        return DeliveryEnd(
            answered: outcome.answered, failure: reason?.error, retryAfter: reason?.retryAfter,
            takesGzip: encodings.withLock { $0.map(Self.namesGzip) }, bodyBytes: body.count)
    }

    private static func body(_ items: [DeliveryItem]) -> [UInt8] {
        var bytes: [UInt8] = []
        for item in items {
            switch item {
            case .statement(let statement, _): CBOR.append(statement, to: &bytes)
            case .question(let entry): CBOR.append(entry.hash.bytes, to: &bytes)
            }
        }
        return bytes
    }

    /// Whether an Accept-Encoding of an answer allows gzip (RFC 9110 §12.5.3).
    private static func namesGzip(_ field: String?) -> Bool {
        (field ?? "").split(separator: ",").contains { part in
            let words = part.lowercased().split { ";= \t".contains($0) }
            guard words.first == "gzip" else { return false }
            return words.count < 3 || words[1] != "q" || Double(words[2]) != 0
        }
    }
}

/// What is remembered of an item until its answer: not its bytes.
private struct Asked: Sendable {
    let entry: EntryID
    let isQuestion: Bool

    init(_ item: DeliveryItem) {
        entry = item.entry
        if case .question = item { isQuestion = true } else { isQuestion = false }
    }
}

/// The answers to one delivery.
private struct DeliveryOutcome: Sendable {
    private let items: [Asked]
    private var next = 0
    private var reader = BatchAnswerReader()

    /// Items that were answered.
    private(set) var answered = 0

    /// Why others must be sent again, as the ledger says.
    private(set) var failure: CallFailure?

    init(_ items: [Asked]) {
        self.items = items
    }

    /// Why items have no answer though the answer came to its end; nil where all have.
    var missing: CallFailure? {
        next < items.count ? CallFailure(.unreachable("the answer ended early")) : nil
    }

    mutating func take(
        _ bytes: [UInt8], _ time: CallTime,
        _ onAnswer: @Sendable (Int, DeliveryAnswer) async -> Void
    ) async throws(CallFailure) {
        reader.append(bytes)
        while let item = try reader.next() {
            guard next < items.count, let answer = NamedBatchAnswer(item) else {
                throw CallFailure(.unexpected("POST /batch has an item that is not an answer"))
            }
            guard let final = try judged(answer, of: items[next]) else {
                next += 1
                continue
            }
            let index = next
            guard await time.own({ await onAnswer(index, final) }) else {
                throw CallFailure(.unreachable("the answer ended early"))
            }
            next += 1
            answered += 1
        }
    }

    /// What an answer says of its item; nil where it is to be sent again.
    private mutating func judged(
        _ answer: NamedBatchAnswer, of item: Asked
    ) throws(CallFailure) -> DeliveryAnswer? {
        guard answer.entry == nil || answer.entry == item.entry else {
            throw CallFailure(.unexpected("POST /batch answers about another entry"))
        }
        switch answer.answer {
        case .accepted(let acceptance):
            guard answer.entry != nil else {
                throw CallFailure(.unexpected("POST /batch accepts what it does not name"))
            }
            return .accepted(acceptance)
        case .refused(let problem):
            if answer.entry == nil, problem.detail?.hasPrefix(Self.ofBody) != false {
                throw Self.fault(ofBody: problem)
            }
            if problem.isTransient {
                failure = CallFailure(.unavailable(problem))
                return nil
            }
            return item.isQuestion ? .unknown : .refused(problem)
        }
    }

    /// How a ledger begins what it says of the whole body (http.md §3).
    private static let ofBody = "body"

    /// What ended the batch: the way here has cut or damaged it, or it was too large.
    private static func fault(ofBody problem: ProblemDetails) -> CallFailure {
        if problem.status == 413 { return CallFailure(.refused(problem)) }
        guard !problem.isTransient else { return CallFailure(.unavailable(problem)) }
        return CallFailure(.unreachable("the ledger did not get all of it: \(problem)"))
    }
}
