import Compression
import Encoding
import HTTPService
import HTTPTypes
import HummingbirdCore
import Ledger
import Manifests
import Merkle
import NIOCore
import Provenance

/// One batch from its body's first byte to its last answer.
///
///     body ─► BatchReader ─► ChunkQueue ─► registering tasks ─► answers, put in order ─► body
///
/// Reading never waits for the client to take its answers: a client may send everything before
/// it reads anything. So answers wait here, at most one for each of the batch's items, and what
/// bounds the batch bounds them.
struct BatchExchange: Sendable {
    let ledger: Ledger
    let limits: LedgerLimits
    let body: RequestBody
    let gate: any AdmissionGate

    /// Takes the share of the sender's that a question costs; false where it is used up.
    let mayAsk: @Sendable () -> Bool

    let room: Room
    let isGzip: Bool
    let answersGzip: Bool

    /// Registers what the body brings and writes the answers as they come.
    ///
    /// All that came of the body is registered, also where the client goes away.
    func run(_ writer: inout any ResponseBodyWriter) async throws {
        let queue = ChunkQueue(limits: limits)
        let (answers, continuation) = AsyncStream.makeStream(of: BatchAnswers.self)
        let failure = await withTaskGroup(of: Void.self) { group -> (any Error)? in
            group.addTask { await read(into: queue) }
            group.addTask {
                await register(from: queue, to: continuation)
                continuation.finish()
            }
            do {
                try await write(answers, to: &writer)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
        try await writer.finish(nil)
    }

    private func read(into queue: ChunkQueue) async {
        var reader = BatchReader(limits: limits, isGzip: isGzip)
        var body = body.makeAsyncIterator()
        // A body that breaks off is treated like a complete one.
        var held = 0
        while !reader.isOver, let bytes = await Self.next(&body) {
            reader.append(bytes)
            while var items = reader.next() {
                if !room.take(Self.byteCount(of: items)) {
                    items = [noRoom(&reader)]
                } else if !reader.isOver, !room.change(&held, to: reader.heldByteCount) {
                    // Complete items are registered all the same.
                    items.append(noRoom(&reader))
                }
                await queue.add(items)
            }
        }
        let last = reader.lastItems()
        room.keep(Self.byteCount(of: last))
        await queue.add(last)
        queue.finish()
        room.give(back: held)
    }

    /// The next bytes alone: what the connection has read them into may be much longer, and must
    /// not wait with them until they are registered.
    private static func next(_ body: inout RequestBody.AsyncIterator) async -> [UInt8]? {
        guard let part = try? await body.next() else { return nil }
        return Array(part.readableBytesView)
    }

    private func noRoom(_ reader: inout BatchReader) -> BatchItem {
        let item = reader.end(with: .noRoom)
        room.keep(item.byteCount)
        return item
    }

    private static func byteCount(of items: [BatchItem]) -> Int {
        items.reduce(0) { $0 + $1.byteCount }
    }

    private func register(
        from queue: ChunkQueue, to answers: AsyncStream<BatchAnswers>.Continuation
    ) async {
        let order = ChunkOrder()
        await withDiscardingTaskGroup { group in
            for _ in 0..<limits.chunksInFlight {
                group.addTask {
                    while let chunk = await queue.take() {
                        let answer = await register(chunk, order)
                        room.keep(answer.byteCount)
                        room.give(back: Self.byteCount(of: chunk.items))
                        answers.yield(answer)
                    }
                }
            }
        }
    }

    /// Registers a chunk and returns the answers of all its items, or what they follow from where a
    /// quorum is still to be met.
    private func register(_ chunk: BatchChunk, _ order: ChunkOrder) async -> BatchAnswers {
        let statements = chunk.items.compactMap { item in
            if case .statement(let bytes) = item { bytes } else { nil }
        }
        var registrations = await ledger.register(
            statements, number: chunk.number, in: order, gate: gate)[...]
        let answers = chunk.items.map { item in
            switch item {
            case .statement:
                registrations.popFirst().map(ItemAnswer.registration)
                    ?? .problem(.storage("the ledger gave no answer"), nil)
            case .question(let id): answer(about: id)
            case .problem(let problem): ItemAnswer.problem(problem, nil)
            }
        }
        guard answers.contains(where: \.isUnpublished) else {
            return BatchAnswers(number: chunk.number, content: .bytes(Self.encoded(answers)))
        }
        return BatchAnswers(
            number: chunk.number,
            content: .unpublished(answers, deadline: ledger.publicationDeadline))
    }

    /// Says whether there is an entry of this name.
    private func answer(about id: EntryID) -> ItemAnswer {
        guard mayAsk() else { return .problem(.tooManyQuestions, id) }
        return ledger.known(id).map(ItemAnswer.registration)
            ?? .problem(.notFound("no such entry in this log"), id)
    }

    /// The answers of a chunk's items, one behind the other.
    private static func encoded(_ answers: [ItemAnswer]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(answers.reduce(0) { $0 + $1.usualByteCount })
        for answer in answers {
            switch answer {
            case .registration(let registration): append(registration, to: &bytes)
            case .problem(let problem, let id): append(problem, id, to: &bytes)
            }
        }
        return bytes
    }

    /// The bytes of answers, once their entries are published or have waited long enough.
    ///
    /// The chunks before this one have waited already, and those behind it wait meanwhile: all
    /// together no longer than one does after the last is registered.
    private func bytes(of answers: BatchAnswers) async -> [UInt8] {
        switch answers.content {
        case .bytes(let bytes): return bytes
        case .unpublished(let items, let deadline):
            await ledger.whenPublished(items.compactMap(\.registration), by: deadline)
            let bytes = Self.encoded(items.map { $0.mapped(ledger.published) })
            room.keep(max(0, bytes.capacity - answers.byteCount))
            return bytes
        }
    }

    // MARK: - Answers

    /// Writes the answers in the order of their items.
    private func write(
        _ answers: AsyncStream<BatchAnswers>, to writer: inout any ResponseBodyWriter
    ) async throws {
        var deflater = answersGzip ? GzipDeflater() : nil
        var waiting: [Int: BatchAnswers] = [:]
        var next = 0
        for await answer in answers {
            waiting[answer.number] = answer
            while let ready = waiting.removeValue(forKey: next) {
                let plain = await bytes(of: ready)
                let bytes = deflater?.deflate(plain) ?? plain
                // An empty chunk would end the body.
                if !bytes.isEmpty { try await writer.write(ByteBuffer(bytes: bytes)) }
                room.give(back: max(ready.byteCount, plain.capacity))
                next += 1
            }
        }
        if let end = deflater?.finish(), !end.isEmpty {
            try await writer.write(ByteBuffer(bytes: end))
        }
    }

    private static func append(_ registration: Registration, to bytes: inout [UInt8]) {
        switch registration {
        case .registered(let id, let receipt): append(201, id, receipt, to: &bytes)
        case .known(let id, let receipt): append(200, id, receipt, to: &bytes)
        case .unpublished(let id, _, _): append(202, id, nil, to: &bytes)
        case .refused(let refusal, let id): append(Problem(refusal), id, to: &bytes)
        }
    }

    private static func append(
        _ status: UInt64, _ id: EntryID, _ receipt: [UInt8]?, to bytes: inout [UInt8]
    ) {
        CBOR.appendHead(major: .array, argument: 3, to: &bytes)
        CBOR.appendHead(major: .unsigned, argument: status, to: &bytes)
        CBOR.appendHead(major: .bytes, argument: UInt64(Hash.byteCount), to: &bytes)
        id.hash.append(to: &bytes)
        if let receipt { CBOR.append(receipt, to: &bytes) } else { CBOR.null.append(to: &bytes) }
    }

    private static func append(_ problem: Problem, _ id: EntryID?, to bytes: inout [UInt8]) {
        let id = id.map { CBOR.bytes($0.hash.bytes) } ?? .null
        CBOR.array([.unsigned(UInt64(problem.status.code)), id, problem.cbor])
            .append(to: &bytes)
    }
}

extension ItemAnswer {
    /// Bytes that it takes where an entry has a receipt: that, and its name.
    fileprivate var usualByteCount: Int {
        switch self {
        case .registration(.registered(_, let receipt)), .registration(.known(_, let receipt)):
            receipt.count + Self.nameBytes
        case .registration, .problem: Self.nameBytes
        }
    }

    /// The heads of an answer, and the name in it.
    private static let nameBytes = 48

    /// What the ledger says, where it says something.
    fileprivate var registration: Registration? {
        if case .registration(let registration) = self { registration } else { nil }
    }

    fileprivate var isUnpublished: Bool { registration?.isUnpublished ?? false }

    fileprivate func mapped(_ newer: (Registration) -> Registration) -> ItemAnswer {
        registration.map { .registration(newer($0)) } ?? self
    }
}

extension Problem {
    /// The sender has asked about more entries than its share.
    fileprivate static let tooManyQuestions = Problem(
        Refusal(.rate, field: "sender", rule: "asks about too many entries; ask again later"))
}
