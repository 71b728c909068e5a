import Cards
import Checkpoints
import Encoding
import HTTPService
import Ledger
import LedgerStore
import Manifests
import Merkle
import Provenance
import QRCodes

extension SitePages {
    /// Digests that the page of an entry shows; a release has hundreds.
    static let digestLimit = 8

    /// Characters of what is said of a list: a name of 255, eight entries, and the rest.
    static let listingLimit = 1_000

    /// The page of one entry.
    func entry(_ text: String, _ exchange: Exchange) throws(Problem) -> Reply {
        let id = try entryID(text)
        if let page = try indexHead(id, exchange) { return page }
        guard let entry = try stored({ try ShownEntry(id, in: ledger) }) else {
            throw try absence(of: id)
        }
        let root = SiteResource.root(from: exchange.path, to: .entry(text))
        var values = try stored { () throws -> PageValues in
            let judged = try JudgedEntry(
                entry.record, at: entry.proof.leafIndex, in: ledger, by: ownKit, now: clock())
            var values = try self.values(of: entry, id)
            values["card"] = .markup(EntryCard.markup(of: entry, judged, root: root))
            values["hasLook"] = .flag(judged.history.statesLooks)
            let others = try EntryListings(
                of: entry.statement, beside: judged.shown, in: ledger, by: judged.kit, now: clock())
            values["listings"] = .list(
                others.listings.map {
                    [
                        "words": .text(Excerpt.line($0.words, upTo: Self.listingLimit)),
                        "query": .text($0.query), "kind": .text($0.kind),
                    ]
                })
            values["hasListings"] = .flag(!others.listings.isEmpty)
            return values
        }
        values["root"] = .text(root)
        let page = SitePage(
            title: entry.title, root: root, origin: origin,
            content: PageTemplate.entry.filled(with: values))
        return page.reply(.nothing, to: exchange)
    }

    private func values(of entry: ShownEntry, _ id: EntryID) throws -> PageValues {
        let statement = entry.statement
        let bracket = TimeBracket(try EntryMoments(entry, in: ledger).all())
        let leaf = Hash.leaf(statement.leaf)
        var values: PageValues = [
            "title": .text(entry.title), "origin": .text(origin), "entry": .text("\(id)"),
            "index": .text("\(entry.proof.leafIndex)"),
            "type": .text(Excerpt.line(statement.predicate.string)),
            "issuer": .text(Excerpt.line(statement.issuer.string)),
            "issuerQuery": .text(Query.encoded(statement.issuer.string)),
            "threadWord": .text(entry.facts?.edition == nil ? "Work" : "Copy"),
            "thread": .text(Excerpt.line(statement.subject.string)),
            "threadQuery": .text(Query.encoded(statement.subject.string)),
            "key": .text("\(Base64.encodeURL(statement.keyID.bytes))"),
            "bracket": .markup(bracket.drawing), "moments": .list(bracket.values),
            "isIncomplete": .flag(isIncomplete),
            "path": .markup(PathDrawing.markup(of: entry.proof, from: leaf)),
            "treeSize": .text("\(entry.proof.treeSize)"),
            "rootHash": .text("\(entry.proof.root(from: leaf))"),
            "address": .text(address(of: id)),
        ]
        if bracket.unshown > 0 { values["moreMoments"] = .text("\(bracket.unshown)") }
        values["language"] = entry.facts.map { .text($0.record.lang.string) }
        addDigests(of: statement, to: &values)
        addManifest(of: entry, to: &values)
        try addHead(of: entry, to: &values)
        return values
    }

    private func addDigests(of statement: Statement, to values: inout PageValues) {
        let digests = statement.subjectDigests
        values["digests"] = .list(
            digests.prefix(Self.digestLimit).map { ["digest": .text("\($0)")] })
        if digests.count > Self.digestLimit {
            values["moreDigests"] = .text("\(digests.count - Self.digestLimit)")
        }
    }

    private func addManifest(of entry: ShownEntry, to values: inout PageValues) {
        switch entry.lookup {
        case .erased(let eraser):
            values["isErased"] = .flag(true)
            values["eraser"] = .text("\(eraser)")
        case .notHere: values["isLost"] = .flag(true)
        case .present, nil: break
        }
        values["hasManifest"] = .flag(entry.manifest != nil)
    }

    private func addHead(of entry: ShownEntry, to values: inout PageValues) throws {
        guard let newest = entry.receipts.last else { return }
        values["headTime"] = .text("\(Instant(newest.issuedAt))")
        values["witnessWords"] = .text(
            EntryMoments.words(of: try EntryMoments.witnesses(of: newest, in: ledger)))
    }

    /// The address of an entry's page: what its QR code holds.
    private func address(of id: EntryID) -> String {
        "\(ledger.origin.uri.string)/entries/\(id)"
    }

    /// The QR code of the address of an entry's page, as a picture.
    func code(_ text: String, _ exchange: Exchange) throws(Problem) -> Reply {
        let id = try entryID(text)
        guard try stored({ try ledger.statement(id) }) != nil else { throw try absence(of: id) }
        let code: QRCode
        do throws(QRCodeError) {
            code = try QRCode(address(of: id))
        } catch {
            throw .storage("\(error)")
        }
        let side = code.outerSide
        let picture =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(side) \(side)\" "
            + "width=\"\(side * 5)\" height=\"\(side * 5)\" shape-rendering=\"crispEdges\">"
            + "<rect width=\"\(side)\" height=\"\(side)\" fill=\"#fff\"/>"
            + "<path d=\"\(code.path)\" fill=\"#000\"/></svg>\n"
        // It follows from the entry's name alone, and says nothing of its manifest.
        let reply = Answer.bytes(
            Array(picture.utf8), MediaType.svg, cache: CacheRule.immutable)
        return EntityTag("\(id)-qr").apply(
            to: SitePage.guarded(reply), for: exchange.headers)
    }
}

extension WorkHistory {
    /// Whether one of its steps states what a picture looks like.
    fileprivate var statesLooks: Bool {
        steps.contains { $0.facts?.perceptualHashes.isEmpty == false }
    }
}
