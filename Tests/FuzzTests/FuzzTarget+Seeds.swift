import Compression
import Crypto
import Encoding
import Foundation
import Keys
import Merkle
import Provenance
import TestSupport

extension FuzzTarget {
    /// Inputs to begin with: the corpus' files and the parts of them, which readers accept.
    func seeds() -> [[UInt8]] {
        let files = KnownFiles.shared.files.map(\.bytes)
        let parsed = files.compactMap { try? TransparentStatement($0) }
        let receipts = parsed.flatMap(\.receipts)
        let notes = receipts.compactMap { (try? Receipt($0))?.note }
        let kits = KnownFiles.shared.kits
        return switch self {
        case .cbor, .coseSign1: files + receipts
        case .transparent, .verify: files
        case .complete: parsed.flatMap(\.completes)
        case .cborSequence: [[0x55, 0xFF] + Self.items]
        case .batch: [[0x55, 0] + Self.items, [0x55, 0xFF] + GzipDeflater.deflated(Self.items)]
        case .coseKey: KnownFiles.shared.verifiers.flatMap(Self.keys)
        case .json, .manifest: parsed.compactMap(\.manifest) + Self.manifests()
        case .note: notes
        case .checkpoint: notes.map { Self.text(of: $0) }
        case .tlogProof: parsed.compactMap(Self.tlogProof)
        case .misbehaviour: Self.misbehaviours
        case .policy: kits.map(\.policy)
        case .verifierKey: Self.verifierKeys(in: kits)
        case .origin: ["ledger.example/prints", "localhost:8080", "a.example"].map(Self.utf8)
        case .tilePath: ["tile/0/x001/067", "tile/entries/000.p/7", "tile/5/000"].map(Self.utf8)
        case .statement: parsed.map(\.statement.leaf)
        case .receipt: receipts
        case .kit: Self.kitFiles(kits)
        case .kitFile: kits.map(\.oneFile)
        case .gzip: files.prefix(2).map { [0x55] + GzipDeflater.deflated($0) }
        case .pem: Self.keyFiles().map(Self.utf8)
        case .der: Self.keyFiles().map(Self.content(ofPEM:))
        case .picture: Self.pictures
        case .credentials: Self.filesWithCredentials
        case .request:
            [Self.request("subjects/00", "limit=7&after=12"), Self.request("tile/0/000")]
        // A letter beside the backups, which harms nobody; a tile that is not there, and is made.
        case .backupFolder: [[6, 0, 1, 0x61]]
        case .exportFolder: [[4, 0, 1, 0x61]]
        case .controlPeer: Self.controlAnswers
        case .timestampProof: KnownDates.shared.proofs
        case .calendarReply: KnownDates.shared.answers
        case .blockHeaders: [[0x55] + KnownDates.shared.file]
        case .timestampToken: KnownTimestamps.shared.replies.map { Array($0.dropFirst(9)) }
        case .timestampReply: KnownTimestamps.shared.replies
        case .timestampAuthorities: [KnownTimestamps.shared.trusted]
        case .recordAnchors: KnownAnchors.shared.files
        case .auditedLeaf: Self.auditedLeaves
        case .evidence: Self.evidenceFiles
        }
    }

    /// A kit, and the lines of long work, each as what a server would send.
    private static var controlAnswers: [[UInt8]] {
        let names = TrustKit.Files.Name.allCases.map { Text($0.rawValue) }
        let kit = CBORMap(names.map { (CBORLabel.text($0), CBOR.bytes([1, 2])) })
        let lines = """
            {"progress":{"done":1,"total":2,"what":"copying"}}
            {"result":{"backup":1}}

            """
        return [[0] + CBOR.map(kit).encoded(), [0] + utf8(lines)]
    }

    /// A picture of each format, and one that has a place.
    private static var pictures: [[UInt8]] {
        var exif = TestPicture.Exif(original: "2026:10:02 14:10:00")
        (exif.date, exif.time) = ("2026:10:02", [(12, 1), (10, 1), (5_025, 100)])
        let block = exif.bytes()
        return [
            TestPicture.jpeg(exif: block), TestPicture.png(exif: block),
            TestPicture.heic(exif: block, pieces: 2), TestPicture.heic(exif: block, inBox: true),
            TestPicture.Exif.berlin.bytes(TestTIFF(isLittle: false)),
            TestPicture.Exif.berlin.bytes(TestTIFF(isBig: true)), TestPicture.Place().bytes(),
        ]
    }

    /// A store in each format, and one in many pieces.
    private static var filesWithCredentials: [[UInt8]] {
        let store = TestCredentials.store(["contentauth:urn:uuid:1", TestCredentials.urn])
        return TestCredentials.Format.allCases.map { TestCredentials.file($0, store) }
            + [TestPicture.jpeg(TestCredentials.segments(store, size: 40))]
    }

    private static func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }

    /// A short sequence of byte strings.
    private static var items: [UInt8] {
        [[1, 2, 3], Array(repeating: 7, count: 100), []].flatMap { CBOR.bytes($0).encoded() }
    }

    /// The text of a note: what stands before the blank line, with its last line feed.
    private static func text(of note: [UInt8]) -> [UInt8] {
        let end = zip(note, note.dropFirst()).enumerated()
            .first { $0.element == (0x0A, 0x0A) }?.offset
        return end.map { Array(note[...$0]) } ?? note
    }

    private static func keys(of verifier: Verifier) -> [[UInt8]] {
        verifier.kit.registry.keys.values.flatMap { record in
            [record.key.encoded, record.key.keySetMember.encoded()]
        }
    }

    private static func tlogProof(_ file: TransparentStatement) -> [UInt8]? {
        guard let bytes = file.receipts.first, let receipt = try? Receipt(bytes),
            let note = receipt.note, case .inclusion(let proof) = receipt.proof
        else { return nil }
        let path = proof.path.map { Base64.encode($0.bytes) + "\n" }.joined()
        let head = "c2sp.org/tlog-proof@v1\nindex \(proof.leafIndex)\n\(path)\n"
        return utf8(head) + note
    }

    /// The examples of the page, which convict and do not.
    private static var misbehaviours: [[UInt8]] {
        files(in: "Schemas/misbehaviour", ending: ".misbehaviour")
    }

    private static func verifierKeys(in kits: [TrustKit.Files]) -> [[UInt8]] {
        kits.flatMap { $0.policy.split(separator: 0x0A) }
            .flatMap { $0.split(separator: 0x20) }
            .filter { $0.contains(UInt8(ascii: "+")) }.map(Array.init)
    }

    private static func kitFiles(_ kits: [TrustKit.Files]) -> [[UInt8]] {
        kits.enumerated().flatMap { number, kit in
            [kit.policy, kit.genesis, kit.registry, kit.receiptKeys].enumerated().map { member in
                [UInt8(number * 4 + member.offset)] + member.element
            }
        }
    }

    /// Manifests of every type, as `Schemas/manifests` has them: one JSON object a line.
    private static func manifests() -> [[UInt8]] {
        files(in: "Schemas/manifests", ending: ".jsonl").flatMap { data in
            data.split(separator: 0x0A).prefix(6).compactMap { line in
                (try? JSON.decode(Array(line)))?["manifest"]?.text?.utf8
            }
        }
    }

    /// The files of a folder of this package whose names end so, in the order of their names.
    private static func files(in folder: String, ending suffix: String) -> [[UInt8]] {
        let folder = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: folder)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
        return names.filter { $0.hasSuffix(suffix) }.sorted().compactMap { name in
            (try? Data(contentsOf: folder.appending(path: name))).map(Array.init)
        }
    }

    /// A key file of each kind, made of fixed bytes.
    private static func keyFiles() -> [String] {
        let secret = Array(1...32 as ClosedRange<UInt8>)
        let edwards = try? Curve25519.Signing.PrivateKey(rawRepresentation: secret)
        let nist = try? P256.Signing.PrivateKey(rawRepresentation: secret)
        let keys = [edwards.map(SigningKey.ed25519), nist.map(SigningKey.es256)]
        return keys.compactMap { $0 }.flatMap { key in
            [KeyFile.pem(of: key), KeyFile.pem(of: key.publicKey)]
        }
    }

    private static func content(ofPEM text: String) -> [UInt8] {
        Base64.decode(text.split(separator: "\n").dropFirst().dropLast().joined()) ?? []
    }

    private static func request(_ path: String, _ query: String = "") -> [UInt8] {
        utf8(
            [path, query, "application/cose, */*;q=0.1", "gzip;q=0.5, br", "::ffff:10.0.0.1"]
                .joined(separator: "\n"))
    }
}
