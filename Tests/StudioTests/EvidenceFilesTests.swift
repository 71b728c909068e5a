import Encoding
import Files
import Keys
import Merkle
import Provenance
import Studio
import Testing
import TestSupport

/// The evidence in a record becomes files that other programs take.
@Suite struct EvidenceFilesTests {
    /// A record with anchors of the given types; byte N of checkpoint and evidence is its number.
    private func record(_ types: [Text]) throws -> TransparentStatement {
        var draft = ProvenanceDraft()
        draft.creator = "Ana"
        draft.record = RecordText(title: "A work")
        let signer = Signer(
            issuer: "https://pops.example/berlin", key: KeyFile.generate(.ed25519))
        let signed = try signer.sign(
            draft, of: Artifact(name: "a.jpg", digest: .sha256([1]), mediaType: "image/jpeg"),
            thread: "urn:example:thread")
        let inclusion = CBOR.array([.unsigned(1), .unsigned(0), .array([])]).encoded()
        let anchors = types.enumerated().map { index, type in
            CBOR.map([
                "type": .text(type), "checkpoint": .bytes([1, UInt8(index)]),
                "evidence": .bytes([2, UInt8(index)]), "inclusion": .bytes(inclusion),
            ])
        }
        var message = try COSESign1.decode(signed.bytes)
        if !anchors.isEmpty {
            message.unprotected = message.unprotected.setting(-65542, to: .array(anchors))
        }
        return try TransparentStatement(message.encoded())
    }

    @Test func eachAnchorIsTheDatedBytesAndItsEvidenceBesideThem() throws {
        let files = try EvidenceFiles.named(
            of: record([Anchor.openTimestamps, Anchor.timestamp, "moon"]))
        #expect(
            files.map(\.name) == [
                "1.head", "1.head.ots", "2.head", "2.head.tst", "3.head", "3.head.evidence",
            ])
        #expect(files.map(\.bytes) == [[1, 0], [2, 0], [1, 1], [2, 1], [1, 2], [2, 2]])
    }

    @Test func aRecordWithoutAnchorsHasNoFiles() throws {
        #expect(try EvidenceFiles.named(of: record([])).isEmpty)
    }

    @Test func whatIsWrittenIsReadAndNothingIsReplaced() throws {
        let place = try TemporaryFolder()
        let files = try EvidenceFiles.named(of: record([Anchor.timestamp]))
        try EvidenceFiles.write(files, to: place.path("evidence"))
        let folder = try Folder(place.path("evidence"))
        #expect(try folder.names().sorted() == ["1.head", "1.head.tst"])
        #expect(try place.bytes("evidence/1.head.tst") == [2, 0])
        let error = #expect(throws: FileError.self) {
            try EvidenceFiles.write(files, to: place.path("evidence"))
        }
        #expect(error?.reason == .exists)
    }
}
