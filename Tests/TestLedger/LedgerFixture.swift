import Checkpoints
package import Encoding
package import Foundation
import Keys
package import Ledger
package import LedgerStore
import Logging
package import Manifests
import Merkle
package import Provenance
import Synchronization
import Studio
import TestSupport

/// A ledger in a temporary folder, with an administrator and the key of a PoP.
///
/// The PoP is added with ``addPoP(_:issuer:roles:)``. Ledger and folder go with the value.
package final class LedgerFixture: Sendable {
    package static let origin = "ledger.example/prints"
    package static let berlin: Text = "https://pops.example/berlin"

    package let folder: URL
    package let admin = KeyFile.generate(.ed25519)
    package let pop = KeyFile.generate(.ed25519)
    package let clock: TestClock
    package let options: LedgerOptions
    private let opened: Mutex<Ledger>

    /// The ledger, which ``reopen()`` replaces.
    package var ledger: Ledger { opened.withLock { $0 } }

    /// Makes a ledger of two entries, its genesis, in a new folder, and opens it.
    package init(
        recovery: COSEKey? = nil, folder: URL? = nil, clock: TestClock = TestClock(),
        faultHook: WriteFaultHook? = nil, configure: (inout LedgerOptions) -> Void = { _ in }
    ) throws {
        // A short name: the path of a control socket has little room.
        self.folder =
            folder
            ?? FileManager.default.temporaryDirectory.appending(
                path: "l-\(UUID().uuidString.prefix(13))")
        let folder = self.folder
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var options = LedgerOptions(data: folder.appending(path: "data").path())
        options.faultHook = faultHook
        configure(&options)
        self.options = options
        self.clock = clock
        try Ledger.initialize(
            options, origin: Origin(Text(Self.origin)), admin: admin.publicKey,
            recovery: recovery, clock: { clock.now })
        opened = Mutex(try Self.open(options, clock))
    }

    deinit {
        ledger.close()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Opens a ledger that logs nothing, and asks this clock.
    package static func open(_ options: LedgerOptions, _ clock: TestClock) throws -> Ledger {
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return try Ledger.open(options, logger: quiet, clock: { clock.now })
    }

    /// Opens the closed ledger, waits until one table has the keys of all entries that had no rows,
    /// and closes it again.
    package func writeKeys() async throws {
        var options = options
        options.indexInterval = .zero
        let again = try Self.open(options, clock)
        defer { again.close() }
        try await eventually("all keys have rows") {
            try again.keysWritten() >= again.head().size && again.migration == nil
        }
    }

    package func reopen() throws {
        ledger.close()
        let again = try Self.open(options, clock)
        opened.withLock { $0 = again }
    }

    /// Registers one statement and returns the answer.
    package func register(_ bytes: [UInt8]) async throws -> Registration {
        try found(await ledger.register([bytes]).first, "an answer")
    }

    /// Adds the PoP's key by a control statement that the administrator signs.
    package func addPoP(
        _ key: COSEKey? = nil, issuer: Text = berlin, roles: [Role] = [.pop]
    ) async throws {
        let change = KeyManifest(
            .add, coseKey: Text((key ?? pop.publicKey).string), issuer: issuer, roles: roles,
            notBefore: 0)
        let answer = try await register(control(change))
        guard answer.refusal == nil else { throw FixtureError.unexpected("\(answer)") }
    }

    /// Waits until lists are there: they wait for what an opening reads, and not for ever, and a
    /// busy machine takes longer.
    package func awaitLists() async throws {
        try await eventually("lists are there") {
            let list = try? ledger.entries(subject: .sha256([]), after: nil, limit: 1)
            return list != nil
        }
    }

    /// Signs a `key` statement on top of the ledger's newest control statement.
    package func control(
        _ change: KeyManifest, by signer: SigningKey? = nil, issuer: Text? = nil
    ) throws -> [UInt8] {
        let manifest = try change.manifest(origin: Text(Self.origin), nonce: randomBytes())
        return try control(manifest, by: signer, issuer: issuer)
    }

    /// Signs any control manifest on top of the ledger's newest control statement.
    package func control(
        _ manifest: Manifest, by signer: SigningKey? = nil, issuer: Text? = nil
    ) throws -> [UInt8] {
        var chain = try ControlChain(self)
        return try chain.sign(manifest, by: signer, issuer: issuer)
    }

    /// The newest statement of the control chain.
    package func newestControl() throws -> Statement {
        var reader = CBORSequenceReader(itemLimit: 1 << 20)
        reader.append(try ledger.control())
        var newest: Statement?
        while let item = try reader.next() {
            guard case .bytes(let leaf) = item else { break }
            newest = try Statement(leaf: leaf)
        }
        return try found(newest, "a control statement")
    }

    /// Signs the capture of a photograph, and returns its transport form.
    package func capture(
        _ artifact: String, by signer: SigningKey? = nil, issuer: Text = berlin,
        claimID: [UInt8]? = nil, issuedAt: UInt64? = nil, audience: Text? = nil,
        title: String? = nil, padding: Int = 0, looks: PerceptualHash? = nil
    ) throws -> [UInt8] {
        let fresh = Freshness(
            issuedAt: issuedAt ?? clock.now, claimID: claimID ?? .random(Limits.nonceBytes))
        let manifest = try Self.manifest(
            of: artifact, pop: issuer, nonce: fresh.nonce, title: title, padding: padding,
            looks: looks)
        return try Signer(issuer: issuer, key: signer ?? pop, audience: audience).sign(
            manifest, thread: Text("urn:example:\(artifact.replacing(" ", with: "-"))"), fresh
        ).bytes
    }

    /// The manifest of a photograph's capture, with so many bytes that no compression makes small.
    package static func manifest(
        of artifact: String, pop: Text, nonce: [UInt8], title: String? = nil, padding: Int = 0,
        looks: PerceptualHash? = nil
    ) throws -> Manifest {
        var draft = ProvenanceDraft()
        draft.creator = "Ana Example"
        draft.capturedAt = CaptureTime(at: "2026-10-02T14:10:00+02:00", clock: "gnss")
        draft.record = RecordText(title: Text(title ?? "Photograph \(artifact)"))
        if padding > 0 {
            // Letters that JSON writes as they are.
            let letters = (0..<padding).map { _ in UInt8.random(in: 0x23...0x5B) }
            draft.extra["ext"] = [
                "padding": .string(Text(String(decoding: letters, as: UTF8.self)))
            ]
        }
        if let looks {
            draft.extra["perceptualHashes"] = [
                [
                    "alg": .string(looks.algorithm), "value": .string(looks.value),
                    "quality": .integer(Int64(looks.quality)), "profile": .string(looks.profile),
                ]
            ]
        }
        let work = Artifact(
            name: Text(artifact), digest: .sha256(Array(artifact.utf8)), mediaType: "image/jpeg")
        return try draft.manifest(of: work, issuer: pop, nonce: nonce)
    }

    package func verifier() throws -> Verifier {
        Verifier(try TrustKit(ledger.trustKit()))
    }
}

extension PerceptualHash {
    /// What a manifest says of a picture with this hash.
    package static func of(_ hash: PDQHash, quality: Double = 90) -> PerceptualHash {
        PerceptualHash(
            algorithm: pdq, value: Text("\(hash)"), quality: quality, profile: pdqProfile)
    }
}

/// 16 random bytes.
package func randomBytes() -> [UInt8] {
    (0..<16).map { _ in .random(in: .min ... .max) }
}

/// Reads what a store gives again once it is open again.
///
/// After a write that failed, the ledger closes its store and opens it again by itself, and nothing
/// says when: a read in between is to be asked again, as a client does that gets 503.
package nonisolated(nonsending) func reading<Value>(
    _ ledger: Ledger, _ read: (Ledger) throws -> Value
) async throws -> Value {
    try await eventually("the store is open") {
        do {
            return try read(ledger)
        } catch LedgerError.closed, ReadRefusal.failed(.closed) {
            return nil
        }
    }
}
