import Encoding
import Merkle
import OpenTimestamps
import TestCalendar
import TestSupport

extension FuzzTarget {
    /// A proof that is read has one form, and shows nothing about another digest.
    static func timestampProof(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        let proof: DetachedTimestamp
        do throws(DetachedTimestampError) {
            proof = try DetachedTimestamp(parsing: bytes)
        } catch {
            try isPlain("\(error)", "an error")
            return false
        }
        try isWhole(proof)
        try hold((try? proof.merging(proof)) == proof, "a proof adds nothing to itself")
        let headers = KnownDates.shared.headers
        try hold(
            proof.check(.sha256(proof.digest.bytes), against: headers) == .refuted(.otherDigest),
            "a proof is about one digest")
        if case .holds(let block, let others) = proof.check(proof.digest, against: headers) {
            for block in [block] + others {
                try hold(
                    headers[block.height]?.merkleRoot == block.claim.message,
                    "a proof that holds leads to the root of its block")
            }
        }
        return true
    }

    /// What an answer adds to a proof is a proof again, and stays in it.
    static func calendarReply(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        let known = KnownDates.shared
        var isTaken = false
        for place in known.pending.pending {
            let added = Result { () throws(DetachedTimestampError) in
                try known.pending.adding(reply: bytes, at: place.commitment)
            }
            switch added {
            case .success(let proof):
                try wasTaken(proof, beside: known.pending)
                isTaken = true
            case .failure(let error): try isPlain("\(error)", "an error")
            }
        }
        if let proof = try? known.submission.proof(reply: bytes) {
            try isWhole(proof)
            isTaken = true
        }
        return isTaken
    }

    /// Headers that are read have work and follow from each other, however the file is cut.
    ///
    /// The first byte chooses the pieces.
    static func blockHeaders(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        let file = Array(bytes.dropFirst())
        let whole = Result { () throws(BitcoinHeadersError) in try BitcoinHeaders(parsing: file) }
        let cut = Result { () throws(BitcoinHeadersError) in
            var reader = BitcoinHeadersReader()
            for piece in Pieces.cut(file, Pieces.sizes(bytes.first ?? 0)) { try reader.read(piece) }
            return try reader.finish()
        }
        switch (whole, cut) {
        case (.failure(let error), .failure(let other)):
            try hold(error == other, "pieces of a file are refused as the whole")
            try isPlain("\(error)", "an error")
            return false
        case (.success(let headers), .success(let other)):
            try hold(headers.count == other.count, "pieces of a file give what the whole gives")
            for height in headers.range ?? 0...0 {
                guard let header = headers[height] else { continue }
                try hold(other[height] == header, "pieces of a file give what the whole gives")
                try hold(header.hasWork, "a header has its work")
                if let next = headers[height + 1] {
                    try hold(next.previous == header.hash, "headers follow from each other")
                }
                // Heights may be far apart.
                if height > (headers.range?.lowerBound ?? 0) + 1_000 { break }
            }
            return headers.count > 0
        default: throw BrokenProperty(description: "untrue: pieces are read as the whole")
        }
    }

    private static func wasTaken(
        _ proof: DetachedTimestamp, beside pending: DetachedTimestamp
    ) throws(BrokenProperty) {
        try isWhole(proof)
        try hold(
            Set(proof.pending).isSuperset(of: pending.pending), "an answer takes nothing away")
        try hold((try? proof.merging(pending)) == proof, "an upgraded proof has the old one in it")
    }

    private static func isWhole(_ proof: DetachedTimestamp) throws(BrokenProperty) {
        let file = proof.encoded
        try hold(file.count <= DetachedTimestamp.byteLimit, "a proof keeps to its limit")
        try hold(
            (try? DetachedTimestamp(parsing: file)) == proof, "a proof comes back from its file")
        for promise in proof.pending {
            try isPlain(promise.calendar, "a calendar's name")
            try hold(promise.commitment.count <= 4096, "a message keeps to its limit")
        }
    }
}

/// A digest that two calendars have dated, and the chain that shows it; always the same.
struct KnownDates: Sendable {
    static let shared = KnownDates()

    let submission: CalendarSubmission
    let pending: DetachedTimestamp
    let proofs: [[UInt8]]
    let answers: [[UInt8]]
    let file: [UInt8]
    let headers: BitcoinHeaders

    private init() {
        var random = SeededRandom(seed: 13)
        var chain = TestChain(height: 7)
        var calendars = [TestCalendar("https://a.example"), TestCalendar("https://b.example")]
        submission = CalendarSubmission(
            of: .sha256([1]), sealing: [.sha256([2])], using: &random)
        do {
            var promises: [DetachedTimestamp] = []
            var (answers, commitments): ([[UInt8]], [[UInt8]]) = ([], [])
            for index in calendars.indices {
                let (answer, commitment) = calendars[index].submit(
                    submission.posted.bytes, at: 1_700_000_000)
                _ = calendars[index].submit([UInt8(index)], at: 1_700_000_000)
                calendars[index].anchor(in: &chain, time: 1_700_003_600)
                promises.append(try submission.proof(reply: answer))
                commitments.append(commitment)
                answers.append(answer)
            }
            pending = try promises[0].merging(promises[1])
            var proof = pending
            for (calendar, commitment) in zip(calendars, commitments) {
                let reply = try found(calendar.answer(to: commitment), "the answer")
                proof = try proof.adding(reply: reply, at: commitment)
                answers.append(reply)
            }
            proofs = [proof.encoded, pending.encoded]
            self.answers = answers
            file = chain.file
            headers = try BitcoinHeaders(parsing: chain.file)
        } catch {
            preconditionFailure("known dates cannot be made: \(error)")
        }
    }
}
