import Auditing
import Encoding
import Merkle
import TestSupport
import Testing

@Suite struct WatchTests {
    private static let digest = String(repeating: "0f", count: 32)

    @Test(
        arguments: [
            "issuer=https://pops.example/lagos", "sub=https://ledger.example/drops/1#7",
            "creator=Ana Okoye", "creator=did:web:ana.example", "creator=a=b",
            "creator=\u{645}\u{6CC}\u{200C}\u{62E}", "creator=\u{5E9}\u{5B8}\u{5C1}",
            "sha256=\(Self.digest)",
        ] as [ShownText])
    func aWatchIsReadAsItIsWritten(text: ShownText) throws {
        #expect(try Watch(text.string).description == text.string)
    }

    @Test func aDigestMayBeInCapitals() throws {
        #expect(try Watch("sha256=\(Self.digest.uppercased())") == Watch("sha256=\(Self.digest)"))
    }

    @Test(
        arguments: [
            ("", WatchError.form), ("Ana", .form), ("Creator=Ana", .name), ("=x", .name),
            ("title=x", .name), ("issuer=", .empty), ("creator=", .empty), ("sha256=0f", .digest),
            ("sha256=\(String(repeating: "xy", count: 32))", .digest),
            ("issuer=\(String(repeating: "a", count: 513))", .tooLong),
        ] as [(ShownText, WatchError)])
    func whatIsNoWatchIsRefused(text: ShownText, error: WatchError) {
        #expect(throws: error) { try Watch(text.string) }
    }

    /// A name that moves a cursor or turns a line around is nobody's, and is never shown as it is.
    @Test(
        arguments: [
            "\u{1B}", "\n", "\u{7F}", "\u{85}", "\u{202E}", "\u{200F}", "\u{2066}", "\u{2028}",
        ] as [ShownText])
    func aNameWithCharactersThatAreHiddenIsRefused(text: ShownText) throws {
        let hidden = text.string
        let scalar = try #require(hidden.unicodeScalars.first)
        for name in ["\(hidden)Ana", "Ana\(hidden)", "A\(hidden)na"] {
            #expect(throws: WatchError.hidden(scalar)) { try Watch("creator=\(name)") }
        }
        // As it is spelled wherever a terminal shows it.
        let spelling = String(SafeText.line(hidden).dropFirst().dropLast())
        #expect("\(WatchError.hidden(scalar))".contains(spelling))
    }

    /// Who mistypes an address hears of it at once, not by hearing nothing.
    @Test(
        arguments: [
            ("issuer=abc", "a URI with a scheme"),
            ("issuer=https://a b/", "the characters of a URI"),
            ("sub=a b", "the characters of a URI"), ("sub=\u{E4}", "the characters of a URI"),
            ("issuer=https://\(String(repeating: "a", count: 248))", "1 to 255 characters"),
        ] as [(ShownText, String)])
    func whatNoEntryCanHaveIsRefused(text: ShownText, rule: String) {
        #expect {
            try Watch(text.string)
        } throws: {
            "\($0)".contains("names what no entry has: it must") && "\($0)".contains(rule)
        }
    }

    @Test func aListHasALimitAndEachWatchOnce() throws {
        let watches = try (0..<1_000).map { try Watch("issuer=https://pops.example/\($0)") }
        #expect(try WatchList(watches + watches).watches == watches)
        let other = try Watch("creator=x")
        #expect(throws: WatchError.tooMany) { try WatchList(watches + [other]) }
    }

    private func matches(_ watches: [String], creator: [Text] = []) throws -> [String] {
        let list = try WatchList(watches.map { try Watch($0) })
        let digest = try #require(Hash(Array(repeating: 15, count: 32)))
        return list.matches(
            issuer: "https://pops.example/lagos", subject: "https://x.example/1",
            digests: [digest], creator: creator
        ).map(\.description)
    }

    /// What is close is not the same: a URI is compared byte for byte.
    @Test func onlyTheExactValueMatches() throws {
        let exact = [
            "issuer=https://pops.example/lagos", "sub=https://x.example/1",
            "sha256=\(Self.digest)",
        ]
        #expect(try matches(exact) == exact)
        let close = [
            "issuer=https://pops.example/lagos/", "issuer=https://pops.example/Lagos",
            "issuer=https://pops.example", "sub=https://x.example/12",
            "sub=https://pops.example/lagos", "issuer=https://x.example/1",
            "sha256=\(String(repeating: "0e", count: 32))", "creator=https://x.example/1",
        ]
        #expect(try matches(close) == [])
    }

    /// A name is what people read: é is one letter, however it is written.
    ///
    /// What matched is told as the user wrote it.
    @Test func aCreatorIsTheWholeNameOrTheIdentifier() throws {
        let composed = "creator=Jos\u{E9} Ana"
        #expect(
            try matches([composed], creator: ["Jose\u{301} Ana"]).map { Array($0.utf8) }
                == [Array(composed.utf8)])
        #expect(try matches(["creator=did:web:ana"], creator: ["Ana", "did:web:ana"]).count == 1)
        for other in ["Ana", "José", "josé ana", "José Ana "] as [Text] {
            #expect(try matches([composed], creator: [other]).isEmpty)
        }
    }

    @Test func oneWatchIsToldOnceThoughNameAndIdentifierAreIt() throws {
        #expect(try matches(["creator=Ana"], creator: ["Ana", "Ana"]) == ["creator=Ana"])
    }
}
