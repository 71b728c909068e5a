import Encoding
import Testing

@Suite struct COSESign1Tests {
    private static let message = COSESign1(
        protected: [1: .int(-8), 4: .bytes([1, 2, 3])],
        unprotected: [394: .array([.bytes([9])])], payload: [5, 6], signature: [7, 7, 7])

    @Test func aMessageComesBackFromItsEncoding() throws {
        let decoded = try COSESign1.decode(Self.message.encoded())
        #expect(decoded == Self.message)
        #expect(decoded.protectedMap[1] == .int(-8))
        #expect(decoded.protected == bytes("a2012704 43010203"))
        #expect(
            Self.message.encoded()
                == bytes("d284 48a201270443010203 a119018a814109 420506 43070707"))
    }

    @Test func aDetachedPayloadIsNull() throws {
        var message = Self.message
        message.payload = nil
        let decoded = try COSESign1.decode(message.encoded())
        #expect(decoded.payload == nil)
        #expect(decoded.toBeSigned(detached: [5, 6]) == Self.message.toBeSigned())
    }

    @Test func strippingTheUnprotectedMapChangesNothingThatIsSigned() throws {
        var message = Self.message
        message.unprotected = [:]
        #expect(message.encoded() == bytes("d284 48a201270443010203 a0 420506 43070707"))
        #expect(message.toBeSigned() == Self.message.toBeSigned())
    }

    /// RFC 9052 §4.4: ["Signature1", protected, h'', payload].
    @Test func whatIsSignedIsTheStructureOfTheStandard() {
        let structure = CBOR.array([
            .text("Signature1"), .bytes(Self.message.protected), .bytes([]), .bytes([5, 6]),
        ])
        #expect(Self.message.toBeSigned() == structure.encoded())
    }

    @Test func anEmptyProtectedHeaderIsSignedAsNothingHoweverItIsWritten() throws {
        let short = try COSESign1.decode(bytes("d284 40 a0 420506 4107"))
        let long = try COSESign1.decode(bytes("d284 41a0 a0 420506 4107"))
        #expect(short.protectedMap.isEmpty && long.protectedMap.isEmpty)
        #expect(short.toBeSigned() == long.toBeSigned())
        #expect(long.encoded() == bytes("d284 41a0 a0 420506 4107"))
    }

    @Test(arguments: [
        ("8443a10127a0420506 4107", CBORError.Rule.notTagged, 0),
        ("d18443a10127a04205064107", .notTagged, 0), ("d8628440a0f64107", .notTagged, 0),
        ("d28343a10127a0420506", .notSign1, 1), ("d28543a10127a042050641070", .notSign1, 1),
        ("d2a0", .notSign1, 1), ("d29f43a10127a042050641 07ff", .indefiniteLength, 1),
        ("d284a10127a0420506 4107", .notSign1, 2), ("d2844127a04205064107", .protectedNotMap, 3),
        ("d28443a1012743a10127 4205064107", .notSign1, 6),
        ("d28443a10127a0624142 4107", .notSign1, 7),
        ("d28443a10127a04205066107", .notSign1, 10), ("d28443a10127a0420506f6", .notSign1, 10),
        ("d28443a10127a0420506410700", .trailingBytes, 12),
        ("d28443a10127a04205064207", .truncated, 12), ("d28443a10127", .truncated, 6),
        ("d28443a10127a0", .truncated, 7), ("d2", .truncated, 1), ("", .truncated, 0),
        ("d28444a1012700a04205064107", .trailingBytes, 6),
        ("d28447a204410101 27a04205064107", .unsortedKeys, 7),
        ("d28445a201270127a04205064107", .duplicateKey, 6),
        ("d28443bf01ffa04205064107", .indefiniteLength, 3),
        ("d28444a1011807a04205064107", .notShortest, 5),
        ("d28443a10127a20200010042050641 07", .unsortedKeys, 9),
        ("d28443a10127a101f93c004205064107", .floatingPoint, 8),
        ("d2845803a10127a04205064107", .notShortest, 2),
        ("d28443a10127a05802050641 07", .notShortest, 7),
        ("d28443a10127a05f4205 06ff4107", .indefiniteLength, 7),
        ("d81284 43a10127a04205064107", .notShortest, 0),
    ])
    func whatIsNotOneMessageIsRefusedByName(hex: String, rule: CBORError.Rule, offset: Int) {
        let hex = hex.filter { $0 != " " }
        let even = hex.count.isMultiple(of: 2) ? hex : String(hex.dropLast())
        #expect(throws: CBORError(rule, at: offset)) { try COSESign1.decode(bytes(even)) }
    }

    /// The tag is level 1, the array 2, the unprotected map 3; the protected map counts anew.
    @Test func eightLevelsAreCountedFromTheTag() throws {
        func nested(_ count: Int) -> CBOR {
            (0..<count).reduce(CBOR.null) { item, _ in .array([item]) }
        }
        for (protected, unprotected, isAdmitted) in [
            (7, 5, true), (8, 5, false), (7, 6, false),
        ] {
            let message = COSESign1(
                protected: [1: nested(protected)], unprotected: [1: nested(unprotected)],
                payload: nil, signature: [])
            #expect(((try? COSESign1.decode(message.encoded())) != nil) == isAdmitted)
        }
    }

    @Test func onlyTheUnprotectedMapMayBeLenient() throws {
        let free = bytes("d284 43a10127 bf020001f93c00ff 420506 4107")
        #expect(throws: CBORError(.indefiniteLength, at: 6)) { try COSESign1.decode(free) }
        let read = try COSESign1.decode(free, unprotected: .lenient)
        #expect(read.unprotected == [1: .opaque([0xf9, 0x3c, 0x00]), 2: .int(0)])
        for strict in ["d284 44a1011807 a0 420506 4107", "d284 43a10127 a0 5802 0506 4107"] {
            #expect(throws: CBORError.self) {
                try COSESign1.decode(bytes(strict), unprotected: .lenient)
            }
        }
    }

    @Test func everyChangeOfOneByteIsRefusedOrChangesTheMessage() throws {
        let encoded = Self.message.encoded()
        for index in encoded.indices {
            for change in UInt8(1)...255 {
                var changed = encoded
                changed[index] ^= change
                guard let other = try? COSESign1.decode(changed) else { continue }
                #expect(other != Self.message)
                #expect(other.encoded() == changed)
            }
        }
    }

    /// What is refused by its count is not read: the first member of each breaks another rule.
    @Test func aHeaderWithTooManyMembersIsRefusedBeforeTheyAreRead() {
        func head(_ initial: UInt8, _ count: Int) -> [UInt8] {
            [initial | 26] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) }
        }
        func message(_ unprotected: [UInt8]) -> [UInt8] {
            bytes("d284 43a10127") + unprotected + bytes("420506 4107")
        }
        let filler = [UInt8](repeating: 0xF7, count: 200_000)
        for rules in [CBORRules.strict, .lenient] {
            for count in [65_536, 90_000] {
                let map = message(head(0xA0, count) + filler)
                #expect(throws: CBORError(.tooManyMembers, at: 6)) {
                    try COSESign1.decode(map, unprotected: rules)
                }
                let array = message([0xA1, 0x01] + head(0x80, count) + filler)
                #expect(throws: CBORError(.tooManyMembers, at: 8)) {
                    try COSESign1.decode(array, unprotected: rules)
                }
            }
        }
        let protected = head(0xA0, 90_000) + filler
        #expect(throws: CBORError(.tooManyMembers, at: 7)) {
            try COSESign1.decode(
                bytes("d284") + head(0x40, protected.count) + protected + bytes("a0 420506 4107"))
        }
    }

    /// All of them together, however they are nested or sent.
    @Test func theMembersOfAHeaderAreCountedTogether() throws {
        func message(_ count: Int, _ nested: Int) -> [UInt8] {
            let arrays = (0..<nested).map { number in
                (CBORLabel.int(Int64(number)), CBOR.array(Array(repeating: .null, count: count)))
            }
            return COSESign1(
                protected: [1: .int(-8)], unprotected: CBORMap(arrays), payload: [5],
                signature: [7]
            ).encoded()
        }
        #expect(try COSESign1.decode(message(1022, 1)).unprotected.count == 1)
        #expect(try COSESign1.decode(message(31, 32)).unprotected.count == 32)
        for (count, nested) in [(1024, 1), (32, 32), (1, 600)] {
            #expect(throws: CBORError.self) { try COSESign1.decode(message(count, nested)) }
        }
        let endless = bytes("d284 43a10127 a1019f") + [UInt8](repeating: 0xF6, count: 2_000)
        #expect(throws: CBORError(.tooManyMembers, at: 8)) {
            try COSESign1.decode(endless + bytes("ff 420506 4107"), unprotected: .lenient)
        }
    }
}
