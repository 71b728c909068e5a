import Encoding
import Foundation
import Merkle
import Provenance
import Synchronization

/// The capture of one small artifact, signed before anything is timed.
struct SignedWork: Sendable {
    let statement: Statement
    let manifest: [UInt8]

    /// The statement with its manifest beside it, as it is sent.
    let bytes: [UInt8]

    /// Signs the capture of the artifact with this digest.
    init(name: String, artifact: Hash, key: SigningKey, at time: UInt64) throws {
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
            of: [subject], predicate, nonce: Self.randomBytes())
        let draft = StatementDraft(
            manifest: manifest, issuer: issuer, subject: Text("urn:example:bench:\(name)"),
            audience: nil, issuedAt: time, claimID: Self.randomBytes())
        statement = try draft.sign(with: key)
        self.manifest = manifest.bytes
        bytes = try TransparentStatement(statement, manifest: manifest.bytes).encoded()
    }

    /// Signs `count` captures, on all cores.
    static func sign(_ count: Int, with key: SigningKey) throws -> [SignedWork] {
        let time = UInt64(Date().timeIntervalSince1970)
        let parts = ProcessInfo.processInfo.activeProcessorCount
        let signed = Mutex<[SignedWork]>([])
        let failure = Mutex<BenchError?>(nil)
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            do {
                let works = try stride(from: part, to: count, by: parts).map { number in
                    let name = "photo-\(number).jpg"
                    return try SignedWork(
                        name: name, artifact: .sha256(Array(name.utf8)), key: key, at: time)
                }
                signed.withLock { $0 += works }
            } catch {
                failure.withLock { $0 = BenchError("cannot sign: \(error)") }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
        return signed.withLock { $0 }
    }

    private static func randomBytes() -> [UInt8] {
        (0..<16).map { _ in .random(in: .min ... .max) }
    }
}
