import Encoding
package import IndexMap
import Manifests
package import Provenance

/// A fresh proof of completeness for a record: of its artifacts and its thread (record.md §6).
///
/// The record keeps the earliest proof that it has beside the newest, for that one shows what was
/// taken out of the ledger's index since.
package struct NewerComplete: Sendable {
    /// Why a record has no newer proof, where nothing is wrong.
    package enum Delay: Hashable, Sendable {
        /// No index head that is served covers the record yet.
        case uncovered

        /// Too few have seen the index head.
        case unseen
    }

    /// What a record gets.
    package struct Completed: Sendable {
        /// The record as it is to be.
        package let record: TransparentStatement

        /// The number of entries that its newest proof covers; nil where it has none that the kit
        /// proves.
        package let size: UInt64?

        /// Why it got no newer one.
        package let delay: Delay?

        /// The proofs that were in it, and are false by the kit.
        package let removed: [[UInt8]]
    }

    /// Names whose lists have more entries than one page: no proof of them is taken.
    package let passedOver: [IndexName]

    private let verifier: Verifier
    private let now: UInt64

    /// The proof and the head that it is by; nil where no head is served yet.
    private let fresh: (bytes: [UInt8], head: IndexHead)?

    /// Asks a source about the names of a statement; nothing is verified yet.
    package init(
        for statement: Statement, from source: some CompleteSource, by kit: TrustKit,
        now: UInt64 = UTC.now
    ) async throws(NewerCompleteError) {
        verifier = Verifier(kit)
        self.now = now
        guard let proof = try await source.proof(of: Self.names(of: statement)) else {
            (fresh, passedOver) = (nil, [])
            return
        }
        let long = proof.proofs.filter { Self.count($0) > UInt64(IndexPage.maximumCount) }
        let whole = proof.proofs.filter { one in !long.contains(one) }
        passedOver = long.map(\.name)
        guard !whole.isEmpty, let taken = try? CompleteProof(proof.head, whole) else {
            throw .tooLong
        }
        fresh = (taken.encoded(), proof.head.head)
    }

    /// The names that are asked about: as many artifacts as have room, and the thread.
    ///
    /// The list of an issuer grows with all its works, and is seldom what a collector asks.
    private static func names(of statement: Statement) -> [IndexName] {
        let digests = statement.subjectDigests.prefix(Limits.completeNames - 1)
        do throws(IndexNameError) {
            return digests.map { .artifact($0) } + [try .sub(statement.subject)]
        } catch {
            preconditionFailure("the form of a statement is stricter than that of a name: \(error)")
        }
    }

    private static func count(_ proof: IndexProof) -> UInt64 {
        guard case .list(let key, let count, _) = proof.end, key == proof.name.key else { return 0 }
        return count
    }

    /// Returns the record that a file is to have, which has this one now.
    ///
    /// Everything is judged by the kit beside the record. Throws where the new proof is false, or
    /// where it contradicts the record or what that carries, or where two proofs in the record
    /// contradict each other: then the file stays as it is.
    package func completed(
        _ record: TransparentStatement
    ) throws(NewerCompleteError) -> Completed {
        let judged = record.completes.map { (bytes: $0, report: report(record, [$0])) }
        let removed = judged.filter { Self.refusal(of: $0.report) != nil }.map(\.bytes)
        let kept = judged.filter { Self.refusal(of: $0.report) == nil }.map {
            KeptProof(bytes: $0.bytes, completeness: $0.report.completeness.first)
        }
        func outcome(_ proofs: [KeptProof], _ delay: Delay?) -> Completed {
            var whole = record
            whole.completes = proofs.map(\.bytes)
            let size = proofs.compactMap(\.size).max()
            return Completed(record: whole, size: size, delay: delay, removed: removed)
        }
        try refuseContradiction(among: kept, of: record)
        guard let fresh else { return outcome(kept, .uncovered) }
        let alone = report(record, [fresh.bytes])
        if let detail = Self.refusal(of: alone) { throw .refuted(detail, fresh.bytes) }
        guard let new = alone.completeness.first, let head = new.head, let level = head.level,
            !new.findings.contains(where: { $0.verdict == .unknown })
        else {
            throw .unknown(alone.completeness.first?.findings.first?.detail ?? "")
        }
        try refuseContradiction(to: fresh.bytes, among: kept, of: record)
        guard new.answers.allSatisfy({ $0.verdict != .notChecked }) else {
            throw .call(.wrong("lacks entries of a list"))
        }
        guard new.answers.contains(where: \.coversRecord) else {
            return outcome(kept, .uncovered)
        }
        guard level >= verifier.defaultLevel else { return outcome(kept, .unseen) }
        // The file may have one that is as new and says as much, or a newer one.
        let proven = kept.compactMap { proof in proof.size.map { (proof: proof, size: $0) } }
        let newest = proven.max { $0.size < $1.size }
        if let newest, newest.size > head.size || newest.proof.says(asMuchAs: new) {
            return outcome(kept, nil)
        }
        let earliest = proven.filter { $0.size < head.size }.min { $0.size < $1.size }?.proof
        // Another version of this program, or another kit, may prove what this one does not.
        let last = earliest ?? kept.last { $0.size == nil }
        let own = KeptProof(bytes: fresh.bytes, completeness: new)
        let completed = outcome([own] + [last].compactMap(\.self), nil)
        guard completed.record.encoded().count <= Limits.fileBytes else { throw .tooLong }
        return completed
    }

    /// Refuses two proofs in a record that contradict each other: either may be needed to convict.
    private func refuseContradiction(
        among kept: [KeptProof], of record: TransparentStatement
    ) throws(NewerCompleteError) {
        for (place, one) in kept.enumerated() {
            for other in kept[..<place] {
                let pair = report(record, [other.bytes, one.bytes])
                if let detail = Self.refusal(of: pair) { throw .contradictory(detail) }
            }
        }
    }

    /// Refuses a new proof that contradicts any in the record, also one that would give way to it.
    private func refuseContradiction(
        to fresh: [UInt8], among kept: [KeptProof], of record: TransparentStatement
    ) throws(NewerCompleteError) {
        for one in kept {
            let pair = report(record, [fresh, one.bytes])
            if let detail = Self.refusal(of: pair) { throw .refuted(detail, fresh) }
        }
    }

    /// What the kit says of the record with these proofs.
    private func report(_ record: TransparentStatement, _ completes: [[UInt8]]) -> Report {
        var whole = record
        whole.completes = completes
        return verifier.verify(file: whole.encoded(), artifact: nil, recordOnly: true, time: now)
    }

    private static func refusal(of report: Report) -> String? {
        report.findings.first { $0.check == .complete && $0.verdict == .refuted }?.detail
    }
}

/// A proof that a record carries or gets, and that is not false.
private struct KeptProof {
    let bytes: [UInt8]
    let completeness: Report.Completeness?

    /// The entries that it covers; nil where the kit does not prove it: the number in a head is a
    /// word of whoever made that head.
    var size: UInt64? {
        guard let completeness, let head = completeness.head, head.level != nil,
            !completeness.findings.contains(where: { [.unknown, .refuted].contains($0.verdict) })
        else { return nil }
        return head.size
    }

    /// Whether it is by the head of another one, and lists as much at as high a level: a part of a
    /// list is less.
    func says(asMuchAs other: Report.Completeness) -> Bool {
        guard let own = completeness, let head = own.head, head.entry == other.head?.entry,
            let level = head.level, let least = other.head?.level
        else { return false }
        let names = own.answers.filter { $0.verdict != .notChecked }.map(\.name)
        return level >= least && other.answers.allSatisfy { names.contains($0.name) }
    }
}

/// Why a record got no proof of completeness: its file is as it was.
package enum NewerCompleteError: Error, Hashable {
    /// The ledger gave none.
    case call(CompleteCallError)

    /// None was made from the copy, for this reason.
    case notMade(String)

    /// No proofs are given: there is no index, or no index head yet; or the ledger says that it has
    /// heads.
    case noIndex(hasHeads: Bool)

    /// Each of its lists has more entries than one page, or the file would be too large.
    case tooLong

    /// The kit does not know who signed it, for this reason: a newer one may.
    case unknown(String)

    /// Two proofs in the record contradict each other, for this reason. Keep the file: it convicts.
    case contradictory(String)

    /// It is false, or contradicts the record, for this reason; these are its bytes. Keep both.
    case refuted(String, [UInt8])
}
