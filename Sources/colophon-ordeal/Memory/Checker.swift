import Checkpoints
import Foundation
import HTTPCalls
import LedgerClient
import Merkle
import Provenance
import Studio
import Synchronization

/// Compares a running ledger with what clients remember: promises 1 to 3 of reliability.md.
struct Checker: Sendable {
    /// Statements of one request; few enough that a cut costs little.
    private static let batch = 1000

    let client: LedgerClient

    init(_ url: ServiceURL) {
        var options = CallOptions()
        // After a start everything works at once, or something is wrong.
        options.tries = 2
        options.answerTimeout = .seconds(30)
        client = LedgerClient(url, options: options)
    }

    /// Sends statements that were answered once more: each must be known, at its index.
    func resubmit(_ told: [Memory.Told]) async throws {
        for start in stride(from: 0, to: told.count, by: Self.batch) {
            let part = Array(told[start..<min(start + Self.batch, told.count)])
            let wrong = Mutex<String?>(nil)
            do throws(CallError) {
                try await client.registerBatch(part.map(\.record.bytes)) { number, answer in
                    if let problem = Self.contradiction(part[number], answer) {
                        wrong.withLock { $0 = $0 ?? problem }
                    }
                }
            } catch {
                throw OrdealError.broken("answered statements are not answered again: \(error)")
            }
            if let wrong = wrong.withLock({ $0 }) { throw OrdealError.broken(wrong) }
        }
    }

    /// Returns what is wrong with the answer to a statement that had been answered; nil if nothing.
    private static func contradiction(_ told: Memory.Told, _ answer: BatchAnswer) -> String? {
        let name = "\(told.record.id), answered at index \(told.index),"
        switch answer {
        case .accepted(.registered(let receipt)):
            let anew = index(receipt).map(String.init) ?? "?"
            return "\(name) was lost and registered anew at \(anew)"
        case .accepted(.known(let receipt)):
            guard let index = index(receipt) else { return "\(name) has an unreadable receipt" }
            return index == told.index ? nil : "\(name) is at index \(index) now"
        case .accepted(.pending): return "\(name) has no receipt any more"
        case .refused(let problem): return "\(name) was refused: \(problem)"
        }
    }

    private static func index(_ receipt: [UInt8]) -> UInt64? {
        guard case .inclusion(let proof)? = try? Receipt(receipt).proof else { return nil }
        return proof.leafIndex
    }

    /// Asks for the newest checkpoint and for a proof that it extends each of `heads`.
    ///
    /// Returns the newest.
    @discardableResult
    func checkConsistency(of heads: [Memory.Seen]) async throws -> Checkpoint {
        do {
            return try await extended(heads, client.checkpoint())
        } catch let error as CallError {
            throw OrdealError.broken("a consistency proof is missing: \(error)")
        }
    }

    private func extended(
        _ heads: [Memory.Seen], _ note: [UInt8]
    ) async throws -> Checkpoint {
        let newest = try SignedCheckpoint(parsing: note).claim
        for head in heads.map(\.checkpoint) {
            guard head.size <= newest.size else {
                throw OrdealError.broken(
                    "a head of size \(head.size) was seen, the newest is of \(newest.size)")
            }
            guard head.size < newest.size else {
                if head.root == newest.root { continue }
                throw OrdealError.broken("two heads of size \(head.size) differ in their roots")
            }
            let path = try await client.consistency(from: head.size, to: newest.size)
            do {
                try ConsistencyProof(oldSize: head.size, newSize: newest.size, path: path)
                    .verify(old: head.root, new: newest.root)
            } catch {
                throw OrdealError.broken(
                    "the head of size \(head.size) is not extended by that of \(newest.size)")
            }
        }
        return newest
    }

    /// Verifies receipts offline, as a collector would, on all cores.
    static func verify(
        _ receipts: [(record: SignedRecord, receipt: [UInt8])], by verifier: Verifier
    ) throws {
        let wrong = Mutex<String?>(nil)
        let parts = max(1, min(ProcessInfo.processInfo.activeProcessorCount, receipts.count))
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            for number in stride(from: part, to: receipts.count, by: parts) {
                let (record, receipt) = receipts[number]
                if let problem = problem(record, receipt, verifier) {
                    wrong.withLock { $0 = $0 ?? problem }
                }
            }
        }
        if let wrong = wrong.withLock({ $0 }) { throw OrdealError.broken(wrong) }
    }

    private static func problem(
        _ record: SignedRecord, _ receipt: [UInt8], _ verifier: Verifier
    ) -> String? {
        do {
            var file = try TransparentStatement(record.statement, manifest: record.manifest)
            file.receipts = [receipt]
            let report = verifier.verify(
                file: file.encoded(), artifact: record.statement.subjectDigests.first,
                require: .logged)
            guard !report.ok else { return nil }
            let findings = report.findings.filter { $0.verdict != .ok }.map(\.detail)
            return "\(record.id): its receipt does not verify: \(findings.joined(separator: "; "))"
        } catch {
            return "\(record.id): its receipt makes no file: \(error)"
        }
    }
}
