import Encoding
import Foundation
import Keys
import Merkle
import Studio

/// Signs captures without end, with a key that this run has made.
struct PoP: Sendable {
    static let issuer = "https://pops.example/ordeal"

    private let signer: Signer

    init(keyFile: URL) throws {
        let key = try KeyFile.read(privateKeyAt: keyFile.path()).key
        signer = Signer(issuer: Text(Self.issuer), key: key)
    }

    /// Signs the capture of an artifact of this name; `padding` makes its manifest larger.
    func record(_ name: String, padding: Int = 0) throws -> SignedRecord {
        var draft = ProvenanceDraft()
        draft.creator = "Studio Ordeal"
        draft.capturedAt = CaptureTime(at: "2026-10-02T14:10:00+02:00", clock: "gnss")
        draft.record = RecordText(title: Text("The flood, \(name)"))
        draft.extra = ["ext": ["padding": .string(Text(Self.noise(padding)))]]
        let artifact = Artifact(
            name: Text(name), digest: .sha256(Array(name.utf8)), mediaType: "image/jpeg")
        return try signer.sign(draft, of: artifact, thread: Text("urn:example:ordeal:\(name)"))
    }

    /// Random letters, which no compression makes small.
    private static func noise(_ count: Int) -> String {
        var dice = Dice(seed: .random(in: .min ... .max))
        let letters = (0..<count).map { _ in 0x61 + UInt8(truncatingIfNeeded: dice.next()) % 26 }
        return String(decoding: letters, as: UTF8.self)
    }
}
