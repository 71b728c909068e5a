import Checkpoints
import Encoding
import Testing

@Suite struct OriginTests {
    /// Origins with host, port and path.
    private static let origins: [(String, String, UInt16?, String)] = [
        ("ledger.example", "ledger.example", nil, ""),
        ("ledger.example/prints", "ledger.example", nil, "/prints"),
        (
            "ledger.example:8443/a/B-c._~!$&'()*,;=:@%2F", "ledger.example", 8443,
            "/a/B-c._~!$&'()*,;=:@%2F"
        ),
        ("localhost:1", "localhost", 1, ""),
        ("127.0.0.1:65535/x", "127.0.0.1", 65535, "/x"),
        ("[2001:db8::1]:80/x", "[2001:db8::1]", 80, "/x"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example", nil, ""),
    ]

    @Test(arguments: origins)
    func anOriginIsReadInParts(text: String, host: String, port: UInt16?, path: String) throws {
        let origin = try Origin(Text(text))
        #expect(origin.host == host)
        #expect(origin.port == port)
        #expect(origin.path == path)
        #expect(origin.authority + origin.path == text)
        #expect(origin.uri == Text("https://" + text))
        #expect(origin.description == text)
    }

    @Test func everyRuleHasItsOwnError() {
        let broken: [(String, OriginError)] = [
            ("", .wrongLength(0)),
            (String(repeating: "a", count: 256), .wrongLength(256)),
            ("ledger.example/a b", .forbiddenCharacter(0x20)),
            ("ledger.example/a+b", .forbiddenCharacter(0x2B)),
            ("ledger.example/é", .forbiddenCharacter(0xC3)),
            ("ledger.example/\n", .forbiddenCharacter(0x0A)),
            ("ledger.example/<", .forbiddenCharacter(0x3C)),
            ("https://ledger.example", .scheme),
            ("/prints", .malformedHost),
            ("Ledger.example", .malformedHost),
            ("ledger..example", .malformedHost),
            ("ledger.example.", .malformedHost),
            ("-ledger.example", .malformedHost),
            ("me@ledger.example", .malformedHost),
            ("ledger.example?x", .malformedHost),
            ("[2001:db8::1", .malformedHost),
            ("[2001:DB8::1]", .malformedHost),
            ("[2001:db8::1]x", .malformedHost),
            ("[]", .malformedHost),
            ("ledger.example:", .malformedPort),
            ("ledger.example:0", .malformedPort),
            ("ledger.example:080", .malformedPort),
            ("ledger.example:65536", .malformedPort),
            ("ledger.example:80:80", .malformedPort),
            ("ledger.example/", .trailingSlash),
            ("ledger.example/prints/", .trailingSlash),
            ("ledger.example//prints", .malformedPath),
            ("ledger.example/./prints", .malformedPath),
            ("ledger.example/../prints", .malformedPath),
            ("ledger.example/prints?a", .malformedPath),
            ("ledger.example/prints#a", .malformedPath),
            ("ledger.example/[a]", .malformedPath),
            ("ledger.example/%2", .malformedPath),
            ("ledger.example/%zz", .malformedPath),
        ]
        for (text, error) in broken {
            #expect(throws: error, "\(text)") { try Origin(Text(text)) }
        }
    }

    /// The words are read where nobody knows how Swift spells a case.
    @Test func everyErrorHasWordsOfItsOwn() {
        for (error, words): (OriginError, String) in [
            (.wrongLength(0), "it is empty"),
            (.wrongLength(256), "it has 256 bytes, more than 255"),
            (.forbiddenCharacter(0x1B), "a control character may not be in it"),
            (.forbiddenCharacter(0x7F), "a control character may not be in it"),
            (.forbiddenCharacter(0x20), "a space may not be in it"),
            (.forbiddenCharacter(0x2B), "'+' may not be in it"),
            (.forbiddenCharacter(0xC3), "a character that is not ASCII may not be in it"),
            (.scheme, "it begins with a scheme"),
            (.malformedHost, "its host is not a name in lower case or an address"),
            (.malformedPort, "its port is not a number from 1 to 65535"),
            (.trailingSlash, "it ends with a slash"),
            (
                .malformedPath,
                "its path has an empty segment, dots for one, a query or a broken % escape"
            ),
        ] {
            #expect("\(error)" == words)
        }
    }

    @Test func anOriginNamesAKeyAndACheckpoint() throws {
        let origin = try Origin("ledger.example/prints")
        let checkpoint = try Checkpoint(origin: origin.text, size: 1, root: someRoot)
        #expect(try signer(origin.text).verifierKey.name == checkpoint.origin)
    }
}
