import Checkpoints
import Encoding
import Merkle
import OpenTimestamps
import Provenance
import Studio
import TestCalendar
import TestSupport

/// A record of the corpus that a block holds, and who judges it; always the same.
///
/// The proof is genuine, and nothing else: no authority that is trusted has dated its head.
struct KnownAnchors: Sendable {
    /// Made once: thousands of inputs are compared with it.
    static let shared = KnownAnchors()

    /// The record with the proof alone, and with tokens beside it that are of another digest.
    let files: [[UInt8]]

    /// The time of the block.
    let time: UInt64

    /// A kit with authorities, and the headers of the block's chain.
    let verifier: Verifier

    private init() {
        do {
            let (file, report, kit) = try Self.record()
            let receipt = try Receipt(found(file.receipts.first, "a receipt"))
            let note = try SignedNote(parsing: found(receipt.note, "a note"))
            guard case .inclusion(let inclusion) = receipt.proof else {
                throw FixtureError.unexpected("a receipt of consistency")
            }
            let head = try SignedNote(text: note.text, signatures: [note.signatures[0]]).encoded
            time = try found(report.loggedAt, "a time") + 600
            var chain = TestChain(height: 7)
            let proof = try Self.proof(of: .sha256(head), in: &chain, at: time)
            let evidence =
                [(Anchor.openTimestamps, proof)]
                + KnownTimestamps.shared.replies.prefix(4).map {
                    (Anchor.timestamp, Array($0.dropFirst(9)))
                }
            let anchors = evidence.map { type, bytes in
                Anchor(type: type, checkpoint: head, evidence: bytes, inclusion: inclusion).map
            }
            files = try [1, anchors.count].map { count in
                var message = try COSESign1.decode(file.encoded())
                message.unprotected = message.unprotected.setting(
                    -65542, to: .array(anchors.prefix(count).map { .map($0) }))
                return message.encoded()
            }
            var trusting = kit
            trusting.timestampRoots = KnownTimestamps.shared.trusted
            let headers = NamedHeaders(
                name: "headers", try BitcoinHeaders(parsing: chain.file))
            let folded = try TrustKit(trusting)
            verifier = Verifier(
                folded,
                checkers: try KitEvidence.checkers(
                    of: folded, headers: headers, clock: { KnownTimestamps.later }))
        } catch {
            preconditionFailure("known anchors cannot be made: \(error)")
        }
    }

    /// A record of the corpus that a kit of it believes.
    private static func record() throws -> (TransparentStatement, Report, TrustKit.Files) {
        let known = KnownFiles.shared
        for (name, bytes) in known.files where name == "photo.colophon" {
            for (kit, verifier) in zip(known.kits, known.verifiers) {
                let report = verifier.verify(file: bytes, artifact: nil, recordOnly: true)
                if report.ok { return (try TransparentStatement(bytes), report, kit) }
            }
        }
        throw FixtureError.unexpected("no kit believes the photo")
    }

    private static func proof(
        of digest: Hash, in chain: inout TestChain, at time: UInt64
    ) throws -> [UInt8] {
        var random = SeededRandom(seed: 13)
        let submission = CalendarSubmission(of: digest, sealing: [.sha256([2])], using: &random)
        return try submission.proof(in: &chain, at: time).encoded
    }
}
