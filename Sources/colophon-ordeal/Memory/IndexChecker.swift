import HTTPCalls
import LedgerClient
import Merkle
import Provenance
import Studio

/// Holds the index of a running ledger to what clients remember: each head stays where it was, and
/// each list is complete (index.md §5, §9).
///
/// That the heads follow one another, and that none was made of heads alone, is read from the
/// entries by `fsck`.
struct IndexChecker: Sendable {
    /// Positions of one answer.
    private static let page: UInt64 = 4096

    /// Bytes of one answer, at most.
    private static let answerBytes = 4 << 20

    let client: LedgerClient
    let verifier: Verifier

    /// Asks about all of `told` by their issuer, about each of `sample` by its artifact, and about
    /// `heads` by their names.
    func check(
        _ told: [Memory.Told], sample: [Memory.Told], heads: [IndexHeadMemory.Seen]
    ) async throws {
        try await waitUntilCovered(told.map(\.index).max() ?? 0)
        for seen in heads { try await check(seen) }
        try await checkIssuer(told)
        for one in sample {
            guard let digest = one.record.statement.subjectDigests.first else { continue }
            let listed = try await answer("sha256=\(digest)").indexes
            guard listed == [one.index] else {
                throw OrdealError.broken(
                    "the entries with \(digest) are \(listed) by the index, and were told to be "
                        + "\(one.index)")
            }
        }
        let nobody = Hash.sha256(Array("what nobody has registered".utf8))
        guard try await answer("sha256=\(nobody)").count == 0 else {
            throw OrdealError.broken("the index lists what nobody has registered")
        }
    }

    /// The newest index head, as it is served.
    func newestHead() async throws -> [UInt8] {
        do throws(CallFailure) {
            let request = CallRequest("GET", "/index", accept: "application/cose", status: 200)
            return try await client.caller.sendOnce(request, limit: Self.answerBytes).body
        } catch {
            throw OrdealError.broken("/index: \(error.error)")
        }
    }

    /// The longest list: one part after the other, each proven by the head of its moment.
    private func checkIssuer(_ told: [Memory.Told]) async throws {
        var listed: Set<UInt64> = []
        var (from, count): (UInt64, UInt64) = (0, 1)
        while from < count {
            let part = try await answer(
                "iss=\(PoP.issuer)&from=\(from)&limit=\(Self.page)")
            guard !part.indexes.isEmpty else { break }
            listed.formUnion(part.indexes)
            (from, count) = (from + UInt64(part.indexes.count), part.count ?? 0)
        }
        for one in told where !listed.contains(one.index) {
            throw OrdealError.broken(
                "the index lists \(listed.count) entries of the issuer, and not entry "
                    + "\(one.index), which was answered")
        }
    }

    private func check(_ seen: IndexHeadMemory.Seen) async throws {
        let name = "index head \(seen.head.chain.sequence), \(seen.head.id),"
        do throws(CallError) {
            guard case .receipt(let bytes) = try await client.receipt(of: seen.head.id),
                let receipt = try? Receipt(bytes), case .inclusion(let proof) = receipt.proof,
                proof.leafIndex == seen.index
            else { throw CallError.unexpected("no receipt at index \(seen.index)") }
        } catch {
            throw OrdealError.broken("\(name) was at index \(seen.index), and is not: \(error)")
        }
    }

    // MARK: - Answers

    /// What a proof says of the one name that was asked for, and the size that it covers.
    private func answer(_ query: String) async throws -> Report.Completeness.Answer {
        do throws(CallFailure) {
            return try proven(try await bytes(query), query).answer
        } catch {
            throw OrdealError.broken("/complete?\(query): \(error.error)")
        }
    }

    private func bytes(_ query: String) async throws(CallFailure) -> [UInt8] {
        let request = CallRequest(
            "GET", "/complete?\(query)", accept: CompleteProof.mediaType, status: 200)
        return try await client.caller.sendOnce(request, limit: Self.answerBytes).body
    }

    /// Verifies an answer offline, as a collector would.
    private func proven(
        _ bytes: [UInt8], _ query: String
    ) throws(CallFailure) -> (answer: Report.Completeness.Answer, size: UInt64) {
        let report = verifier.verify(complete: bytes)
        let refuted = report.findings.filter { $0.verdict == .refuted }.map(\.detail)
        guard let head = report.head, head.level != nil, let answer = report.answers.first,
            refuted.isEmpty, answer.count != nil
        else {
            throw CallFailure(
                .unexpected("its proof is not believed: \(refuted.joined(separator: "; "))"))
        }
        return (answer, head.size)
    }

    private func waitUntilCovered(_ index: UInt64) async throws {
        // A start makes the map of all rows first.
        let end = Patience.end
        var reason = "no index head"
        while ContinuousClock.now < end {
            do throws(CallFailure) {
                let query = "iss=\(PoP.issuer)&limit=1"
                let size = try proven(try await bytes(query), query).size
                if size > index { return }
                reason = "the newest index head covers \(size) entries"
            } catch {
                reason = "\(error.error)"
                if reason.contains("the index has stopped") { break }
                if case .unexpected = error.error, error.status == nil {
                    throw OrdealError.broken("/complete: \(reason)")
                }
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw OrdealError.broken("entry \(index) is not covered by an index head: \(reason)")
    }
}
