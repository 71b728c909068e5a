import Encoding
import IndexMap
import Ledger
import Manifests
import Merkle
import Provenance
import Studio
import TestHTTP
import TestLedger
import TestSupport
import Testing

/// What people see of an index: all entries of a work, the page of a head, the newest one.
@Suite(.serialized) struct IndexPageTests {
    private static let browser = ["Accept": "text/html"]

    private static func run(_ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.run(
            ledger: { options in
                options.index = .on
                options.indexInterval = .zero
            }, site: true, body)
    }

    /// Registers a record of the file "photo", which belongs to one thread.
    private static func work(
        on server: TestServer, _ title: Text = "Estuary"
    ) async throws -> Statement {
        var draft = ProvenanceDraft()
        draft.creator = "Ana Example"
        draft.record = RecordText(title: title)
        let artifact = Artifact(
            name: "photo", digest: .sha256(Array("photo".utf8)), mediaType: "image/jpeg")
        let fixture = server.fixture
        let record = try Signer(issuer: LedgerFixture.berlin, key: fixture.pop)
            .sign(
                draft, of: artifact, thread: "urn:example:estuary",
                Freshness(issuedAt: fixture.clock.now))
        #expect(try await server.post(record.bytes).status == 201)
        return record.statement
    }

    /// Waits for an index head under which `count` entries name the file, and returns it.
    @discardableResult
    private static func indexHead(
        listing count: UInt64, on server: TestServer
    ) async throws -> IndexHead {
        var head: IndexHead?
        let name = IndexName.artifact(.sha256(Array("photo".utf8)))
        try await eventually("an index head covers them") {
            let proof = try? server.fixture.ledger.complete([name], positions: 0..<64)
            guard let proof else { return false }
            let found = proof.head.head
            let listing = try? proof.proofs[0].listing(under: found.map, size: found.size)
            guard listing?.count == count else { return false }
            head = found
            return true
        }
        return try #require(head)
    }

    private static func page(_ path: String, _ server: TestServer) async throws -> String {
        let answer = try await server.send("GET", path, headers: browser)
        #expect(answer.status == 200, "\(path)")
        return answer.text
    }

    @Test func thePageOfAnEntrySaysWhichEntriesAreAllOfItsFile() async throws {
        try await Self.run { server in
            var works: [Statement] = []
            for title in ["one", "two", "three"] as [Text] {
                works.append(try await Self.work(on: server, title))
            }
            let head = try await Self.indexHead(listing: 3, on: server)
            let page = try await Self.page("/entries/\(works[0].id)", server)
            #expect(page.contains("these 3 entries are all that name this file among the first"))
            #expect(page.contains("these 3 entries are all that belong to the thread"))
            #expect(page.contains("\(head.size) of the log (index head of "))
            #expect(page.contains("computed by the ledger: whoever has the log"))
            // The links give proofs that anyone checks.
            let links = page.matches(of: #/href="\.\./(complete\?[^"]+)" download=/#)
            #expect(links.count == 2)
            let kit = try TrustKit(server.fixture.ledger.trustKit())
            for link in links {
                let answer = try await server.send("GET", "/\(link.output.1)")
                let found = Verifier(kit).verify(complete: answer.body)
                #expect(found.holds(at: .logged), "\(found.findings)")
                #expect(found.answers.first?.count == 3)
            }
        }
    }

    /// What was not judged on the page is not shown, so nothing says that it has the name.
    @Test func moreEntriesThanAreJudgedAreAtMostAll() async throws {
        try await Self.run { server in
            var first: Statement?
            for number in 0..<10 {
                let work = try await Self.work(on: server, Text("work \(number)"))
                first = first ?? work
            }
            try await Self.indexHead(listing: 10, on: server)
            let page = try await Self.page("/entries/\(try #require(first).id)", server)
            #expect(page.contains("at most these 10 entries name this file among the first"))
            #expect(!page.contains("are all that name this file"))
        }
    }

    @Test func aLedgerWithoutAnIndexSaysNothingOfAll() async throws {
        try await TestServer.run(ledger: { $0.index = .off }, site: true) { server in
            let work = try await Self.work(on: server)
            let page = try await Self.page("/entries/\(work.id)", server)
            #expect(!page.contains("All its entries") && !page.contains("complete?"))
            let log = try await Self.page("/log", server)
            #expect(log.contains("This ledger has no index head: nothing proves"))
        }
    }

    @Test func thePageOfAnIndexHeadSaysWhatItCovers() async throws {
        try await Self.run { server in
            _ = try await Self.work(on: server)
            let first = try await Self.indexHead(listing: 1, on: server)
            _ = try await Self.work(on: server)
            let second = try await Self.indexHead(listing: 2, on: server)
            try #require(second.chain.sequence > first.chain.sequence)
            let page = try await Self.page("/entries/\(second.id)", server)
            for words in [
                "<h1>Index head \(second.chain.sequence)</h1>",
                "It covers the first \(second.size) entries of the log",
                "\(second.tree)", "\(second.map)",
                "href=\"../entries/\(EntryID(second.chain.previous))\"",
                "href=\"../entries/\(second.id)/transparent\" download=",
                "The path of entry ", "This ledger names no witness.",
            ] { #expect(page.contains(words), "\(words)") }
            // Each file that it links is there.
            for match in page.matches(of: #/href="\.\.(/entries/[^"]+)" download/#) {
                let file = try await server.send("GET", String(match.output.1))
                #expect(file.status == 200, "\(match.output.1)")
            }
            // The links lead back to the first, which has none before it.
            var (name, oldest) = ("\(second.id)", page)
            for _ in 0..<second.chain.sequence {
                let link = oldest.matches(of: #/Before it<\/dt>\s*<dd><a [^>]*entries\/([^"]+)"/#)
                name = String(try #require(link.first).output.1)
                oldest = try await Self.page("/entries/\(name)", server)
            }
            #expect(oldest.contains("none: it is the first") && oldest.contains("After it"))
        }
    }

    /// A program that names no page still gets the receipt.
    @Test func aProgramGetsTheReceiptOfAnIndexHead() async throws {
        try await Self.run { server in
            _ = try await Self.work(on: server)
            let head = try await Self.indexHead(listing: 1, on: server)
            let answer = try await server.send("GET", "/entries/\(head.id)")
            #expect(answer.status == 200 && answer["content-type"] == "application/cose")
            _ = try Receipt(answer.body)
        }
    }

    @Test func thePageOfTheLogNamesTheNewestIndexHead() async throws {
        try await Self.run { server in
            _ = try await Self.work(on: server)
            let head = try await Self.indexHead(listing: 1, on: server)
            let page = try await Self.page("/log", server)
            #expect(page.contains("href=\"./entries/\(head.id)\""))
            #expect(page.contains("covers the first\n\(head.size) entries, signed at "))
            // The head itself comes after what it covers.
            #expect(page.contains("not covered by it."))
        }
    }
}
