import Checkpoints
import Encoding
import Merkle
import Provenance
import TestLog
import Testing

/// Receipts as bytes, and what a record may hold of them (log.md §6, record.md §2).
@Suite struct ReceiptTests {
    var log: MemoryLedger
    let file: TransparentStatement
    let message: COSESign1

    init() throws {
        log = try MemoryLedger()
        try log.addPoP()
        file = try log.capture("photo")
        message = try COSESign1.decode(file.receipts[0])
    }

    /// A receipt with other headers and parts, without a signature that would hold.
    private func bytes(
        protected: [(CBORLabel, CBOR?)] = [], unprotected: [(CBORLabel, CBOR?)] = [],
        payload: [UInt8]? = nil, signature: [UInt8]? = nil
    ) -> [UInt8] {
        let header = protected.reduce(message.protectedMap) { $0.setting($1.0, to: $1.1) }
        let open = unprotected.reduce(message.unprotected) { $0.setting($1.0, to: $1.1) }
        return COSESign1(
            protected: header, unprotected: open, payload: payload,
            signature: signature ?? message.signature
        ).encoded()
    }

    private func proofs(_ size: UInt64, _ index: UInt64, _ path: [CBOR], kind: Int64 = -1) -> CBOR {
        let proof = CBOR.array([.unsigned(size), .unsigned(index), .array(path)]).encoded()
        return .map(CBORMap([(.int(kind), .array([.bytes(proof)]))]))
    }

    private var path: [CBOR] {
        guard case .inclusion(let proof)? = try? Receipt(file.receipts[0]).proof else { return [] }
        return proof.path.map { .bytes($0.bytes) }
    }

    @Test func aReceiptReadsBackWhatTheLedgerSigned() throws {
        let receipt = try Receipt(file.receipts[0])
        #expect(receipt.encoded() == file.receipts[0])
        #expect(receipt.origin == log.origin.text)
        #expect(receipt.issuedAt == log.time(of: 4))
        #expect(receipt.treeSize == 4)
        #expect(bytes() == file.receipts[0])
        // Other readers' code points for the same algorithm are read.
        #expect(try Receipt(bytes(protected: [(1, .int(-19))])).algorithm == .edDSA)
    }

    @Test func everyOtherFormIsRefused() throws {
        let claims = try #require(message.protectedMap[15]?.mapValue)
        let one = path
        let long = one + [.bytes(Hash.zero.bytes)]
        let wrong: [(String, [UInt8])] = [
            ("no kid", bytes(protected: [(4, nil)])),
            ("a short kid", bytes(protected: [(4, .bytes([1]))])),
            ("no vds", bytes(protected: [(395, nil)])),
            ("vds 2", bytes(protected: [(395, .int(2))])),
            ("crit", bytes(protected: [(2, .array([.int(395)]))])),
            ("another label", bytes(protected: [(16, .text("x"))])),
            ("an unknown alg", bytes(protected: [(1, .int(-35))])),
            ("no iat", bytes(protected: [(15, .map(claims.setting(6, to: nil)))])),
            ("an aud", bytes(protected: [(15, .map(claims.setting(3, to: .text("x"))))])),
            (
                "another iss",
                bytes(protected: [(15, .map(claims.setting(1, to: .text("https://x"))))])
            ),
            ("iat as text", bytes(protected: [(15, .map(claims.setting(6, to: .text("1"))))])),
            ("a payload", bytes(payload: [])),
            ("a short signature", bytes(signature: [1])),
            ("another label beside", bytes(unprotected: [(33, .bytes([]))])),
            ("a note as text", bytes(unprotected: [("c2sp.org/tlog-checkpoint", .text("x"))])),
            ("no proof", bytes(unprotected: [(396, nil)])),
            ("an empty proof map", bytes(unprotected: [(396, .map([:]))])),
            (
                "both proofs",
                bytes(unprotected: [
                    (396, .map([-1: .array([.bytes([])]), -2: .array([.bytes([])])]))
                ])
            ),
            (
                "two proofs",
                bytes(unprotected: [(396, .map([-1: .array([.bytes([]), .bytes([])])]))])
            ),
            ("another kind", bytes(unprotected: [(396, proofs(4, 3, one, kind: -3))])),
            ("too many hashes", bytes(unprotected: [(396, proofs(4, 3, long))])),
            ("too few hashes", bytes(unprotected: [(396, proofs(4, 3, []))])),
            (
                "64 hashes",
                bytes(unprotected: [(396, proofs(4, 3, .init(repeating: long[0], count: 64)))])
            ),
            ("an index beyond", bytes(unprotected: [(396, proofs(4, 4, one))])),
            ("a size of 0", bytes(unprotected: [(396, proofs(0, 0, []))])),
            ("a size of 2^53", bytes(unprotected: [(396, proofs(1 << 53, 3, long))])),
            (
                "a hash of 31 bytes",
                bytes(unprotected: [(396, proofs(4, 3, [one[0], .bytes([1])]))])
            ),
            ("trailing bytes", file.receipts[0] + [0]),
            ("too large", file.receipts[0] + .init(repeating: 0, count: Limits.receiptBytes)),
        ]
        for (name, bytes) in wrong {
            #expect(refusal { _ = try Receipt(bytes) } != nil, "\(name)")
        }
    }

    @Test func onlyLenientReadersPassOverOtherLabels() throws {
        let strange = bytes(unprotected: [(33, .bytes([1])), ("x", .null)])
        #expect(refusal { _ = try Receipt(strange) } != nil)
        #expect(try Receipt(strange, lenient: true).ignored == [33, "x"])
        // Neither order nor shortest form is asked for where nothing is signed.
        let protected = CBOR.bytes(message.protected).encoded()
        let pairs = message.unprotected.entries.reversed().map { entry in
            let value = entry.value.encoded()
            return CBORMap([(entry.key, entry.value)]).encoded().dropFirst().dropLast(value.count)
                + value
        }
        let loose =
            [0xD2, 0x84] + protected + [0xBF] + pairs.joined() + [0xFF, 0xF6]
            + CBOR.bytes(message.signature).encoded()
        #expect(refusal { _ = try Receipt(loose) } != nil)
        #expect(try Receipt(loose, lenient: true).signature == message.signature)
    }

    @Test mutating func aFileListsItsReceiptsByRisingSize() throws {
        let early = file.receipts[0]
        _ = try log.capture("other")
        let late = try log.receipt(3)
        let kit = try Verifier(log.kit())
        func report(_ receipts: [[UInt8]]) -> Report {
            var file = file
            file.receipts = receipts
            return kit.verify(file: file.encoded(), artifact: nil, recordOnly: true)
        }
        #expect(report([early, late]).ok)
        #expect(report([late, early]).says(.receipt, .refuted, "rising"))
        #expect(report([early, early]).says(.receipt, .refuted, "rising"))
        // Receipts from elsewhere stand in no order.
        let extra = kit.verify(
            file: file.encoded(), artifact: nil, recordOnly: true, extraReceipts: [late, early])
        #expect(extra.ok, "\(extra.findings)")
    }

    @Test func aFileHoldsOneToEightReceiptsAndNothingUnnamed() throws {
        func isRefused(_ label: CBORLabel, _ value: CBOR) throws -> Bool {
            var message = try COSESign1.decode(file.encoded())
            message.unprotected = message.unprotected.setting(label, to: value)
            let bytes = message.encoded()
            return refusal { _ = try TransparentStatement(bytes) } != nil
        }
        let receipt = CBOR.bytes(file.receipts[0])
        #expect(try !isRefused(394, .array(.init(repeating: receipt, count: 8))))
        #expect(try isRefused(394, .array(.init(repeating: receipt, count: 9))))
        #expect(try isRefused(394, .array([])))
        #expect(try isRefused(394, receipt))
        #expect(try isRefused(394, .array([.text("x")])))
        #expect(try isRefused(-65540, .text("x")))
        #expect(try isRefused(-65541, .array(.init(repeating: receipt, count: 5))))
        #expect(try isRefused(-65542, .array([])))
        #expect(try isRefused(-65542, .array([.bytes([])])))
        #expect(try isRefused(-65542, .array(.init(repeating: .map([:]), count: 17))))
        #expect(try isRefused(-65543, .null))
        #expect(try isRefused("note", .null))
        let large = [UInt8](repeating: 0x20, count: Limits.fileBytes)
        #expect(try isRefused(-65540, .bytes(large)))
    }
}
