import Encoding
import HTTPCalls
import Testing

/// Two spellings of one address are one address, so that what is remembered of it is found.
@Suite struct ServiceURLTests {
    @Test(arguments: [
        ("HTTPS://Ledger.Example:443/prints//", "https://ledger.example/prints"),
        ("http://ledger.example:80", "http://ledger.example"),
        ("http://ledger.example:080/", "http://ledger.example"),
        ("http://ledger.example:/", "http://ledger.example"),
        ("https://ledger.example:80/Prints", "https://ledger.example:80/Prints"),
        ("http://[::1]:8080/", "http://[::1]:8080"), ("http://[FE80::1]", "http://[fe80::1]"),
        ("http://127.0.0.1:1/a/b", "http://127.0.0.1:1/a/b"),
    ])
    func spellingsOfOneAddressAreEqual(text: String, canonical: String) throws {
        let url = try ServiceURL(text)
        #expect(url.description == canonical)
        #expect(try ServiceURL(canonical) == url)
    }

    @Test(arguments: [
        ("https://a:secret@b/c", "https://b/c"), ("https://a@b@c", "https://c"),
        ("ftp://a:secret@b", "ftp://b"), ("a:secret@b", "b"),
        ("https://b/c?key=secret#d", "https://b/c"),
        ("https://b/c", "https://b/c"), ("?@", ""), ("", ""),
        ("https://a:sec?ret@b", "https://"), ("https://a:sec#ret@b", "https://"),
        ("https://b/?to=secret@c", "https://"), ("a:secret://b@c", "c"),
    ])
    func whatIsRefusedIsShownWithoutItsSecrets(text: String, shown: String) {
        #expect(AddressText.shown(text) == shown)
    }

    @Test(arguments: [
        ("https://a:secret@b/c,https://d/?k=secret", "https://b/c,https://d/"),
        ("https://a:sec,ret@b, HTTP://c@d", "https://b, HTTP://d"),
        ("a:sec,ret@b:80", "b:80"), ("127.0.0.1:80", "127.0.0.1:80"),
        ("https://b,,https://c,", "https://b,,https://c,"), ("", ""),
    ])
    func eachAddressOfAListIsShownWithoutItsSecrets(text: String, shown: String) {
        #expect(AddressText.shownEach(in: text) == shown)
    }

    /// An error is a sentence, in which an address may stand anywhere.
    @Test(arguments: [
        ("x: \"https://a:secret@b/c\" is none", "x: \"https://b/c\" is none"),
        ("'HTTP://b/c?key=secret'", "'HTTP://b/c'"),
        ("/home/https:/a:secret@b/c: no such file", "/home/https:/b/c: no such file"),
        ("--from https://b/?k=secret, or not", "--from https://b/, or not"),
        ("trust update k --ledger https://b/c", "trust update k --ledger https://b/c"),
        ("write to ana@b.example? http", "write to ana@b.example? http"), ("", ""),
    ])
    func aSentenceKeepsTheSecretsOfItsAddresses(text: String, shown: String) {
        #expect(AddressText.hidingSecrets(in: text) == shown)
    }

    @Test(
        arguments: [
            ("ftp://a", .scheme), ("http:/a", .scheme), ("http://", .host), ("http:///a", .host),
            ("http://:80", .host), ("http://[::1", .host), ("http://[]", .host),
            ("http://a\\b", .host), ("http://a%2fb", .host), ("http://::1", .host),
            ("http://a:0", .port), ("http://a:65536", .port), ("http://a:8a", .port),
            ("http://a:+8", .port), ("http://[::1]8", .port), ("http://a/../b", .path),
            ("http://a/./b", .path), ("http://a/%2E%2e", .path), ("http://a?b", .trailing),
            ("http://a@b", .trailing), ("http://a/#", .trailing), ("http://a b", .characters),
            ("http://\u{E9}", .characters),
        ] as [(String, ServiceURLError)])
    func whatIsNoAddressIsRefusedByItsRule(text: String, rule: ServiceURLError) {
        #expect(throws: rule) { try ServiceURL(text) }
    }
}
