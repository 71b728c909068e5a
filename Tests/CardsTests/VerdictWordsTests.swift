import Cards
import Foundation
import Provenance
import Testing

/// What a verdict says has one spelling, that of `VerdictPhrase`.
///
/// The program and the page in a browser say it too. A card may leave out what its label says
/// already, and nothing else.
@Suite struct VerdictWordsTests {
    private static let table = CardLanguage.english.table.words

    /// The pattern of a card's sentence, from the phrases that it is made of.
    private static let patterns: KeyValuePairs<CardWord, String> = [
        .damaged: VerdictPhrase.damaged.words,
        .refuted: "\(VerdictPhrase.refuted.words) %1",
        .suspect: "\(VerdictPhrase.suspect.words) %1",
        .suspectAccepted: String(VerdictPhrase.suspectAccepted.words.dropLast()),
        .unproven: "\(VerdictPhrase.unproven.words) %1",
        .anotherFile: "\(VerdictPhrase.anotherFile.words) \(VerdictPhrase.anotherFileHow.words)",
        .anotherFileOfNone: VerdictPhrase.anotherFileOfNone.words,
        .workUnchecked: VerdictPhrase.recordOnly.words,

        .isThere: "\(VerdictPhrase.headingProven.words): %1",
        .isSuspect: "\(VerdictPhrase.headingSuspect.words): %1",
        .isAbsent: "\(VerdictPhrase.headingAbsent.words): %1",
        .isUnknown: "\(VerdictPhrase.headingUnknown.words): %1",
        .isNotChecked: "\(VerdictPhrase.headingNotChecked.words): %1",
        .isFalse: "\(VerdictPhrase.headingFalse.words): %1",
        .stepFalse: "\(VerdictPhrase.headingFalse.words): %1",

        .signedBy: VerdictPhrase.signedBy.with(["issuer": "%1"]),
        .stepSigned: VerdictPhrase.signedBy.with(["issuer": "%1"]),
        .keySuspect: "\(VerdictPhrase.suspect.words) %1",
        .headSuspect: "\(VerdictPhrase.suspect.words) \(VerdictPhrase.ledgerKeyStolen.words) "
            + VerdictPhrase.thiefMayHaveMade.words,
        .entryOf: VerdictPhrase.entryOf.with(["index": "%1", "origin": "%2"]),
        .entryOfAt: VerdictPhrase.entryOf.with(["index": "%1", "origin": "%2"]) + ", "
            + VerdictPhrase.loggedBy.with(["time": "%3"]),
        .noReceipt: VerdictPhrase.noReceipt.words,
        .seenBy: seen, .seenByNewest: seen + ", " + VerdictPhrase.newest.with(["time": "%5"]),
        .andMore: VerdictPhrase.andMore.with(["names": "%1", "count": "%2"]),

        .stepWithdraws: without(
            ",", behind: VerdictPhrase.withdraws.with(["entries": entryNamed])),
        .stepCorrects: "\(VerdictPhrase.corrects.words) \(entryNamed)",
        .stepCopy: "\(VerdictPhrase.copy.words) "
            + VerdictPhrase.copyOf.with(["serial": "%1", "total": "%2"]),
        .stepCaptured: "\(VerdictPhrase.captured.words) \(atClock)", .signedAtClock: atClock,
        .clockNobody: VerdictPhrase.keptByNobody.words,
        .clockGood: VerdictPhrase.goodTo.with(["source": "%1", "seconds": "%2"]),

        .bracketBoth: "\(notBefore) \(headSeenBy) "
            + VerdictPhrase.notAfter.with(["time": "%4"]),
        .bracketSeen: "\(notBefore) \(without(",", behind: headSeenBy))",
        .bracketOpen: "\(notBeforeHead) " + VerdictPhrase.notAfter.with(["time": "%2"]),
        .bracketLedger: without(",", behind: notBeforeHead),
    ]

    private static let seen = VerdictPhrase.witnessedBy.with([
        "names": "%1", "count": "%2", "total": "%3", "time": "%4",
    ])
    private static let entryNamed = VerdictPhrase.entryNamed.with(["entry": "%1"])
    private static let atClock = VerdictPhrase.atClock.with(["time": "%1", "clock": "%2"])
    private static let headSeenBy = VerdictPhrase.headSeenBy.with(["size": "%2", "names": "%3"])

    // The label of a card says that it is about when it was signed.
    private static let notBefore = without(
        "signed ", before: VerdictPhrase.notBefore.with(["time": "%1"]))
    private static let notBeforeHead = without(
        "signed ", before: VerdictPhrase.notBeforeHead.with(["size": "%1"]))

    private static func without(_ start: String, before text: String) -> String {
        text.hasPrefix(start) ? String(text.dropFirst(start.count)) : text
    }

    private static func without(_ end: String, behind text: String) -> String {
        text.hasSuffix(end) ? String(text.dropLast(end.count)) : text
    }

    @Test func aCardSaysAVerdictInTheWordsOfTheProgram() {
        for (word, pattern) in Self.patterns {
            #expect(Self.table[word] == pattern, "\(word)")
        }
    }

    /// The other way about: how fresh an answer is, and what a level is called.
    @Test func aCardNamesSizesAndLevelsAsTheProgramDoes() {
        let asOf = Self.without(
            "as of ", before: VerdictPhrase.asOf.with(["size": "%1", "time": "%2"]))
        let levels: [Level: CardWord] = [
            .signed: .levelSigned, .logged: .levelLogged, .witnessed: .levelWitnessed,
            .timestamped: .levelTimestamped, .anchored: .levelAnchored,
        ]
        for word in [CardWord.asOfOffline, .asOfOnline] {
            #expect(Self.table[word]?.hasPrefix(asOf + "; ") == true, "\(word)")
        }
        #expect(
            VerdictPhrase.notLookedUp.words.hasSuffix(
                Self.table[.asOfOffline]?.components(separatedBy: "; ").last ?? "nothing"))
        for level in Level.allCases {
            #expect(levels[level].flatMap { Self.table[$0] } == level.rawValue, "\(level)")
        }
        for (word, phrase) in [
            (CardWord.relationPart, VerdictPhrase.asPart.with(["parent": "%1"])),
            (.relationInput, VerdictPhrase.asInput.with(["parent": "%1"])),
        ] { #expect("%1 (\(Self.table[word] ?? ""))" == phrase) }
    }
}
