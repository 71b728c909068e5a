import Checkpoints
import Encoding
import Merkle
import Provenance
import TestLog
import Testing

/// An accepted file with something changed: refused, or accepted with the same meaning where the
/// verdict says what was damaged (verification.md §5).
@Suite struct VerifierMutationTests {
    private static let artifact = Hash.sha256(Array("photo".utf8))

    /// A file with one receipt, and a file with everything that a file can carry, each with a kit.
    private static func subjects() throws -> [(file: [UInt8], verifier: Verifier)] {
        var log = try MemoryLedger()
        let old = try log.kit()
        let index = try log.addPoP()
        let plain = try log.capture("photo")
        let kit = try log.kit()
        let text = try Text(utf8: log.noteBytes(4)) ?? ""
        var whole = try log.capture(
            "photo", audience: log.origin.text, [("seen", ["checkpoint": .string(text)])])
        whole.receipts.append(try log.growth(from: 4, to: 5))
        _ = try log.capture("later")
        whole.receipts.append(try log.receipt(4))
        let control = try #require(log.controls.first { $0.index == index })
        var link = try TransparentStatement(control.statement, manifest: nil)
        link.receipts = [try log.receipt(index)]
        whole.issuers = [link.encoded()]
        return [(plain.encoded(), Verifier(kit)), (whole.encoded(), Verifier(old))]
    }

    /// Says whether a changed file is believed though it should not be.
    private static func isFooled(
        _ verifier: Verifier, _ bytes: [UInt8], by original: Report
    ) -> Bool {
        let report = verifier.verify(file: bytes, artifact: artifact)
        guard report.ok else { return false }
        let isSame =
            report.entry == original.entry && report.index == original.index
            && report.reached == original.reached && report.manifest == original.manifest
            && report.statement == original.statement
        // A file survives only that a receipt names a key that the kit does not know (the kid, or
        // name and key ID in one of several checkpoints), and the verdict says so.
        return !isSame || !report.says(.receipt, .unknown, "key")
    }

    @Test func noBitCanBeFlippedUnseen() throws {
        for (file, verifier) in try Self.subjects() {
            let original = verifier.verify(file: file, artifact: Self.artifact)
            try #require(original.ok, "\(original.findings)")
            for position in file.indices {
                for bit in 0..<8 as Range<UInt8> {
                    // The large file is one of the same parts: a bit of each byte will do.
                    if file.count > 3000, Int(bit) != position % 8 { continue }
                    var bytes = file
                    bytes[position] ^= 1 << bit
                    let isFooled = Self.isFooled(verifier, bytes, by: original)
                    #expect(!isFooled, "bit \(bit) of byte \(position) of \(file.count)")
                }
            }
        }
    }

    @Test func noByteCanTakeAnotherValueUnseen() throws {
        for (file, verifier) in try Self.subjects() {
            let original = verifier.verify(file: file, artifact: Self.artifact)
            for position in stride(from: 0, to: file.count, by: 131) {
                for value in 0...255 as ClosedRange<UInt8> where value != file[position] {
                    var bytes = file
                    bytes[position] = value
                    let isFooled = Self.isFooled(verifier, bytes, by: original)
                    #expect(!isFooled, "value \(value) at \(position) of \(file.count)")
                }
            }
        }
    }

    @Test func aFileCutAnywhereIsFalse() throws {
        for (file, verifier) in try Self.subjects() {
            for count in stride(from: 0, to: file.count, by: 13) {
                let report = verifier.verify(
                    file: Array(file[..<count]), artifact: nil, recordOnly: true)
                #expect(report.says(.statement, .refuted))
            }
        }
    }

    /// Each part beside the statement left out, and each written twice.
    @Test func everyPartIsThereOnceOrMissed() throws {
        let (file, verifier) = try Self.subjects()[1]
        let message = try COSESign1.decode(file)
        let expected: [Int64: (Check, Verdict, ok: Bool)] = [
            394: (.receipt, .absent, false), -65540: (.manifest, .absent, true),
            -65541: (.issuer, .unknown, false),
        ]
        #expect(message.unprotected.labels.count == expected.count)
        for (label, (check, verdict, ok)) in expected {
            var rest = message
            rest.unprotected = message.unprotected.setting(.int(label), to: nil)
            let report = verifier.verify(file: rest.encoded(), artifact: Self.artifact)
            #expect(report.ok == ok && report.says(check, verdict), "\(label): \(report.findings)")
        }
        let pairs = message.unprotected.entries.map { entry in
            Array(CBORMap([(entry.key, entry.value)]).encoded().dropFirst())
        }
        for twice in pairs.indices {
            var list = pairs
            list.insert(pairs[twice], at: twice)
            let open = [UInt8(0xA0 + list.count)] + list.joined()
            let bytes =
                [0xD2, 0x84] + CBOR.bytes(message.protected).encoded() + open
                + CBOR.bytes(message.payload ?? []).encoded()
                + CBOR.bytes(message.signature).encoded()
            #expect(
                verifier.verify(file: bytes, artifact: nil, recordOnly: true).says(
                    .statement, .refuted))
        }
    }
}
