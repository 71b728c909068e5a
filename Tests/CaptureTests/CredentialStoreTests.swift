import Capture
import Foundation
import Testing
import TestSupport

/// Where the Content Credentials of a file lie, and what its active manifest is called.
@Suite struct CredentialStoreTests {
    typealias Made = TestCredentials

    /// Returns the bytes of the store that was found.
    private func bytes(of file: [UInt8]) throws -> [UInt8] {
        try CredentialStore(file).pieces.flatMap { piece in
            file[Int(piece.lowerBound)..<Int(piece.upperBound)]
        }
    }

    private func fault(_ file: some PictureBytes) -> PictureFault? {
        guard case .damaged(let fault) = refusal(file) else { return nil }
        return fault
    }

    private func refusal(_ file: some PictureBytes) -> NoCredentials? {
        do {
            _ = try CredentialStore(file)
            return nil
        } catch {
            return error
        }
    }

    // MARK: - What is found

    @Test(arguments: Made.Format.allCases)
    func aStoreHasTheSameBytesInEveryFormat(format: Made.Format) throws {
        let file = Made.file(format)
        #expect(try bytes(of: file) == Made.store())
        #expect(try CredentialStore(file).manifestURN == Made.urn)
    }

    @Test(arguments: Made.Format.allCases)
    func aFileWithoutAStoreHasNone(format: Made.Format) {
        #expect(refusal(Made.file(format, stores: [])) == .notThere)
    }

    @Test func whatIsNotLookedIntoIsNotCalledEmpty() {
        #expect(refusal(Array("a text".utf8)) == .notLookedFor)
        #expect(refusal([]) == .notLookedFor)
        #expect(refusal(TestPicture.heic(exif: [])) == .notLookedFor)
    }

    /// The real ones, of another implementation.
    @Test(
        .enabled(if: try Vectors.arePresent, "no test vectors at \(Vectors.folder.path())"),
        arguments: [
            ("C", 1, 51_118, "urn:uuid:4d971750-1db4-4492-a87c-5c3e7ed33efc"),
            ("E-dat-CA", 2, 126_523, "urn:uuid:04cdf4ec-f713-4e47-a8d6-7af56501ce4b"),
            ("E-sig-CA", 2, 126_523, "urn:uuid:04cdf4ec-f713-4e47-a8d6-7af56501ce4b"),
            ("E-uri-CA", 2, 126_523, "urn:uuid:04cdf4ec-f713-4e47-a8d6-7af56501ce4b"),
        ])
    func theStoresOfRealPhotographsAreFound(
        name: String, pieces: Int, size: Int, urn: String
    ) throws {
        let file = try Vectors.bytes("images/adobe-20220124-\(name).jpg")
        let store = try CredentialStore(file)
        #expect(store.pieces.count == pieces)
        #expect(try bytes(of: file).count == size)
        #expect(store.manifestURN == urn)
    }

    @Test func theLastManifestIsTheActiveOne() throws {
        let store = Made.store(["urn:uuid:1", "urn:uuid:2", "urn:uuid:3"])
        #expect(try CredentialStore(Made.file(.png, store)).manifestURN == "urn:uuid:3")
    }

    @Test(arguments: ["c2ma", "c2um", "c2cm"])
    func everyKindOfManifestCanBeTheActiveOne(type: String) throws {
        let store = Made.superbox(
            "c2pa", "c2pa", [Made.manifest("urn:uuid:1"), Made.manifest("urn:uuid:2", type: type)])
        #expect(try CredentialStore(Made.file(.webp, store)).manifestURN == "urn:uuid:2")
    }

    /// Bytes that a writer keeps free are no manifest, and belong to the store all the same.
    @Test func freeBytesBehindTheLastManifestArePassedOver() throws {
        let store = Made.superbox(
            "c2pa", "c2pa", [Made.manifest(Made.urn), TestPicture.box("free", [0, 0, 0])])
        let file = Made.file(.tiff, store)
        #expect(try CredentialStore(file).manifestURN == Made.urn)
        #expect(try bytes(of: file) == store)
    }

    @Test(arguments: [
        ("contentauth:urn:uuid:1", "urn:uuid:1"), ("urn:uuid:1", "urn:uuid:1"),
        ("urn:c2pa:1:acme:2_1", "urn:c2pa:1:acme:2_1"),
    ])
    func theNameOfAVendorIsNoPartOfTheURN(label: String, urn: String) throws {
        #expect(try CredentialStore(Made.file(.png, Made.store([label]))).manifestURN == urn)
    }

    @Test(
        arguments: ["", "urn:", "uuid:1", "a:b:urn:uuid:1", "urn:uuid:\u{1B}[31m", "urn:a b"]
            as [ShownText])
    func aLabelThatIsNoURNIsRefused(label: ShownText) {
        #expect(
            fault(Made.file(.png, Made.store([label.string])))
                == .malformed("has an active C2PA manifest whose label is no URN"))
    }

    @Test(arguments: [(255, false), (256, true), (400, true)])
    func aURNHasALargestLength(count: Int, isRefused: Bool) {
        let urn = "urn:" + String(repeating: "a", count: count - 4)
        #expect((fault(Made.file(.png, Made.store([urn]))) != nil) == isRefused)
    }

    /// It is a URN, and what is wrong with it is its length.
    @Test func aURNThatIsTooLongIsNotSaidToBeNone() {
        let urn = "urn:" + String(repeating: "a", count: 252)
        #expect(
            fault(Made.file(.png, Made.store([urn])))
                == .malformed("has an active C2PA manifest whose URN has more than 255 bytes"))
    }

    // MARK: - JPEG

    @Test(arguments: [1, 7, 40, 60_000])
    func aBoxInPiecesIsMadeWhole(size: Int) throws {
        let pieces = Made.segments(Made.store(), size: size)
        #expect(try bytes(of: TestPicture.jpeg(pieces)) == Made.store())
    }

    @Test func piecesAreOrderedByTheirNumbers() throws {
        let pieces = Made.segments(Made.store(), size: 40)
        let other = TestPicture.segment(0xEB, Array("HDR_RI ver=11".utf8))
        let file = TestPicture.jpeg(pieces.reversed() + [other])
        #expect(try bytes(of: file) == Made.store())
    }

    @Test func otherBoxesAreNoStore() throws {
        let other = Made.superbox("json", "com.example.notes", [])
        let mixed = zip(
            Made.segments(other, box: 1, size: 20), Made.segments(Made.store(), box: 2, size: 40)
        ).flatMap { [$0, $1] }
        let rest =
            Made.segments(Made.store(), box: 2, size: 40).dropFirst(mixed.count / 2)
            + Made.segments(other, box: 1, size: 20).dropFirst(mixed.count / 2)
        #expect(try bytes(of: TestPicture.jpeg(mixed + rest)) == Made.store())
        #expect(refusal(TestPicture.jpeg(Made.segments(other))) == .notThere)
    }

    @Test func aPieceThatIsMissingOrTooMuchIsNone() {
        let pieces = Made.segments(Made.store(), size: 40)
        let lacks = PictureFault.malformed("lacks a piece of a box, or has more than the box")
        #expect(fault(TestPicture.jpeg(Array(pieces.dropFirst()))) == lacks)
        #expect(fault(TestPicture.jpeg(Array(pieces.dropLast()))) == lacks)
        #expect(fault(TestPicture.jpeg([pieces[0]] + pieces.dropFirst(2))) == lacks)
        let head = Array(Made.store().prefix(8))
        let more = Made.segment(box: 1, piece: pieces.count + 1, head: head, [0])
        #expect(fault(TestPicture.jpeg(pieces + [more])) == lacks)
        #expect(fault(TestPicture.jpeg(pieces + [pieces[1]])) == .twice("a piece of a box"))
    }

    @Test func piecesThatDifferInTheSizeOfTheirBoxAreNone() {
        let head = TestPicture.number(9_999, 4) + Array("jumb".utf8)
        let pieces = Made.segments(Made.store(), size: 40)
        let other = Made.segment(box: 1, piece: 90, head: head, [])
        #expect(
            fault(TestPicture.jpeg(pieces + [other]))
                == .malformed("has pieces of one box that differ in its size"))
    }

    /// Of a box with its size in 8 bytes each piece has the longer head.
    @Test func aBoxWithALongHeadIsMadeWhole() throws {
        let store = Made.store()
        let head =
            TestPicture.number(1, 4) + Array("jumb".utf8)
            + TestPicture.number(store.count + 8, 8)
        let content = Array(store.dropFirst(8))
        let file = TestPicture.jpeg([
            Made.segment(box: 3, piece: 1, head: head, Array(content[..<50])),
            Made.segment(box: 3, piece: 2, head: head, Array(content[50...])),
        ])
        #expect(try bytes(of: file) == head + content)
    }

    // MARK: - What is refused

    @Test(arguments: Made.Format.allCases)
    func ofTwoStoresNobodyKnowsWhichIsMeant(format: Made.Format) {
        let fault = fault(Made.file(format, stores: [Made.store(), Made.store(["urn:uuid:2"])]))
        guard case .twice = fault else {
            Issue.record("\(format): \(String(describing: fault))")
            return
        }
    }

    @Test func aManifestThatStandsTwiceIsNotNamed() {
        let store = Made.store([Made.urn, "urn:uuid:2", Made.urn])
        #expect(fault(Made.file(.png, store)) == .twice("its active C2PA manifest"))
    }

    /// Stores that are none, or not one that can be read to its end.
    @Test(
        arguments: ([
            [], [0, 0, 0, 8] + Array("jumb".utf8), Array(Made.store().dropLast()),
            Made.store() + [0], Made.store([]), TestPicture.box("free", Made.store()),
            Made.superbox("json", "c2pa", [Made.manifest(Made.urn)]),
            Made.superbox("c2pa", "c2pb", [Made.manifest(Made.urn)]),
            Made.superbox(
                "c2pa", "c2pa", [Made.manifest(Made.urn), Made.superbox("json", "x", [])]),
            Made.superbox("c2pa", "c2pa", [Made.manifest(Made.urn), TestPicture.box("mdat", [])]),
            Made.superbox("c2pa", "c2pa", [Made.manifest(Made.urn), [0, 0, 0, 0] + "jumb".utf8]),
        ] as [[UInt8]]).map { ShownBytes($0) })
    func whatIsNoWholeStoreIsRefused(store: ShownBytes) {
        for format in [Made.Format.png, .tiff, .webp] {
            let fault = fault(Made.file(format, store.bytes))
            #expect(fault != nil, "\(format)")
        }
    }

    @Test func aStoreHasALargestNumberOfManifests() {
        func store(_ count: Int) -> [UInt8] {
            Made.superbox(
                "c2pa", "c2pa", (0..<count).map { Made.superbox("c2ma", "urn:a:\($0)", []) })
        }
        #expect(fault(Made.file(.webp, store(1_024))) == nil)
        #expect(fault(Made.file(.webp, store(1_025))) == .tooMany("boxes", limit: 1_025))
    }

    /// What says that it is larger than any store is refused before it is read.
    @Test func aLargeStoreIsRefusedBeforeItIsRead() {
        let size = (16 << 20) + 1
        let head: [UInt8] = TestPicture.number(size, 4) + Array("caBX".utf8)
        let png: [UInt8] = Array(Made.file(.png, stores: []).prefix(33)) + head
        let files = [png, Made.file(.bigTIFF, Array(repeating: UInt8(0), count: size))]
        for file in files {
            let file = CountedBytes(file, padding: 1 << 30)
            guard case .tooMany(_, 16_777_216) = fault(file) else {
                Issue.record("a store of more than 16 MiB was read")
                return
            }
            #expect(file.readCount < 4_096)
        }
    }

    @Test(arguments: Made.Format.allCases)
    func aFileThatIsCutHasItsStoreOrNone(format: Made.Format) throws {
        let whole = Made.file(format)
        let store = try CredentialStore(whole)
        for end in whole.indices {
            do throws(NoCredentials) {
                #expect(try CredentialStore(Array(whole[..<end])) == store)
            } catch {
                #expect(error != .notThere, "\(end) bytes")
            }
        }
    }

    @Test func aChunkWithAWrongChecksumIsNone() {
        var file = Made.file(.png)
        file[60] ^= 1
        #expect(
            fault(file) == .malformed("has a C2PA manifest store with a wrong checksum"))
    }

    @Test func aRIFFEndsInsideOfItsFile() {
        var file = Made.file(.webp)
        file[4] &+= 2
        #expect(fault(file) == .outside)
        // What stands behind the RIFF is no part of the picture.
        let behind = Made.webp([Made.chunk("VP8 ", [1])]) + Made.chunk("C2PA", Made.store())
        #expect(refusal(behind) == .notThere)
    }

    @Test func aFileThatCannotBeReadIsNotOneWithout() {
        #expect(refusal(Unreadable()) == .damaged(.unreadable))
    }
}
