import Anchoring
import Encoding
import Foundation
import Keys
import Ledger
import Manifests
import Merkle
import Provenance
import Studio
import TestHTTP
import Testing
import TestLedger

/// The page of an entry: its card and the life of its work, judged by the ledger's own trust kit.
@Suite(.serialized) struct EntryPageTests {
    private static let rome: Text = "https://pops.example/rome"

    /// The most bytes of a page with all that it loads, but for pictures.
    private static let pageLimit = 60 * 1024

    /// Signs a work, and registers it unless it `isLost`.
    private static func work(
        _ name: String, on server: TestServer, from parents: [Statement] = [],
        title: String? = nil, text: String? = nil, by key: SigningKey? = nil,
        thread: Text? = nil, isLost: Bool = false
    ) async throws -> Statement {
        var draft = ProvenanceDraft()
        draft.creator = "Ana Example"
        draft.capturedAt = CaptureTime(at: "2026-10-02T14:10:00+02:00", clock: "gnss")
        draft.record = RecordText(title: Text(title ?? "Work \(name)"), text: text.map { Text($0) })
        draft.parents = parents.map { ParentRecord($0) }
        let artifact = Artifact(
            name: Text(name), digest: .sha256(Array(name.utf8)), mediaType: "image/jpeg")
        let fixture = server.fixture
        let record = try Signer(
            issuer: key == nil ? LedgerFixture.berlin : rome, key: key ?? fixture.pop
        ).sign(draft, of: artifact, thread: thread, Freshness(issuedAt: fixture.clock.now))
        if !isLost { #expect(try await server.post(record.bytes).status == 201) }
        return record.statement
    }

    private static func page(
        of statement: Statement, on server: TestServer
    ) async throws -> String {
        let answer = try await server.send(
            "GET", "/entries/\(statement.id)", headers: ["Accept": "text/html"])
        #expect(answer.status == 200)
        #expect(answer["cache-control"] == "no-store")
        return answer.text
    }

    @Test func theCardIsJudgedByTheLedgersOwnKitAndSaysSo() async throws {
        try await TestServer.run(site: true) { server in
            let work = try await Self.work("photo", on: server)
            let page = try await Self.page(of: work, on: server)
            let path = "../entries/\(work.id)"
            for words in [
                "<dt>Verdict</dt>", "the record holds: logged; the work was NOT checked",
                "signed by <bdi>https://pops.example/berlin</bdi>",
                "not revoked as of tree size <bdi>4</bdi>", "looked up just now",
                "FACTS, as they were signed", "Work photo", "NOT COVERED",
                "aria-label=\"proven here\"", "aria-label=\"stated by the signer\"",
                "by its own trust kit", "href=\"\(path)/transparent\" download=",
                "href=\"../verify\"", "href=\"../verify/offline\" download=",
            ] { #expect(page.contains(words), "\(words)") }
            #expect(page.contains("<h1><bdi lang=\"en\">Work photo</bdi></h1>"))
            let style = try await server.send("GET", "/site.css")
            #expect(style.text.contains(".card .said") && !style.text.contains("<"))
        }
    }

    /// Whoever reads of likeness is led to what it is worth.
    @Test func whereALookIsStatedThePageLinksToWhatAHashSurvives() async throws {
        try await TestServer.run(site: true) { server in
            let link = "<a href=\"../likeness\">"
            let works: [(String, PerceptualHash?)] = [
                ("seen", .of(PDQHash(1, 2, 3, 4))), ("unseen", nil),
            ]
            for (name, looks) in works {
                let answer = try await server.post(server.fixture.capture(name, looks: looks))
                let location = try #require(answer["location"])
                let page = try await server.send("GET", location, headers: ["Accept": "text/html"])
                #expect(page.text.contains(link) == (looks != nil), "\(name)")
                #expect(page.text.contains("<dt>Look</dt>") == (looks != nil), "\(name)")
            }
        }
    }

    /// What the ledger says of when an entry was logged does not move with what comes after it.
    @Test func theTimeOfLoggingIsThatOfTheFirstHeadWhateverCameLater() async throws {
        try await TestServer.run(site: true) { server in
            let work = try await Self.work("photo", on: server)
            let first = server.fixture.ledger.head()
            let moment = "in the log, under the head of \(first.size) entries"
            for name in ["one", "two"] {
                _ = try await Self.work(name, on: server)
                let page = try await Self.page(of: work, on: server)
                #expect(page.contains(moment), "after \(name)")
            }
            let record = try await server.send("GET", "/entries/\(work.id)/transparent")
            let sizes = try TransparentStatement(record.body).receipts
                .map { try Receipt($0).treeSize }
            #expect(sizes.count == 2 && sizes.first == first.size)
        }
    }

    /// The page checks no token: it says who has checked it, and when.
    @Test func aTimestampIsStatedAsTheLedgerCheckedItWhenItCame() async throws {
        try await TestServer.run(site: true) { server in
            let work = try await Self.work("photo", on: server)
            let log = DatedLog(server.fixture.ledger)
            let head = try #require(try log.newestHeadToDate())
            try log.keep(
                KeptAnchor(
                    of: AnchorSource(.timestamp, url: "http://time.example"), about: head,
                    state: .complete, askedAt: 1, time: 1_700_000_000, evidence: [1]))
            let words =
                "authority time.example dated the head of \(head.size) entries; this ledger "
                + "checked the token when it came"
            #expect(try await Self.page(of: work, on: server).contains(words))
        }
    }

    /// No page is older than the newest control statement.
    @Test func aKeyThatIsRevokedIsShownSoAtOnce() async throws {
        try await TestServer.run(site: true) { server in
            let work = try await Self.work("photo", on: server)
            #expect(try await Self.page(of: work, on: server).contains("and not revoked as of"))
            let revoke = KeyManifest(
                .revoke, coseKey: Text(server.fixture.pop.publicKey.string),
                issuer: LedgerFixture.berlin, roles: [.pop], notBefore: 0)
            #expect(try await server.post(server.fixture.control(revoke)).status == 201)
            let page = try await Self.page(of: work, on: server)
            #expect(page.contains("revoked later, in entry <bdi>4</bdi>"))
            #expect(!page.contains("and not revoked as of"))
        }
    }

    @Test func theHistoryLeadsFromStepToStepAndSaysWhoseTheyAre() async throws {
        try await TestServer.run(site: true) { server in
            let key = KeyFile.generate(.ed25519)
            try await server.fixture.addPoP(key.publicKey, issuer: Self.rome)
            let capture = try await Self.work("photo", on: server)
            let edit = try await Self.work("edit", on: server, from: [capture])
            let other = try await Self.work("other", on: server, from: [edit], by: key)
            let page = try await Self.page(of: edit, on: server)
            let lists = page.components(separatedBy: "<ol class=\"tree\">")
            #expect(lists.count == 4 && page.contains("<li aria-current=\"true\">"))
            #expect(lists[1].contains("Work photo") && lists[2].contains("Work edit"))
            #expect(lists[3].contains("signed by somebody else: <bdi>\(Self.rome)</bdi>"))
            for step in [capture, other] {
                #expect(page.contains("<a href=\"../entries/\(step.id)\">its page</a>"))
                #expect(page.contains("../entries/\(step.id)/tlog-proof\""))
            }
            #expect(page.contains("is the ledger&#39;s word"))
        }
    }

    @Test func aParentThatIsNotInTheLedgerIsSaidToBeMissing() async throws {
        try await TestServer.run(site: true) { server in
            let lost = try await Self.work("lost", on: server, isLost: true)
            let edit = try await Self.work("edit", on: server, from: [lost])
            let page = try await Self.page(of: edit, on: server)
            #expect(
                page.contains("its parent, entry <bdi>\(lost.id)</bdi>, is not in this ledger"))
        }
    }

    @Test func aWorkOfManyStepsIsCutAndSaysHowManyAreLeft() async throws {
        try await TestServer.run(site: true) { server in
            let first = try await Self.work("0", on: server)
            for number in 1..<13 { _ = try await Self.work("\(number)", on: server, from: [first]) }
            let page = try await Self.page(of: first, on: server)
            #expect(
                page.contains(
                    "<bdi>5</bdi> more entries were found, and not read: <bdi>8</bdi> are the "
                        + "limit here"))
            let start = try #require(page.range(of: "<ol class=\"tree\">"))
            let end = try #require(page.range(of: "<h2 id=\"notCovered\">"))
            let tree = page[start.lowerBound..<end.lowerBound]
            #expect(tree.matches(of: #/<li[ >]/#).count == 8)
        }
    }

    /// Anybody with a key can register what he likes in a thread.
    @Test func aFloodOfOthersLeavesRoomForTheSignersOwnSteps() async throws {
        try await TestServer.run(site: true) { server in
            let key = KeyFile.generate(.ed25519)
            try await server.fixture.addPoP(key.publicKey, issuer: Self.rome)
            let first = try await Self.work("0", on: server)
            for number in 1..<13 {
                _ = try await Self.work(
                    "flood \(number)", on: server, by: key, thread: first.subject)
            }
            let edit = try await Self.work("edit", on: server, from: [first])
            let page = try await Self.page(of: first, on: server)
            #expect(page.contains("<a href=\"../entries/\(edit.id)\">its page</a>"))
        }
    }

    /// Whoever signs decides how long texts are, and no page grows beyond what it may have.
    @Test func noTextMakesAPageLargerThanItMayBe() async throws {
        try await TestServer.run(site: true) { server in
            let title = String(repeating: "\"", count: 1_000)
            let text = String(repeating: "&<", count: 16_000)
            let first = try await Self.work("0", on: server, title: title, text: text)
            for number in 1..<10 {
                _ = try await Self.work(
                    "\(number)", on: server, from: [first], title: title, text: text)
            }
            let page = try await Self.page(of: first, on: server)
            let style = try await server.send("GET", "/site.css").text
            #expect(page.utf8.count + style.utf8.count <= Self.pageLimit)
            #expect(page.contains("the rest of this has no room here"))
            #expect(page.contains("<dt>Files</dt>") && page.contains("<dt>Type</dt>"))
        }
    }
}
