import Encoding
import Foundation
import Merkle
import Provenance
import Studio
import Synchronization

/// Signs captures of small artifacts, before anything is timed.
///
/// Everything in the capture with a number follows from the number and the key, so that a later
/// run can sign it again: to send what a run that was interrupted has left out, and to ask for
/// any entry without having kept its name.
struct Captures: Sendable {
    private let signer: Signer

    /// 2026-01-01 00:00:00 UTC: what all of them claim.
    private static let issuedAt: UInt64 = 1_767_225_600

    init(signedWith key: SigningKey) {
        signer = Signer(issuer: Text(BenchLedger.issuer), key: key)
    }

    /// Signs the capture with this number.
    func record(_ number: Int) throws -> SignedRecord {
        let name = "photo-\(number).jpg"
        return try record(of: .sha256(Array(name.utf8)), name)
    }

    /// Signs the capture of the artifact with this digest, or its making from others.
    func record(
        of artifact: Hash, _ name: String, from parents: [Statement] = []
    ) throws -> SignedRecord {
        var draft = ProvenanceDraft()
        draft.creator = "Studio Bench"
        draft.capturedAt = CaptureTime(at: "2026-10-02T14:10:00+02:00", clock: "gnss")
        draft.record = RecordText(title: Text("The garden, \(name)"))
        draft.parents = parents.map(ParentRecord.init)
        return try signer.sign(
            draft, of: Artifact(name: Text(name), digest: artifact, mediaType: "image/jpeg"),
            thread: parents.first?.subject ?? Text("urn:example:bench:\(name)"),
            Freshness(
                issuedAt: Self.issuedAt, nonce: Self.bytes("nonce of \(name)"),
                claimID: Self.bytes("cti of \(name)")))
    }

    /// Signs a work of so many steps, each made from the one before, in one thread.
    func work(of steps: Int, numbered number: Int) throws -> [SignedRecord] {
        var records: [SignedRecord] = []
        for step in 0..<steps {
            let name = "work-\(number)-step-\(step).jpg"
            let parents = records.last.map { [$0.statement] } ?? []
            records.append(try record(of: .sha256(Array(name.utf8)), name, from: parents))
        }
        return records
    }

    /// Signs the captures with these numbers, on all cores, and returns them in order.
    func records(_ numbers: Range<Int>) throws -> [SignedRecord] {
        let parts = 4 * ProcessInfo.processInfo.activeProcessorCount
        let size = (numbers.count + parts - 1) / parts
        let signed = Mutex<[Int: [SignedRecord]]>([:])
        let failure = Mutex<BenchError?>(nil)
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            let start = min(numbers.lowerBound + part * size, numbers.upperBound)
            let end = min(start + size, numbers.upperBound)
            do {
                let records = try (start..<end).map { try record($0) }
                signed.withLock { $0[part] = records }
            } catch {
                failure.withLock { $0 = BenchError("cannot sign: \(error)") }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
        return signed.withLock { signed in (0..<parts).flatMap { signed[$0] ?? [] } }
    }

    /// Bytes of the first `count` statements and of their manifests: only the number of digits
    /// in the name makes them differ.
    func byteCount(ofFirst count: Int) throws -> Int {
        var total = 0
        var start = 0
        while start < count {
            let end = min(count, max(10, start * 10))
            let record = try record(start)
            total += (end - start) * (record.statement.leaf.count + record.manifest.count)
            start = end
        }
        return total
    }

    private static func bytes(_ seed: String) -> [UInt8] {
        Array(Hash.sha256(Array(seed.utf8)).bytes.prefix(16))
    }
}
