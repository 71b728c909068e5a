import Encoding
import Explorer
import Foundation
import HTTPService
import Ledger
import LedgerServer
import Manifests
import Merkle
import Provenance
import TestHTTP
import Testing
import TestLedger
import TestSupport

/// What people see of a ledger, beside what programs read (http.md §16).
@Suite(.serialized) struct ExplorerTests {
    /// What browsers send.
    private static let browser = [
        "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
    ]

    private static func page(
        _ server: TestServer, _ path: String, headers: [String: String] = browser
    ) async throws -> HTTPAnswer {
        try await server.send("GET", path, headers: headers)
    }

    @Test func aBrowserGetsThePageAndAProgramTheReceipt() async throws {
        try await TestServer.run(site: true) { server in
            let location = try await server.location(of: "a")
            for (accept, isPage) in [
                (Self.browser["Accept"], true), ("text/html", true), ("text/html, */*", true),
                ("text/html;q=0.9, application/cose;q=0.8", true), (nil, false), ("*/*", false),
                ("application/cose", false), ("text/html;q=0.5, application/cose", false),
                ("text/html;q=0", false), ("text/html;q=1.5, */*", false),
                ("text/html;q=0.1, */*;q=0.2", false),
            ] {
                let answer = try await Self.page(
                    server, location, headers: accept.map { ["Accept": $0] } ?? [:])
                let accept = accept ?? "none"
                if accept == "text/html;q=0" {
                    #expect(answer.status == 406)
                    continue
                }
                #expect(answer.status == 200, "\(accept)")
                let type = isPage ? "text/html; charset=utf-8" : "application/cose"
                #expect(answer["content-type"] == type, "\(accept)")
                #expect(answer["vary"]?.contains("Accept") == true, "\(accept)")
            }
            // Files of an entry are files, whoever asks.
            let record = try await Self.page(server, location + "/transparent")
            #expect(record["content-type"] == "application/scitt-statement+cose")
            #expect(try await server.send("HEAD", location, headers: Self.browser).status == 200)
        }
    }

    @Test func everyPageBindsTheBrowserAndKeepsNothing() async throws {
        try await TestServer.run(site: true) { server in
            let location = try await server.location(of: "a")
            let digest = Hash.sha256(Array("a".utf8))
            for path in [
                "/", "/prints", "/prints/", "/log", "/likeness", "/find?q=\(digest)", location,
                location + "/qr.svg", "/site.css", "/icon.svg", "/nothing",
            ] {
                let answer = try await Self.page(server, path)
                let policy = answer["content-security-policy"] ?? ""
                #expect(policy.hasPrefix("default-src 'none'; "), "\(path)")
                #expect(!policy.contains("unsafe"), "\(path)")
                #expect(answer["x-content-type-options"] == "nosniff", "\(path)")
                #expect(answer["set-cookie"] == nil, "\(path)")
                #expect(!answer.text.contains("style=\""), "\(path)")
            }
            for path in ["/find?q=\(digest)", location, "/nothing"] {
                #expect(try await Self.page(server, path)["cache-control"] == "no-store")
            }
            #expect(try await Self.page(server, "/log")["cache-control"] == "public, max-age=2")
            #expect(try await Self.page(server, "/prints").text.contains("href=\"prints/log\""))
            #expect(try await Self.page(server, "/prints/").text.contains("href=\"./log\""))
        }
    }

    /// A file of the site is compressed once and kept: for everybody it is the same.
    @Test func aFileOfTheSiteIsTheSameCompressedOrNot() async throws {
        try await TestServer.run(site: true) { server in
            for path in ["/likeness", "/site.css", "/icon.svg", "/verify/verifier.js"] {
                let plain = try await server.send("GET", path)
                for _ in 0..<2 {
                    let packed = try await server.send(
                        "GET", path, headers: ["Accept-Encoding": "gzip"])
                    let isPacked = packed["content-encoding"] == "gzip"
                    #expect(isPacked == (plain.body.count >= 512), "\(path)")
                    let bytes = isPacked ? try Gunzip.inflated(packed.body) : packed.body
                    #expect(bytes == plain.body && packed["etag"] == plain["etag"], "\(path)")
                    #expect(packed["content-security-policy"] != nil, "\(path)")
                }
                let known = try await server.send(
                    "GET", path,
                    headers: ["If-None-Match": plain["etag"] ?? "", "Accept-Encoding": "gzip"])
                #expect(known.status == 304 && known.body.isEmpty, "\(path)")
            }
        }
    }

    /// Text of a manifest changes neither the page nor what is around it.
    @Test(
        arguments: [
            "<script>alert(1)</script>", "</title><img src=x onerror=alert(1)>",
            // To Swift a quotation mark and the mark behind it are one character.
            "x\"\u{301} onfocus=alert(1) autofocus=\"", "&lt;b&gt; {{{origin}}} {{#x}}",
            "\u{202E}evil\u{2066}\u{200B}", "\u{200B}\u{2060}\u{FEFF}",
            String(repeating: "wide", count: 120),
        ].map { ShownText($0) })
    func textOfAManifestStaysText(shown: ShownText) async throws {
        let title = shown.string
        try await TestServer.run(site: true) { server in
            let record = try server.fixture.capture("a", title: title, padding: 200_000)
            let location = try #require(try await server.post(record)["location"])
            let page = try await Self.page(server, location)
            #expect(page.status == 200)
            #expect(page.body.count < 60 * 1024)
            let text = page.text
            for raw in [
                "<script", "<img src=x", "\" onfocus", "\u{301} onfocus=alert(1) autofocus=\"",
            ] {
                #expect(!text.contains(raw), "\(raw)")
            }
            let hidden: [Unicode.Scalar] = [
                "\u{202E}", "\u{2066}", "\u{200B}", "\u{2060}", "\u{FEFF}",
            ]
            #expect(!text.unicodeScalars.contains { hidden.contains($0) })
            // Each element that was opened is closed, once.
            for element in ["main", "section", "h1", "title", "pre", "dl", "html"] {
                let opened = text.matches(of: try Regex("<\(element)[ >]")).count
                #expect(opened == text.matches(of: try Regex("</\(element)>")).count, "\(element)")
            }
            #expect(text.matches(of: try Regex("<title>")).count >= 1)
        }
    }

    @Test func somethingIsLookedUpByEveryName() async throws {
        try await TestServer.run(site: true) { server in
            let location = try await server.location(of: "a")
            let id = location.suffix(43)
            let digest = Hash.sha256(Array("a".utf8)).description
            for query in [
                "q=\(digest)", "by=digest&q=+\(digest.uppercased())+", "by=any&q=sha256:\(digest)",
                "by=work&q=urn:example:a", "by=issuer&q=https%3A%2F%2Fpops.example%2Fberlin",
                "q=https%3A%2F%2Fpops.example%2Fberlin",
            ] {
                let answer = try await Self.page(server, "/find?\(query)")
                #expect(answer.text.contains("entries/\(id)\""), "\(query)")
            }
            for query in [
                "by=entry&q=\(id)", "q=https%3A%2F%2Fledger.example%2Fprints%2Fentries%2F\(id)",
                "q=ledger.example/prints/entries/\(id)/",
            ] {
                let answer = try await Self.page(server, "/find?\(query)")
                #expect(answer.status == 303)
                #expect(answer["location"] == "./entries/\(id)")
            }
            let unknown = String(repeating: "0", count: 64)
            #expect(
                try await Self.page(server, "/find?q=\(unknown)").text.contains("No entry of this"))
            for bad in [
                "", "?q=", "?q=x", "?by=digest&q=00", "?by=edition&q=urn:example:a",
                "?by=edition&q=urn:example:a%230", "?by=other&q=x", "?q=x&q=y", "?page=2&q=x",
                "?by=entry&q=%0A", "?q=\(String(repeating: "a", count: 513))",
            ] {
                let answer = try await Self.page(server, "/find\(bad)")
                #expect(answer.status == 400, "\(bad)")
                #expect(answer["content-type"] == "text/html; charset=utf-8", "\(bad)")
            }
        }
    }

    /// The front page names `sha256sum` and the address from a QR code: what these give is taken as
    /// it is.
    @Test func whatThePageTellsPeopleToEnterIsUnderstoodAsItComes() async throws {
        try await TestServer.run(site: true) { server in
            let location = try await server.location(of: "a")
            let id = location.suffix(43)
            let digest = Hash.sha256(Array("a".utf8)).description
            func find(_ by: String, _ text: String) async throws -> HTTPAnswer {
                try await Self.page(server, "/find?by=\(by)&q=\(Query.encoded(text))")
            }
            for by in ["any", "digest"] {
                for line in ["\(digest)  a.jpg", "\(digest) *a b.jpg", "\\\(digest)  a\\nb.jpg"] {
                    let answer = try await find(by, line)
                    #expect(answer.text.contains("entries/\(id)\""), "\(by): \(line)")
                }
                for line in ["\(digest.dropLast())  a.jpg", "a.jpg \(digest)", "\\\(digest)"] {
                    #expect(try await find(by, line).status == 400, "\(by): \(line)")
                }
            }
            let page = "https://\(LedgerFixture.origin)/entries/\(id)"
            for by in ["any", "entry"] {
                for tail in ["", "/", "?utm=1", "#files", "?a=/b#c/d", "/transparent", "/?x"] {
                    let answer = try await find(by, page + tail)
                    #expect(answer.status == 303, "\(by): \(tail)")
                    #expect(answer["location"] == "./entries/\(id)", "\(by): \(tail)")
                }
            }
            let other = try await find("entry", "https://\(LedgerFixture.origin)/?u=/entries/\(id)")
            #expect(other.status == 400)
        }
    }

    @Test func aListIsBoundedAndNamesItsNextPage() async throws {
        try await TestServer.run(site: true) { server in
            for _ in 0..<52 { _ = try await server.post(server.fixture.capture("a")) }
            let digest = Hash.sha256(Array("a".utf8))
            var path: String? = "/find?by=digest&q=\(digest)"
            var counts: [Int] = []
            while let next = path, counts.count < 5 {
                let text = try await Self.page(server, next).text
                counts.append(text.matches(of: #/<tr><td>/#).count)
                path = text.firstMatch(of: #/rel="next" href="\.(/find\?[^"]*)"/#).map {
                    String($0.output.1).replacing("&amp;", with: "&")
                }
            }
            #expect(counts == [50, 2])
        }
    }

    @Test func whoAsksForAPageIsToldTheProblemOnOne() async throws {
        try await TestServer.run(site: true) { server in
            for (path, status) in [
                ("/nothing", 404), ("/entries/xx", 400),
                ("/entries/\(EntryID(.sha256([1])))", 404), ("/consistency?from=x", 400),
                ("/verify/other.js", 404),
            ] {
                let page = try await Self.page(server, path)
                #expect(page.status == status, "\(path)")
                #expect(page["content-type"] == "text/html; charset=utf-8", "\(path)")
                let program = try await server.send("GET", path)
                let problem = try #require(program.problem, "\(path)")
                #expect(page.text.contains(problem.title), "\(path)")
                let json = try await server.send(
                    "GET", path, headers: ["Accept": "application/json"])
                #expect(json["content-type"] == "application/problem+json", "\(path)")
            }
            let post = try await server.send("DELETE", "/log", headers: Self.browser)
            #expect(post.status == 405 && post["allow"] == "GET, HEAD")
        }
    }

    @Test func anErasedManifestIsSaidToBeErased() async throws {
        try await TestServer.run(site: true) { server in
            let file = try server.fixture.capture("a", title: "Secret harbour")
            let location = try #require(try await server.post(file)["location"])
            #expect(try await Self.page(server, location).text.contains("Secret harbour"))
            let manifest = try await server.send("GET", location + "/manifest")
            let erasure = ErasureManifest(
                entries: [Text(String(location.suffix(43)))], sha256: .sha256(manifest.body),
                reason: "asked for", authority: "the person shown")
            let statement = try server.fixture.control(
                erasure.manifest(origin: Text(LedgerFixture.origin), nonce: randomBytes()))
            #expect(try await server.post(statement).status == 201)
            let page = try await Self.page(server, location)
            #expect(page.status == 200)
            #expect(page.text.contains("was erased by entry"))
            #expect(page.text.contains("\(try Statement(leaf: statement).id)"))
            #expect(!page.text.contains("Secret harbour"))
            #expect(!page.text.contains("/manifest\""))
        }
    }

    @Test func theCodeHoldsTheAddressOfThePage() async throws {
        try await TestServer.run(site: true) { server in
            let location = try await server.location(of: "a")
            let code = try await Self.page(server, location + "/qr.svg")
            #expect(code["content-type"] == "image/svg+xml")
            #expect(code.text.hasPrefix("<svg xmlns"))
            let page = try await Self.page(server, location)
            #expect(page.text.contains("https://\(LedgerFixture.origin)/entries/"))
        }
    }

    @Test func theOperatorsPageIsWhereTheMetricsAre() async throws {
        try await TestServer.run(site: true) {
            $0.service.operations = ListenAddress(host: "127.0.0.1", port: 0)
        } _: { server in
            #expect(try await Self.page(server, "/ops").status == 404)
            let page = try await server.send(
                "GET", "/ops", headers: Self.browser, port: server.operationsPort)
            #expect(page.status == 200)
            for alert in ["ColophonSlowDisk", "ColophonSplitView", "ColophonErrors"] {
                #expect(page.text.contains(alert))
            }
            let style = try await server.send("GET", "/ops.css", port: server.operationsPort)
            #expect(style["content-type"] == "text/css; charset=utf-8")
            // Without an icon of its own a browser asks for one that is not there.
            #expect(page.text.contains("<link rel=\"icon\""))
            #expect(page.text.contains("href=\"./ops.svg\""))
            let icon = try await server.send("GET", "/ops.svg", port: server.operationsPort)
            #expect(icon["content-type"] == "image/svg+xml" && icon.text.hasPrefix("<svg"))
            let log = try await server.send(
                "GET", "/log", headers: Self.browser, port: server.operationsPort)
            #expect(log.status == 404)
        }
    }

    /// Without the site, who asks for HTML gets what a program gets.
    @Test func withoutTheSiteThereAreNoPages() async throws {
        try await TestServer.run { server in
            let location = try await server.location(of: "a")
            let receipt = try await Self.page(server, location)
            #expect(receipt["content-type"] == "application/cose" && receipt["vary"] == nil)
            #expect(
                try await Self.page(server, "/log")["content-type"] == "application/problem+json")
            #expect(
                try await Self.page(server, "/")["content-type"] == "text/plain; charset=utf-8")
        }
    }
}
