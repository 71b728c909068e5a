import Checkpoints
import HTTPCalls
import LedgerClient
import Manifests
import Provenance

/// Records that go to the ledger, in the order of their numbers.
extension SpoolSync {
    /// A record with the bytes that the ledger is sent.
    struct Sending: Sendable {
        let content: SpoolContent
        let body: [UInt8]

        /// Whether it was sent before.
        var isAgain: Bool { content.record.state != .pending }
    }

    /// Sends what the ledger does not know, and what was never sent.
    func send(_ gate: (any RecordGate)?, _ end: inout PassEnd) async throws(SpoolError) {
        var rest = (unknown + (try open(.pending))).sorted {
            ($0.number, $0.fileName) < ($1.number, $1.fileName)
        }[...]
        var asking = arrived[...]
        while !rest.isEmpty || !asking.isEmpty, end.failure == nil, !Task.isCancelled {
            let records = try await records(from: &rest, gate)
            let questions = try names(from: &asking, limit: questionCount(beside: records))
            guard !records.isEmpty || !questions.isEmpty else { continue }
            let wasGzip = window.takesGzip
            try await send(questions, records, &end)
            let isSmaller =
                end.failure?.isRefusal(413) == true && records.count + questions.count > 1
            guard isSmaller || wasGzip && end.failure?.isRefusal(415) == true else { continue }
            // As it was it gets through nowhere: fewer at once, or not compressed.
            end.failure = nil
            rest = records.map { $0.content.record.moved(to: .submitted) }[...] + rest
            asking = questions.map(\.record)[...] + asking
        }
    }

    /// How many questions go with these records: none where records alone may be too large.
    private func questionCount(beside records: [Sending]) -> Int {
        window.byteCount < SyncLimit.plainWindow && !records.isEmpty ? 0 : window.questionCount
    }

    /// Takes records for one request off the front: as many as the window has room for, at least
    /// one, and none that is held back.
    private func records(
        from rest: inout ArraySlice<SpoolRecord>, _ gate: (any RecordGate)?
    ) async throws(SpoolError) -> [Sending] {
        var records: [Sending] = []
        var room = window.plainByteCount
        while records.count < SyncLimit.items, let record = rest.first {
            guard let content = content(of: record) else {
                rest.removeFirst()
                continue
            }
            if let receipt = ownReceipt(of: content) {
                // `submit` or `refresh` has completed it here.
                try add(Answered(content: content, receipt: receipt))
                rest.removeFirst()
                continue
            }
            guard let body = body(of: content), await mayGo(content, gate) else {
                rest.removeFirst()
                continue
            }
            guard records.isEmpty || body.count <= room else { break }
            room -= body.count
            records.append(Sending(content: content, body: body))
            rest.removeFirst()
        }
        try settle()
        return records
    }

    /// The statement with its manifest, without the parts that a ledger has added.
    private func body(of content: SpoolContent) -> [UInt8]? {
        let record = content.content
        do throws(Refusal) {
            return try TransparentStatement(record.statement, manifest: record.manifest).encoded()
        } catch {
            fail(content.record, .broken(content.record.fileName, "cannot be sent: \(error)"))
            return nil
        }
    }

    /// Whether a record may go; also one that went before, and that the ledger does not have.
    private func mayGo(_ content: SpoolContent, _ gate: (any RecordGate)?) async -> Bool {
        let record = content.record
        guard let gate, let reason = await gate.hold(content.content) else {
            toldHeld[record.key] = nil
            return true
        }
        held[record.key] = (record, reason)
        return false
    }

    /// Sends questions and records in one request, and completes the records that are answered.
    private func send(
        _ questions: [Named], _ records: [Sending], _ end: inout PassEnd
    ) async throws(SpoolError) {
        // First: what is among the submitted ones is asked about, whatever happens now.
        let pending = records.map(\.content.record).filter { $0.state == .pending }
        try spool.move(pending, to: .submitted)
        let sent = records.map { Sending(content: $0.content.moved(to: .submitted), body: $0.body) }
        let gzip = window.takesGzip
        let plain = records.reduce(0) { $0 + $1.body.count }
        sum.requests += 1
        sum.asked += questions.count
        sum.sent += records.count
        sum.sentAgain += records.count(where: \.isAgain)
        sum.plainBytes += plain
        let delivery = await client.deliver(
            questions.map { .question($0.entry) }
                + sent.map { .statement($0.body, $0.content.id) }, gzip: gzip
        ) { index, answer in
            if index < questions.count {
                await self.take(answer, aboutSent: questions[index].record)
            } else {
                await self.take(answer, of: sent[index - questions.count])
            }
        }
        try settle()
        try await confirmRefusals(&end)
        if gzip {
            // Names do not compress: the rest is what the records became.
            let names = questions.count * SyncLimit.nameBytes
            window.note(plain: plain, sent: delivery.bodyBytes - names)
        }
        note(delivery, filling: delivery.bodyBytes, gzip: gzip, &end)
        if records.count == 1, questions.isEmpty,
            case .refused(let problem)? = end.failure, problem.isTooLargeForALedger
        {
            end.failure = nil
            refusals.append((sent[0].content, problem))
            try await confirmRefusals(&end)
        }
    }

    /// Takes the answer to a statement.
    private func take(_ answer: DeliveryAnswer, of sent: Sending) {
        answers += 1
        guard broken == nil else { return }
        switch answer {
        case .accepted(.registered(let receipt)), .accepted(.known(let receipt)):
            take(receipt: receipt, of: sent.content)
        case .accepted(.pending):
            follow(sent.content.record)
        case .unknown:
            // Only questions are answered so; the next pass asks about it.
            break
        case .refused(let problem):
            refusals.append((sent.content, problem))
        }
    }

    /// Puts refused records among the refused ones, once the spool's ledger is known to answer at
    /// this address.
    ///
    /// A refusal has no signature. Whoever answers at a hijacked address could empty a spool with
    /// them, so they stay submitted where no checkpoint of the ledger comes from there.
    private func confirmRefusals(_ end: inout PassEnd) async throws(SpoolError) {
        guard !refusals.isEmpty else { return }
        if !isConfirmed {
            do throws(CallError) {
                try await confirmLedger()
            } catch {
                end.failure = end.failure ?? error
                refusals = []
                return
            }
        }
        for (content, problem) in refusals { try refuse(content, problem) }
        refusals = []
    }

    private func confirmLedger() async throws(CallError) {
        if let origin = spool.settings.origin {
            let note = try await client.checkpoint()
            guard let head = try? SignedCheckpoint(parsing: note).claim, head.origin == origin
            else { throw .unexpected("its newest head is not one of \(origin)") }
            if let kit = judge.kit, (try? kit.registry.open(note: note)) == nil {
                throw .unexpected("the trust kit does not know who has signed its newest head")
            }
        }
        isConfirmed = true
    }

    private func refuse(
        _ content: SpoolContent, _ problem: ProblemDetails
    ) throws(SpoolError) {
        let refused = try spool.refuse(content.record, "\(problem)")
        sum.refused += 1
        following.remove(refused.key)
        onEvent(.refused(refused, problem, content))
        tellProgress()
    }

    /// Takes note of how a request ended.
    ///
    /// - Parameter filling: how much of the window it took.
    func note(
        _ delivery: DeliveryEnd, filling: Int, gzip: Bool = false, _ end: inout PassEnd
    ) {
        window.note(takesGzip: delivery.takesGzip)
        guard let failure = delivery.failure else { return window.arrived(filling) }
        let before = window.byteCount
        switch failure {
        case .unreachable: window.cut(answered: delivery.answered)
        case .refused(let problem) where problem.status == 413:
            window.tooLarge(delivery.bodyBytes)
        case .refused(let problem) where problem.status == 415 && gzip:
            window.refuseGzip()
            end.isSmaller = true
        default: break
        }
        end.failure = failure
        end.retryAfter = delivery.retryAfter
        end.isSmaller = end.isSmaller || window.byteCount < before
    }
}

extension ProblemDetails {
    /// Whether a ledger says that one record is too large: something on the way knows no problem
    /// documents.
    fileprivate var isTooLargeForALedger: Bool { status == 413 && detail != nil }
}

extension CallError {
    /// Whether the whole request was refused with this status.
    fileprivate func isRefusal(_ status: Int) -> Bool {
        if case .refused(let problem) = self { problem.status == status } else { false }
    }
}
