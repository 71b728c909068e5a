import Encoding
import Manifests
import Merkle
import Testing

/// A card that is shown in part is laid out in part: no text decides how much work that is.
@Suite struct CardLimitTests {
    private static let limit = 1_000

    /// The longest texts there are: hidden characters, one word, line breaks, blanks, wide ones.
    private static let texts = [
        String(repeating: "\u{202E}", count: 65_000),
        String(repeating: "\u{1F469}\u{200D}", count: 30_000),
        String(repeating: "w", count: 65_000), String(repeating: "word ", count: 13_000),
        String(repeating: "\n", count: 65_000), "a" + String(repeating: " ", count: 60_000) + "b",
        String(repeating: "潮", count: 60_000), String(repeating: "潮\n", count: 30_000),
    ]

    private func manifest(_ text: String) throws -> Manifest {
        var facts = ManifestTests.facts
        facts["record"] = ["lang": "en", "title": "Estuary", "text": .string(Text(text))]
        return try Manifest.provenance(
            of: [ManifestTests.photo], facts, nonce: ManifestTests.nonce)
    }

    @Test(arguments: texts.indices)
    func theLayoutOfAValueStopsAtItsLimit(number: Int) throws {
        let text = Self.texts[number]
        let manifest = try manifest(text)
        let facts = Card.facts(of: manifest, upTo: Self.limit)
        let fact = try #require(facts.first { $0.label == "Text" })
        let scalars = fact.lines.reduce(0) { $0 + $1.unicodeScalars.count }
        #expect(scalars <= Self.limit + "<U+202E>".utf8.count)
        #expect(fact.lines.count <= Self.limit)
        // Nothing is lost without a word, and nothing is counted twice.
        let breaks = text.utf8.count { $0 == 0x0A }
        #expect(try #require(fact.unshown) + fact.lines.count == breaks + 1)
        #expect(facts.filter { $0.unshown != nil }.count == 1)
        let whole = try #require(Card.facts(of: manifest).first { $0.label == "Text" })
        #expect(whole.unshown == nil && whole.lines.count == breaks + 1)
        #expect(whole.lines.starts(with: fact.lines.dropLast()))
        #expect(facts.map(\.label) == Card.facts(of: manifest).map(\.label))
    }

    @Test(arguments: texts.indices)
    func theLinesOfASignedTextStopWhereAValueDoes(number: Int) throws {
        let text = Self.texts[number]
        let manifest = try manifest(text)
        let excerpt = Card.excerpt(of: manifest, upTo: Self.limit)
        #expect(excerpt.lines.reduce(0) { $0 + $1.utf8.count } < 20 * Self.limit)
        let cut = try #require(excerpt.cut.first)
        #expect(excerpt.cut.count == 1)
        let whole = Card.text(of: manifest).utf8.split(separator: 0x0A).map {
            String(decoding: $0, as: UTF8.self)
        }
        #expect(whole.starts(with: excerpt.lines[..<cut]))
        #expect(whole.suffix(3) == excerpt.lines.suffix(3))
    }

    @Test func aCardWithinTheLimitIsWhole() throws {
        let manifest = try manifest("Low tide.\n\nThe river turns.")
        let excerpt = Card.excerpt(of: manifest, upTo: Self.limit)
        #expect(excerpt.cut.isEmpty)
        #expect(excerpt.lines.map { $0 + "\n" }.joined() == Card.text(of: manifest))
        #expect(Card.facts(of: manifest, upTo: Self.limit) == Card.facts(of: manifest))
    }

    /// A manifest that was read has the digest of its text, or of no template that is checked.
    @Test func theDigestThatIsKnownIsThatOfTheText() throws {
        for example in try ManifestCase.all() where example.verdict == "admitted" {
            let manifest = try Manifest(example.bytes)
            #expect(Card.knownDigest(of: manifest) == Card.digest(of: manifest))
        }
        var facts = ManifestTests.facts
        facts["nonce"] = .string(Text(Hex.encode(ManifestTests.nonce)))
        facts["card"] = ["template": 2, "sha256": .string(Text(Hash.sha256([]).description))]
        let other = try Manifest.make(
            subjects: [ManifestTests.photo], predicateType: PredicateType.provenance,
            predicate: facts)
        #expect(Card.knownDigest(of: other) == Card.digest(of: other))
    }
}
