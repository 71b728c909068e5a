import Cards
import Encoding
import Foundation
import Manifests
import Merkle
import Provenance
import Testing

/// Every record of the corpus has a card, and the card says what the verifier says.
@Suite struct CorpusCardTests {
    private static let corpus = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Schemas/corpus")

    private static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: corpus.appending(path: path)))
    }

    private static func kit(_ name: String) throws -> TrustKit? {
        let files = TrustKit.Files(
            policy: try bytes("kits/\(name)/policy"), genesis: try bytes("kits/\(name)/genesis"),
            registry: try bytes("kits/\(name)/registry.cbor"),
            receiptKeys: try bytes("kits/\(name)/receipt-keys.cbor"), timestampRoots: nil)
        return try? TrustKit(files)
    }

    /// The cases that have a card: the kit can be used, and the record can be read.
    private static func cards() throws -> [(name: String, report: Report, view: CardView)] {
        let cases = try JSON.decode(bytes("cases.json")).array ?? []
        return try cases.compactMap { entry in
            let name = try #require(entry["file"]?.text?.string)
            let artifact = entry["artifact"]?.text.flatMap(Hex.decode).flatMap { Hash($0) }
            guard let kit = try kit(entry["kit"]?.text?.string ?? ""),
                let record = try? TransparentStatement(bytes(name))
            else { return nil }
            let report = Verifier(kit).verify(
                file: try bytes(name), artifact: artifact, recordOnly: artifact == nil,
                require: entry["require"]?.text.flatMap { Level(rawValue: $0.string) })
            let context = CardView.Context(name: name, report: report, artifact: artifact)
            return (name, report, CardView(of: record, context))
        }
    }

    @Test func theCardSaysWhatTheVerifierSays() throws {
        let cards = try Self.cards()
        #expect(cards.count > 25)
        var seen: Set<CardWord> = []
        for (name, report, view) in cards {
            let word = try #require(view.state.first?.sentence.word)
            seen.insert(word)
            let expected: Set<CardWord> =
                switch report.outcome {
                case .damaged: [.damaged]
                case .refuted: [.refuted]
                case .anotherFile: [.anotherFile, .anotherFileOfNone]
                case .suspect: [.suspect]
                case .unproven: [.unproven]
                case .recordOnly: [.workUnchecked]
                case .verified: [.verified, .recordHolds, .recordOfNoFileHolds, .suspectAccepted]
                }
            #expect(view.state[0].label == .verdict && expected.contains(word), "\(name): \(word)")
        }
        #expect(seen.isSuperset(of: [.verified, .refuted, .suspect, .unproven]), "\(seen)")
    }

    /// What a signature does not prove is never marked as proven, nor anybody named who saw it.
    @Test func noMarkSaysMoreThanTheVerifier() throws {
        var witnessed = 0
        for (name, report, view) in try Self.cards() {
            let isSigned = report.findings.contains {
                $0.check == .signature && ($0.verdict == .ok || $0.verdict == .suspect)
            }
            let saysSigned = view.state.contains { $0.sentence.word == .signedBy }
            #expect(!saysSigned || isSigned, "\(name)")
            let hasWitnesses = view.state.contains { $0.origin == .witnessed }
            #expect(!hasWitnesses || report.witnessing?.completeAt != nil, "\(name)")
            witnessed += hasWitnesses ? 1 : 0
            let saysEntry = view.state.contains {
                [.entryOf, .entryOfAt].contains($0.sentence.word)
            }
            #expect(!saysEntry || report.index != nil, "\(name)")
            let step = view.history.steps[0]
            #expect(step.verifiedIssuer == nil || isSigned, "\(name)")
            // A key is proven to be valid only in a proven place that the kit knows all about.
            let isPlaced = report.index.map { $0 < report.asOf.size } ?? false
            let isValid = report.findings.contains { $0.check == .issuer && $0.verdict == .ok }
            let saysValid = view.state.contains {
                [.keyAdded, .keyRetired, .keyRevokedLater, .keyRevokedLaterWhy]
                    .contains($0.sentence.word)
            }
            #expect(!saysValid || isPlaced && isValid, "\(name)")
            if case .verified = step.signer { #expect(isPlaced && isValid, "\(name)") }
            let holds = report.obstacle == nil && !report.isSuspect
            #expect(!saysSigned || holds, "\(name)")
        }
        #expect(witnessed > 0)
    }

    @Test(arguments: CardLanguage.allCases)
    func everyCardIsLaidOut(language: CardLanguage) throws {
        for (_, _, view) in try Self.cards() {
            expectLaidOut(CardText(view, in: language).text, language)
        }
    }
}
