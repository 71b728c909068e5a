import Encoding
import Manifests
import Merkle
import Testing

/// What build services hand out around a manifest.
@Suite struct StatementEnvelopeTests {
    private static let statement = """
        {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"a??>","digest":{"sha256":\
        "\(String(repeating: "ab", count: 32))"}}],"predicateType":"https://slsa.dev/provenance/v1"}
        """

    private static func envelope(
        _ payload: String, type: String = "application/vnd.in-toto+json"
    ) -> String {
        """
        {"payloadType":"\(type)","payload":"\(payload)","signatures":[{"sig":"AA=="}]}
        """
    }

    private static func bundle(_ envelope: String) -> String {
        """
        {"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{},\
        "dsseEnvelope":\(envelope)}
        """
    }

    private static let payload = Base64.encode(Array(statement.utf8))

    @Test func thePayloadIsTheManifestByteForByte() throws {
        let plain = Self.envelope(Self.payload)
        for (file, form) in [
            (plain, StatementEnvelope.Form.dsse), (Self.bundle(plain), .sigstoreBundle),
            (plain + "\n", .dsse), ("\u{FEFF}" + plain + "\r\n", .dsse),
        ] {
            let envelope = try #require(try StatementEnvelope(Array(file.utf8)))
            #expect(envelope.form == form)
            #expect(envelope.payload == Array(Self.statement.utf8))
            #expect(envelope.payloadDigest == .sha256(Array(Self.statement.utf8)))
        }
    }

    /// Readers of DSSE must take both alphabets of base64.
    @Test func bothAlphabetsOfBase64AreReadWithAndWithoutPadding() throws {
        let bytes: [UInt8] = [0xFB, 0xFF, 0xFE, 0x3E]
        for text in ["+//+Pg==", "-__-Pg==", "+//+Pg", "-__-Pg"] {
            let file = Array(Self.envelope(text).utf8)
            #expect(try StatementEnvelope(file)?.payload == bytes, "\(text)")
        }
    }

    @Test(arguments: [statement, "{}", "[]", "1", "", "not JSON\nat all", "{\"payload\":\"AA==\"}"])
    func whatIsNoEnvelopeIsLeftAsItIs(file: String) throws {
        #expect(try StatementEnvelope(Array(file.utf8)) == nil)
    }

    @Test(arguments: [
        (envelope("AA*="), EnvelopeError.malformed("payload")),
        (envelope("AA==", type: "application/json"), .otherPayload("application/json")),
        (bundle("{}"), .malformed("payloadType")),
        ("{\"messageSignature\":{},\"verificationMaterial\":{}}", .noStatement),
    ])
    func anEnvelopeWithoutAStatementSaysSo(file: String, error: EnvelopeError) {
        #expect(throws: error) { try StatementEnvelope(Array(file.utf8)) }
    }

    /// Another reader takes another of the contents, under another spelling too.
    @Test(arguments: [
        "\"dsseEnvelope\":{}", "\"dsse_envelope\":{}", "\"DSSEEnvelope\":null",
        "\"d\u{17F}seEnvelope\":{}", "\"messageSignature\":{}", "\"message_signature\":{}",
        "\"Payload\":\"AA==\"", "\"payload_type\":\"text/plain\"", "\"_type\":\"\"",
        "\"predicateType\":\"a\"",
    ])
    func aFileOfSeveralContentsIsRefused(member: String) throws {
        let plain = Self.envelope(Self.payload)
        let two = "{\(member),\(plain.dropFirst())"
        #expect(throws: EnvelopeError.severalContents) {
            try StatementEnvelope(Array(two.utf8))
        }
        #expect(throws: EnvelopeError.severalContents) {
            try StatementEnvelope(Array(Self.bundle(two).utf8))
        }
        if !member.contains("\"dsseEnvelope\"") {
            let beside = "{\(member),\(Self.bundle(plain).dropFirst())"
            #expect(throws: EnvelopeError.severalContents) {
                try StatementEnvelope(Array(beside.utf8))
            }
        }
    }

    @Test(arguments: ["payload", "payloadType"])
    func aBundleWithAMemberOfAPlainEnvelopeIsRefused(name: String) throws {
        let bundle = Self.bundle(Self.envelope(Self.payload))
        let file = "{\"\(name)\":\"\(Self.payload)\",\(bundle.dropFirst())"
        #expect(throws: EnvelopeError.severalContents) {
            try StatementEnvelope(Array(file.utf8))
        }
    }

    @Test func severalLinesAreNamed() throws {
        let other = Self.statement.replacing("slsa.dev/provenance/v1", with: "spdx.dev/Document")
        let file = [Self.envelope(Self.payload), "", other, Self.bundle("{}")]
            .joined(separator: "\n")
        let error = try #require(throws: EnvelopeError.self) {
            try StatementEnvelope(Array(file.utf8))
        }
        #expect(
            error.description == "has 3 statements, one a line: line 1 "
                + "https://slsa.dev/provenance/v1, line 3 https://spdx.dev/Document, line 4 "
                + "(no statement)")
    }

    @Test func aCutEnvelopeIsNone() throws {
        let file = Array(Self.bundle(Self.envelope(Self.payload)).utf8)
        for end in file.indices {
            #expect(try StatementEnvelope(Array(file[..<end])) == nil)
        }
    }
}
