import Checkpoints
import Encoding
import Foundation
import IndexMap
import Manifests
import Merkle
import Provenance
import Testing

/// The examples of Schemas/index and Schemas/misbehaviour/index, which another program has made
/// from the pages alone: this one judges them alike.
@Suite struct CompleteVectorTests {
    private static let schemas = CorpusFolder.url.deletingLastPathComponent()

    private static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: schemas.appending(path: path)))
    }

    private static func rows(_ path: String, _ name: Text) throws -> [JSON] {
        try #require(JSON.decode(bytes(path))[name]?.array)
    }

    private static func data(_ row: JSON, _ name: Text) throws -> [UInt8] {
        try #require(row[name]?.text.flatMap(Hex.decode))
    }

    @Test func eachHeadGetsItsVerdict() throws {
        let rows = try Self.rows("index/heads.json", "heads")
        #expect(rows.count > 40)
        for row in rows {
            let leaf = try Self.data(row, "leaf")
            let refused = refusal { _ = try IndexHead(leaf: leaf) }
            let verdict =
                switch refused?.reason {
                case nil: "ok"
                case .unknownType?: "unknown"
                default: refused?.field ?? ""
                }
            #expect(verdict == row["verdict"]?.text?.string, "\(row["name"]?.text ?? "")")
        }
    }

    @Test func aHeadOfAnotherProgramIsMadeAlike() throws {
        let rows = try Self.rows("index/heads.json", "heads")
        let good = try IndexHead(leaf: Self.data(rows[0], "leaf"))
        let next = try IndexHead(leaf: Self.data(rows[1], "leaf"))
        let kit = try TrustKit(CorpusFolder.kit("good"))
        let first = try IndexHeadDraft(
            after: nil, of: kit.genesis, origin: good.origin, size: good.size, tree: good.tree,
            map: good.map, time: good.issuedAt)
        #expect(first.chain == good.chain)
        let second = try IndexHeadDraft(
            after: good, of: kit.genesis, origin: next.origin, size: next.size, tree: next.tree,
            map: next.map, time: next.issuedAt)
        #expect(second.chain == next.chain)
        #expect(good.tree == kit.head.root && good.size == kit.size)
    }

    @Test func eachProofGetsItsVerdicts() throws {
        let kit = try TrustKit(CorpusFolder.kit("good"))
        let verifier = Verifier(kit)
        let photo = verifier.verify(
            file: try CorpusFolder.bytes("photo.colophon"), artifact: nil, recordOnly: true)
        let shown = try #require(IndexedEntry(photo))
        let rows = try Self.rows("index/completes.json", "completes")
        #expect(rows.count > 15)
        for row in rows {
            let bytes = try Self.data(row, "complete")
            let found = verifier.verify(complete: bytes, shown: ShownEntries([shown]))
            let wanted = (row["verdicts"]?.array ?? []).compactMap { $0.text?.string }
            #expect(
                Set(found.findings.map(\.verdict.rawValue)) == Set(wanted),
                "\(row["name"]?.text ?? ""): \(found.findings)")
            if let proof = try? CompleteProof(bytes) {
                #expect(proof.encoded() == bytes, "\(row["name"]?.text ?? "")")
            }
        }
    }

    @Test func eachPairConvictsOfWhatItSays() throws {
        let judge = IndexJudge(try TrustKit(CorpusFolder.kit("good")))
        let cases = try Self.rows("misbehaviour/index/cases.json", "cases")
        #expect(cases.count > 9)
        for row in cases {
            let files = (row["files"]?.array ?? []).compactMap { $0.text?.string }
            let evidence = try files.map {
                try IndexEvidence(Self.bytes("misbehaviour/index/\($0)"))
            }
            var word: String?
            do throws(IndexAcquittal) {
                word = try judge.convict(evidence[0], evidence[1]).kind.word
            } catch {
                #expect("\(error)".isEmpty == false)
            }
            #expect(word == row["what"]?.text?.string, "\(files)")
            // The order of the files says nothing.
            let turned = try? judge.convict(evidence[1], evidence[0])
            #expect(turned?.kind.word == word, "\(files), turned")
        }
    }

    /// A kit of another ledger convicts nobody: it knows none of these keys.
    @Test func anotherLedgersKitConvictsNobody() throws {
        let judge = IndexJudge(try TrustKit(CorpusFolder.kit("other")))
        let evidence = try ["omission-1.complete", "omission-2.colophon"].map {
            try IndexEvidence(Self.bytes("misbehaviour/index/\($0)"))
        }
        #expect(throws: IndexAcquittal.self) {
            try judge.convict(evidence[0], evidence[1])
        }
    }

    @Test func whatIsNeitherSaysWhy() {
        #expect(throws: IndexEvidenceError.self) { try IndexEvidence(Array("colophon".utf8)) }
        #expect(throws: IndexEvidenceError.self) { try IndexEvidence([0xD2, 0x84]) }
        #expect(throws: IndexEvidenceError.self) { try IndexEvidence([0x82]) }
    }
}
