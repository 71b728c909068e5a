import Encoding
import Foundation
import Merkle
import Provenance
import Testing

/// The corpus of this format version: every later build judges it alike.
@Suite(.serialized) struct VerifierCorpusTests {
    /// Writes the corpus where that is asked for; else it must be what is there.
    @Test func theCorpusIsWhatItsMakerMakes() throws {
        let made = try CorpusMaker()
        var parts: [(path: String, bytes: [UInt8])] = [("cases.json", made.index)]
        parts += made.files.map { ($0.name + ".colophon", $0.bytes) }
        for kit in made.kits {
            parts += kit.files.named.map { ("kits/\(kit.name)/\($0.name)", $0.bytes) }
        }
        for (path, bytes) in parts {
            if CorpusFolder.isWriting { try CorpusFolder.write(bytes, to: path) }
            #expect(try CorpusFolder.bytes(path) == bytes, "\(path)")
        }
        #expect(parts.reduce(0) { $0 + $1.bytes.count } < 400 * 1024)
    }

    @Test func everyCaseIsJudgedAsItIsWritten() throws {
        let cases = try CorpusFolder.cases()
        #expect(cases.count >= 30)
        for expected in cases {
            let judged = CorpusCase.judged(
                expected.name, try CorpusFolder.bytes(expected.name + ".colophon"),
                by: expected.kit, try CorpusFolder.kit(expected.kit),
                artifact: expected.artifact, require: expected.require)
            #expect(judged.json == expected.json, "\(expected)")
        }
    }

    @Test func everyFileBelongsToACase() throws {
        let used = Set(try CorpusFolder.cases().map { $0.name + ".colophon" })
        let there = try FileManager.default.contentsOfDirectory(atPath: CorpusFolder.url.path())
        #expect(Set(there.filter { $0.hasSuffix(".colophon") }) == used)
    }
}
