import Crypto
import Merkle
import OpenTimestamps
import TestCalendar
import TestSupport
import Testing

/// The format: what is read, what is refused, and what is written.
@Suite struct DetachedTimestampTests {
    private static let digest = [UInt8](repeating: 7, count: 32)

    private static func parse(_ items: [ProofItem]) throws -> DetachedTimestamp {
        try DetachedTimestamp(parsing: ProofItem.file(digest, items))
    }

    /// A file with everything that the format has and this program computes.
    private static let everything: [ProofItem] = [
        .bitcoin(300), .bitcoin(70_000), .attestation("06869a0d73d71b45", ProofItem.number(5)),
        .pending("https://a.example"), .pending("https://b.example/x-y_z"),
        .attestation("ffffffffffffffff", []), .attestation("ffffffffffffffff", [0, 1, 2]),
        .sha256([.bitcoin(1)]), .append([1], [.sha256([.bitcoin(2)])]),
        .append([1, 0], [.bitcoin(3)]), .append([2], [.bitcoin(4)]),
        .prepend([9], [.step([0xf2], [.bitcoin(5)])]), .step([0xf2], [.bitcoin(6)]),
        .step([0xf3], [.bitcoin(7)]),
    ]

    @Test func whatIsReadInItsOrderIsWrittenAsItWas() throws {
        let file = ProofItem.file(Self.digest, Self.everything)
        let proof = try DetachedTimestamp(parsing: file)
        #expect(proof.encoded == file)
        #expect(proof.digest.bytes == Self.digest)
        #expect(proof.pending.map(\.calendar) == ["https://a.example", "https://b.example/x-y_z"])
        #expect(proof.pending.allSatisfy { $0.commitment == Self.digest })
        #expect(proof.bitcoin.map(\.height) == [300, 70_000, 1, 2, 3, 4, 5, 6, 7])
    }

    @Test func whatIsReadInAnotherOrderIsWrittenInTheOne() throws {
        var random = SeededRandom(for: "whatIsReadInAnotherOrderIsWrittenInTheOne")
        let expected = ProofItem.file(Self.digest, Self.everything)
        for _ in 0..<50 {
            let items = Self.everything.shuffled(using: &random)
            #expect(try Self.parse(items).encoded == expected, "\(random)")
        }
    }

    @Test func eachStepMakesOfAMessageWhatTheFormatSays() throws {
        let digest = Self.digest
        let cases: [(ProofItem, [UInt8])] = [
            (.append([1, 2], [.bitcoin(1)]), digest + [1, 2]),
            (.prepend([1, 2], [.bitcoin(1)]), [1, 2] + digest),
            (.sha256([.bitcoin(1)]), Array(SHA256.hash(data: digest))),
            (.append([1, 2], [.step([0xf2], [.bitcoin(1)])]), [2, 1] + digest),
            (.step([0xf3], [.bitcoin(1)]), Array(String(repeating: "07", count: 32).utf8)),
        ]
        for (item, message) in cases {
            #expect(try Self.parse([item]).bitcoin.map(\.message) == [message])
        }
    }

    /// Hashes that only strangers' proofs have are not computed, and the words say which.
    @Test(
        arguments: [
            (0x02, .unsupportedStep("sha1")), (0x03, .unsupportedStep("ripemd160")),
            (0x67, .unsupportedStep("keccak256")), (0x09, .unknownStep(9)),
            (0xf4, .unknownStep(0xf4)),
            (0x01, .unknownStep(1)), (0xfe, .unknownStep(0xfe)),
        ] as [(UInt8, DetachedTimestampError)])
    func stepsThatAreNotComputedAreRefused(tag: UInt8, error: DetachedTimestampError) {
        #expect(throws: error) { try Self.parse([.step([tag], [.bitcoin(1)])]) }
        #expect(throws: error) {
            try Self.parse([.append([1], [.bitcoin(2)]), .step([tag], [.bitcoin(1)])])
        }
    }

    @Test func aWayHasAtMost256Messages() throws {
        func bomb(_ messages: Int) -> [ProofItem] {
            (1..<messages).reduce([.bitcoin(1)]) { items, _ in [.sha256(items)] }
        }
        #expect(try Self.parse(bomb(256)).bitcoin.count == 1)
        #expect(throws: DetachedTimestampError.tooDeep) { try Self.parse(bomb(257)) }
        let bytes = ProofItem.file(Self.digest, []) + [UInt8](repeating: 0x08, count: 60_000)
        #expect(throws: DetachedTimestampError.tooDeep) { try DetachedTimestamp(parsing: bytes) }
    }

    @Test func argumentsAndResultsHaveAtMost4096Bytes() throws {
        func bytes(_ count: Int) -> [UInt8] { [UInt8](repeating: 1, count: count) }
        #expect(try Self.parse([.append(bytes(4064), [.bitcoin(1)])]).isComplete)
        #expect(throws: DetachedTimestampError.result(4097)) {
            try Self.parse([.append(bytes(4065), [.bitcoin(1)])])
        }
        #expect(throws: DetachedTimestampError.result(4128)) {
            try Self.parse([.prepend(bytes(4096), [.bitcoin(1)])])
        }
        for count in [0, 4097] {
            #expect(throws: DetachedTimestampError.argument(UInt64(count))) {
                try Self.parse([.append(bytes(count), [.bitcoin(1)])])
            }
        }
        let half = [ProofItem.append(bytes(2016), [.step([0xf3], [.bitcoin(1)])])]
        #expect(try Self.parse(half).isComplete)
        #expect(throws: DetachedTimestampError.result(4098)) {
            try Self.parse([.append(bytes(2017), [.step([0xf3], [.bitcoin(1)])])])
        }
    }

    @Test func payloadsHaveTheFormatsLimitsAndKnownOnesAreFilled() throws {
        let (unknown, pending, bitcoin) =
            ("0123456789abcdef", "83dfe30d2ef90c8e", "0588960d73d71901")
        func parse(_ tag: String, _ payload: [UInt8]) throws -> DetachedTimestamp {
            try Self.parse([.attestation(tag, payload)])
        }
        #expect(try parse(unknown, [UInt8](repeating: 1, count: 8192)).bitcoin.isEmpty)
        #expect(throws: DetachedTimestampError.payload(8193)) {
            try parse(unknown, [UInt8](repeating: 1, count: 8193))
        }
        let name = { (count: Int) in ProofItem.counted([UInt8](repeating: 97, count: count)) }
        #expect(try parse(pending, name(1000)).pending.count == 1)
        for payload in [name(1001), ProofItem.counted(Array("https://a.example?q".utf8))] {
            #expect(throws: DetachedTimestampError.calendar) { try parse(pending, payload) }
        }
        #expect(throws: DetachedTimestampError.trailing(1)) { try parse(pending, name(3) + [0]) }
        #expect(throws: DetachedTimestampError.trailing(2)) { try parse(bitcoin, [5, 0, 0]) }
        #expect(throws: DetachedTimestampError.truncated) { try parse(bitcoin, []) }
        #expect(throws: DetachedTimestampError.truncated) { try parse(pending, [5, 97]) }
    }

    /// LEB128 has many ways to write a number; a proof has one.
    @Test func numbersAreInTheirShortestForm() throws {
        let bitcoin = "0588960d73d71901"
        let largest = [UInt8](repeating: 0xff, count: 9) + [0x01]
        #expect(
            try Self.parse([.attestation(bitcoin, largest)]).bitcoin.map(\.height) == [.max])
        for payload in [
            [0x80, 0x00], [0xff, 0x80, 0x00], [UInt8](repeating: 0xff, count: 9) + [0x02],
            [UInt8](repeating: 0xff, count: 10) + [0x01],
        ] as [[UInt8]] {
            #expect(throws: DetachedTimestampError.number) {
                try Self.parse([.attestation(bitcoin, payload)])
            }
        }
    }

    @Test func nothingStandsTwiceAtOneMessage() throws {
        for items in [
            [.bitcoin(1), .bitcoin(1)], [.sha256([.bitcoin(1)]), .sha256([.bitcoin(2)])],
            [.append([1], [.pending("a"), .bitcoin(2), .pending("a")])],
        ] as [[ProofItem]] {
            #expect(throws: DetachedTimestampError.twice) { try Self.parse(items) }
        }
    }

    /// However its bytes are used, a file costs no more than the limits allow.
    @Test func aFileHasLimitsOfBytesAndItems() throws {
        func items(_ count: Int) -> [ProofItem] { (0..<count).map { .bitcoin($0) } }
        #expect(try Self.parse(items(4096)).bitcoin.count == 4096)
        #expect(throws: DetachedTimestampError.tooMany(limit: 4096)) {
            try Self.parse(items(4097))
        }
        let large = (0..<9).map { number in
            ProofItem.attestation(
                "0123456789abcdef", [UInt8](repeating: UInt8(number), count: 8000))
        }
        #expect(throws: DetachedTimestampError.tooLarge(limit: 65_536)) { try Self.parse(large) }
    }

    @Test func theHeaderIsThatOfADigestBySHA256() throws {
        let file = ProofItem.file(Self.digest, [.bitcoin(1)])
        func changed(_ index: Int, to byte: UInt8) -> [UInt8] {
            var changed = file
            changed[index] = byte
            return changed
        }
        for index in 0..<31 {
            #expect(throws: DetachedTimestampError.notAProof) {
                try DetachedTimestamp(parsing: changed(index, to: file[index] ^ 1))
            }
        }
        #expect(throws: DetachedTimestampError.version(2)) {
            try DetachedTimestamp(parsing: changed(31, to: 2))
        }
        #expect(throws: DetachedTimestampError.hashKind(2)) {
            try DetachedTimestamp(parsing: changed(32, to: 2))
        }
    }

    @Test func aFileThatIsCutOrGoesOnIsRefused() throws {
        let file = ProofItem.file(Self.digest, Self.everything)
        for count in 0..<file.count {
            #expect(throws: DetachedTimestampError.self) {
                try DetachedTimestamp(parsing: Array(file.prefix(count)))
            }
        }
        #expect(throws: DetachedTimestampError.trailing(1)) {
            try DetachedTimestamp(parsing: file + [0])
        }
    }

    /// What a calendar's name may hold is shown as it is, in any terminal.
    @Test func aCalendarsNameHasOnlyTheCharactersOfAPlainURL() {
        let allowed = Set(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._/:".utf8)
        for byte in UInt8.min ... .max {
            let item = ProofItem.attestation("83dfe30d2ef90c8e", [1, byte])
            #expect(((try? Self.parse([item])) != nil) == allowed.contains(byte))
        }
    }
}
