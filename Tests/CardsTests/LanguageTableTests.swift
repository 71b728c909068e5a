import Cards
import Encoding
import Manifests
import Testing

/// The tables of words: whole, alike, and narrow enough.
@Suite struct LanguageTableTests {
    /// What has plain words is no action that `sign` warns of.
    @Test func everyActionWithWordsIsKnown() {
        let known = StatedChange.knownActions
        #expect(Set(known).count == known.count)
        #expect(EditAction.allCases.filter { !known.contains(Text($0.rawValue)) } == [])
    }

    private static let translations = CardLanguage.allCases.filter { $0 != .english }

    @Test(arguments: CardLanguage.allCases)
    func noWordIsMissing(language: CardLanguage) {
        let table = language.table
        #expect(CardWord.allCases.filter { table.words[$0] == nil } == [])
        #expect(EditAction.allCases.filter { table.actions[$0] == nil } == [])
        let empty = CardWord.allCases.filter { table.words[$0]?.isEmpty == true }
        #expect(empty == [.none])
    }

    @Test(arguments: LanguageTableTests.translations)
    func noWordOfTheTemplateIsMissing(language: CardLanguage) throws {
        let wording = try #require(language.table.wording)
        #expect(CardLabel.allCases.filter { wording.labels[$0] == nil } == [])
        #expect(CardPhrase.allCases.filter { wording.phrases[$0] == nil } == [])
        let values: [Text] = [
            "capture", "edit", "publish", "issue", "transfer", "correct", "withdraw", "parentOf",
            "componentOf", "inputTo", "gnss", "ntp", "device", "declared", "start", "promote",
            "hold", "rollback", "balanced", "mismatch", "allotted", "sold", "returned",
            "remaining", "add", "retire", "revoke", "admin", "ci", "pop", "note", "receipt",
            "ledger",
        ]
        #expect(values.filter { wording.values[$0] == nil } == [])
        #expect(Set(wording.values.keys) == Set(values))
    }

    /// What is signed is English: no table stands in its place.
    @Test func englishHasNoOtherTemplate() {
        #expect(CardLanguage.english.table.wording == nil)
    }

    @Test(arguments: LanguageTableTests.translations)
    func eachSentenceHasThePlacesOfTheEnglishOne(language: CardLanguage) {
        let english = CardLanguage.english.table
        for word in CardWord.allCases {
            let places = Self.places(english.words[word] ?? "")
            #expect(Self.places(language.table.words[word] ?? "") == places, "\(word)")
        }
        let counts: [CardPhrase: Int] = [
            .heading: 0, .copy: 2, .capture: 2, .within: 1, .parentEntry: 2, .parentFile: 2,
            .bounds: 4, .sample: 2, .fingerprint: 3, .seen: 2, .unnamed: 0, .unrecognised: 1,
            .unshown: 1, .more: 1, .span: 2, .suspectEntries: 1, .suspectHeads: 1,
        ]
        for phrase in CardPhrase.allCases {
            let places = Self.places(language.table.wording?.phrases[phrase] ?? "")
            #expect(places == Array(1...4).prefix(counts[phrase] ?? -1).map { $0 }, "\(phrase)")
        }
    }

    private static func places(_ pattern: String) -> [Int] {
        CardPattern.pieces(of: pattern).compactMap { piece in
            if case .place(let number) = piece { number } else { nil }
        }.sorted()
    }

    @Test(arguments: CardLanguage.allCases)
    func eachLabelHasRoomInItsColumn(language: CardLanguage) {
        let table = language.table
        let labels: [CardWord] = [
            .verdict, .work, .manifest, .signer, .key, .ledger, .witnesses, .timestamp, .anchor,
            .bracket, .existedBy, .asOf, .erased, .cardDigest, .checked, .name, .entry, .issuer,
            .thread, .signedAt, .audience, .receipt, .builder, .source, .commit, .override, .type,
            .look, .credentials, .parentLook, .withdrawal, .correction,
        ]
        let all =
            labels.map { table.words[$0] ?? "" } + (table.wording?.labels.values.map { $0 } ?? [])
        let wide = all.filter { CardWriter.columns(of: $0) > CardWriter.labelColumns }
        #expect(wide == [])
        for word in [CardWord.legend, .translation] {
            #expect(CardWriter.columns(of: table.words[word] ?? "") <= 80, "\(word)")
        }
    }

    /// A reader finds the marks in the legend.
    @Test(arguments: CardLanguage.allCases)
    func theLegendExplainsEveryMark(language: CardLanguage) {
        let legend = language.table.words[.legend] ?? ""
        for origin in CardOrigin.allCases { #expect(legend.contains(origin.mark)) }
    }

    @Test func aPatternIsFilledOnceAndFromLeftToRight() {
        #expect(CardPattern.filled("%2 of %1, 5 % off", with: ["%2", "b"]) == "b of %2, 5 % off")
        #expect(CardPattern.filled("%9%", with: []) == "%")
    }
}
