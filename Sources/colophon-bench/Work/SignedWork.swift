import Encoding
import Foundation
import Manifests
import Merkle
import Provenance
import Synchronization

/// The capture of one small artifact, signed before anything is timed.
///
/// Everything in the capture with a number follows from the number and the key, so that a later
/// run can sign it again: to send what a run that was interrupted has left out, and to ask for
/// any entry without having kept its name.
struct SignedWork: Sendable {
    let statement: Statement
    let manifest: [UInt8]

    /// The statement with its manifest beside it, as it is sent.
    let bytes: [UInt8]

    /// 2026-01-01 00:00:00 UTC: what all of them claim.
    private static let issuedAt: UInt64 = 1_767_225_600

    /// Signs the capture with this number.
    init(_ number: Int, key: SigningKey) throws {
        let name = "photo-\(number).jpg"
        try self.init(name: name, artifact: .sha256(Array(name.utf8)), key: key)
    }

    /// Signs the capture of the artifact with this digest.
    init(name: String, artifact: Hash, key: SigningKey) throws {
        let issuer = Text(BenchLedger.issuer)
        let subject = Subject(name: Text(name), digest: artifact, mediaType: "image/jpeg")
        let predicate: JSON.Object = [
            "event": "capture",
            "creator": ["name": "Studio Bench"],
            "pop": .string(issuer),
            "capturedAt": ["at": "2026-10-02T14:10:00+02:00", "clock": "gnss"],
            "record": ["lang": "en", "title": .string(Text("The garden, \(name)"))],
        ]
        let manifest = try Manifest.provenance(
            of: [subject], predicate, nonce: Self.bytes("nonce of \(name)"))
        let draft = StatementDraft(
            manifest: manifest, issuer: issuer, subject: Text("urn:example:bench:\(name)"),
            audience: nil, issuedAt: Self.issuedAt, claimID: Self.bytes("cti of \(name)"))
        statement = try draft.sign(with: key)
        self.manifest = manifest.bytes
        bytes = try TransparentStatement(statement, manifest: manifest.bytes).encoded()
    }

    /// Signs the captures with these numbers, on all cores, and returns them in order.
    static func sign(_ numbers: Range<Int>, with key: SigningKey) throws -> [SignedWork] {
        let parts = 4 * ProcessInfo.processInfo.activeProcessorCount
        let size = (numbers.count + parts - 1) / parts
        let signed = Mutex<[Int: [SignedWork]]>([:])
        let failure = Mutex<BenchError?>(nil)
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            let start = min(numbers.lowerBound + part * size, numbers.upperBound)
            let end = min(start + size, numbers.upperBound)
            do {
                let works = try (start..<end).map { try SignedWork($0, key: key) }
                signed.withLock { $0[part] = works }
            } catch {
                failure.withLock { $0 = BenchError("cannot sign: \(error)") }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
        return signed.withLock { signed in (0..<parts).flatMap { signed[$0] ?? [] } }
    }

    /// Bytes of the first `count` statements and of their manifests: only the number of digits
    /// in the name makes them differ.
    static func byteCount(ofFirst count: Int, key: SigningKey) throws -> Int {
        var total = 0
        var start = 0
        while start < count {
            let end = min(count, max(10, start * 10))
            let work = try SignedWork(start, key: key)
            total += (end - start) * (work.statement.leaf.count + work.manifest.count)
            start = end
        }
        return total
    }

    private static func bytes(_ seed: String) -> [UInt8] {
        Array(Hash.sha256(Array(seed.utf8)).bytes.prefix(16))
    }
}
