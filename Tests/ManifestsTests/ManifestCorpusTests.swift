import Encoding
import Manifests
import Testing

/// The corpus that `Tools/interop` gives to a validator of JSON Schema, judged by our own checks.
@Suite struct ManifestCorpusTests {
    private static let cases = Result { try ManifestCase.all() }

    @Test func everyCaseGetsTheVerdictThatIsWrittenBesideIt() throws {
        let cases = try Self.cases.get()
        #expect(cases.count > 700)
        for example in cases {
            let verdict: String
            do {
                _ = try Manifest(example.bytes)
                verdict = "admitted"
            } catch {
                verdict = "\(error.reason) \(error.field)"
            }
            #expect(verdict == example.verdict, "\(example.testDescription)")
        }
    }

    @Test func whatIsAdmittedIsWrittenBackToAnEqualManifest() throws {
        for example in try Self.cases.get() where example.verdict == "admitted" {
            let manifest = try Manifest(example.bytes)
            let again = try Manifest(try JSON.decode(example.bytes).encoded())
            #expect(again.predicate == manifest.predicate, "\(example.testDescription)")
            #expect(again.subjects == manifest.subjects, "\(example.testDescription)")
        }
    }

    @Test func everyTypeHasBothGoodAndBrokenManifests() throws {
        let cases = try Self.cases.get()
        let corpora = Set(cases.map(\.corpus))
        #expect(corpora.count == 10)
        for corpus in corpora {
            let verdicts = cases.filter { $0.corpus == corpus }.map { $0.verdict == "admitted" }
            #expect(verdicts.count(where: { $0 }) >= 2, "\(corpus)")
            #expect(verdicts.count(where: { !$0 }) >= 10, "\(corpus)")
        }
    }

    /// A refusal ends up in logs and answers: one line of plain ASCII, whatever the manifest says.
    @Test func noRefusalRepeatsBytesThatCouldHarmAReader() throws {
        for example in try Self.cases.get() where example.verdict != "admitted" {
            let refusal = try #require(throws: Refusal.self) { try Manifest(example.bytes) }
            let isPlain = refusal.description.replacing("±", with: "").unicodeScalars
                .allSatisfy { (0x20...0x7E).contains($0.value) }
            #expect(isPlain && refusal.description.utf8.count < 400, "\(example.testDescription)")
        }
    }

    /// Cuts and changes of one byte anywhere end in a verdict, never in a trap.
    @Test func damagedManifestsAreRefusedOrReadWhole() throws {
        for example in try Self.cases.get() where example.name == "as it should be" {
            let bytes = example.bytes
            for index in bytes.indices {
                #expect(throws: Refusal.self) { try Manifest(Array(bytes[..<index])) }
                var changed = bytes
                changed[index] ^= 1 << UInt8(index % 8)
                do { _ = try Manifest(changed) } catch { continue }
            }
        }
    }
}
