import Cards
import Encoding
import Manifests
import Merkle
import Provenance
import TestLog
import Testing

/// What a card says of the look of a work, and of its Content Credentials.
@Suite struct CardLookTests {
    private var scene: CardScene

    init() throws { scene = try CardScene() }

    private static func hash(_ value: String, _ profile: String = "pdq-1") -> JSON {
        [
            "alg": "pdq", "value": .string(Text(value)), "quality": 90,
            "profile": .string(Text(profile)),
        ]
    }

    /// What the card says of the look; nil where it has no such line.
    private mutating func look(_ hashes: [JSON]) throws -> CardSentence? {
        let record = try scene.work("photo", [("perceptualHashes", .array(hashes))])
        return try scene.view(record).record.first { $0.label == .look }?.sentence
    }

    @Test mutating func onlyAHashThatCanBeComparedCanBeSearched() throws {
        let hash = String(repeating: "0f", count: 32)
        #expect(try look([Self.hash(hash)])?.word == .lookRecorded)
        #expect(try look([Self.hash("none")])?.word == .lookPlain)
        let none = try look([Self.hash("unavailable", "no decoder")])
        #expect(none?.text(in: .english) == "unavailable: no decoder")
        #expect(try look([Self.hash(hash, "pdq-2")])?.word == .lookOther)
        for value in [hash.uppercased(), "zz", String(hash.dropLast())] {
            #expect(try look([Self.hash(value)])?.word == .lookMalformed)
        }
        #expect(try look([]) == nil)
    }

    @Test mutating func theLookOfARecordIsTheWordOfItsSigner() throws {
        let record = try scene.work("photo", [("perceptualHashes", [Self.hash("none")])])
        let line = try #require(
            try scene.view(record).record.first { $0.label == .look })
        #expect(line.origin == .stated)
        let text = CardText(try scene.view(record)).text
        #expect(text.contains("[S] Look        too plain to compare\n"))
        expectLaidOut(text, .english)
    }

    /// Likeness is never said to be identity.
    @Test(arguments: CardLanguage.allCases)
    func aWorkLooksLikeAnotherAndIsNotIt(language: CardLanguage) {
        let words: [CardLanguage: [String]] = [
            .english: ["re-saved", "resized", "similar"],
            .german: ["neu gespeichert", "in anderer Größe", "ähnlich"],
            .french: ["réenregistré", "redimensionné", "semblable"],
        ]
        let starts: [CardLanguage: String] = [
            .english: "looks like entry ABC", .german: "sieht aus wie Eintrag ABC",
            .french: "ressemble à l'entrée ABC",
        ]
        for (band, word) in zip(LikenessBand.allCases, words[language] ?? []) {
            let text = CardSentence.looksLike(entry: "ABC", band).text(in: language)
            #expect(text == "\(starts[language] ?? "-") (\(word))")
        }
    }

    /// A card says of another file that it looks like the work, and to no verdict is that worth
    /// anything.
    @Test(arguments: CardLanguage.allCases)
    mutating func anotherFileThatLooksLikeTheWorkIsSaidToBeAnother(language: CardLanguage) throws {
        let record = try scene.work("photo")
        let hash = PDQHash(1, 2, 3, 4)
        let near = try #require(PictureLikeness([PDQHash(0, 0, 0, 0), hash], to: hash))
        #expect(near.distance == 0 && near.orientation == 1)
        for (name, isOther) in [("another photo", true), ("photo", false)] {
            let report = try scene.log.judge(record, name)
            let view = CardView(
                of: record,
                CardView.Context(
                    name: "x", report: report, artifact: .sha256(Array(name.utf8)),
                    likeness: near))
            let line = view.state.first { $0.label == .look }
            #expect((line != nil) == isOther)
            #expect(line.map { $0.sentence.word == .looksLike && $0.origin == .proven } != false)
            #expect(view.state.contains { $0.sentence.word == .anotherFile } == isOther)
            if isOther, language == .english {
                #expect(CardText(view).text.contains("looks like entry \(report.index ?? 0)"))
            }
            expectLaidOut(CardText(view, in: language).text, language)
        }
    }

    @Test(arguments: CardLanguage.allCases)
    mutating func credentialsAreNamedAndNotBelieved(language: CardLanguage) throws {
        let c2pa: JSON = [
            "manifestStoreSha256": .string(Text(String(repeating: "ab", count: 32))),
            "manifestURN": "urn:uuid:1",
        ]
        let record = try scene.work("photo", [("c2pa", c2pa)])
        let line = try #require(
            try scene.view(record).record.first { $0.label == .credentials })
        #expect(line.origin == .stated && line.sentence.word == .credentialsNamed)
        expectLaidOut(CardText(try scene.view(record), in: language).text, language)
    }

    // MARK: - The look of parents

    /// What a history says of a work with this hash that was made from one with another.
    private mutating func unlike(
        _ own: String, from other: String, _ actions: [JSON]
    ) throws -> HistoryRow.Line? {
        let parent = try scene.work("a", [("perceptualHashes", [Self.hash(other)])])
        let child = try scene.work(
            "b", event: "edit", from: [CardScene.parent(parent)],
            [("perceptualHashes", [Self.hash(own)]), ("actions", .array(actions))])
        let rows = try scene.history([child, parent]).rows
        return rows.flatMap(\.lines).first { $0.sentence.word == .stepUnlike }
    }

    /// Whether the signer has recorded a distance or not: both hashes are there.
    @Test mutating func aHistoryComparesTheLooksItself() throws {
        let (zeros, ones) = (String(repeating: "0", count: 64), String(repeating: "f", count: 64))
        let line = try #require(try unlike(ones, from: zeros, ["c2pa.transcoded"]))
        #expect(line.origin == .stated)
        #expect(line.sentence.text(in: .english).hasSuffix("explains: distance 256 of 256"))
        #expect(try unlike(ones, from: zeros, ["c2pa.cropped"]) == nil)
        #expect(try unlike(zeros, from: zeros, ["c2pa.transcoded"]) == nil)
        #expect(try unlike("none", from: zeros, ["c2pa.transcoded"]) == nil)
        #expect(try unlike(ones, from: "none", []) == nil)
    }
}
