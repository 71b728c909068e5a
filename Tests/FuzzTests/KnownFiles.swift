import Checkpoints
import Encoding
import Foundation
import Merkle
import Provenance

/// The files of `Schemas/corpus`: what a real ledger has signed, and nothing else is genuine.
struct KnownFiles: Sendable {
    /// Read once: thousands of inputs are compared with them.
    static let shared = KnownFiles()

    /// The `.colophon` files, by their names.
    let files: [(name: String, bytes: [UInt8])]

    /// The kits that can be used.
    let kits: [TrustKit.Files]

    /// One verifier for each kit.
    let verifiers: [Verifier]

    /// The entries that are believed, each with the places that are proven.
    let entries: [EntryID: Set<Place>]

    /// The receipts in the files that are believed, and the signatures of their notes.
    private let receipts: Set<SignedProof>
    private let noteLines: Set<SignedLine>

    private init() {
        let folder = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Schemas/corpus")
        files = Self.names(in: folder).filter { $0.hasSuffix(".colophon") }.map { name in
            (name, Self.bytes(folder.appending(path: name)))
        }
        let kits = Self.names(in: folder.appending(path: "kits")).map { name in
            let kit = folder.appending(path: "kits/\(name)")
            return TrustKit.Files(reading: {
                Self.bytes(kit.appending(path: $0.rawValue))
            })
        }
        self.kits = kits.filter { (try? TrustKit($0)) != nil }
        verifiers = self.kits.compactMap { try? TrustKit($0) }.map { Verifier($0) }
        var entries: [EntryID: Set<Place>] = [:]
        var receipts: [Receipt] = []
        for file in files {
            for verifier in verifiers {
                let report = verifier.verify(file: file.bytes, artifact: nil, recordOnly: true)
                guard report.ok, let entry = report.entry else { continue }
                entries[entry, default: []].insert(Place(report))
                receipts += ((try? TransparentStatement(file.bytes))?.receipts ?? [])
                    .compactMap { try? Receipt($0) }
            }
        }
        self.entries = entries
        self.receipts = Set(receipts.map { SignedProof($0) })
        noteLines = Set(receipts.compactMap(\.note).flatMap { SignedLine.all(of: $0) ?? [] })
    }

    /// Whether everything in a receipt that the ledger signs is known.
    ///
    /// The note of one and the proof of another are as good as those of one, where they are about
    /// the same head; and lines of witnesses, which a kit need not know, are no part of a receipt.
    func haveIssued(_ receipt: [UInt8]) -> Bool {
        guard let receipt = try? Receipt(receipt), receipt.ignored.isEmpty,
            receipts.contains(SignedProof(receipt))
        else { return false }
        guard let note = receipt.note else { return true }
        return SignedLine.all(of: note)?.allSatisfy {
            $0.signature.name != receipt.origin || noteLines.contains($0)
        } ?? false
    }

    /// The kit that `choice` names, with the file that it names replaced by `bytes`.
    func kit(_ choice: UInt8, replacing bytes: [UInt8]) -> TrustKit.Files {
        var files = kits[Int(choice) / 4 % kits.count]
        switch choice % 4 {
        case 0: files.policy = bytes
        case 1: files.genesis = bytes
        case 2: files.registry = bytes
        default: files.receiptKeys = bytes
        }
        return files
    }

    private static func names(in folder: URL) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []).sorted()
    }

    private static func bytes(_ file: URL) -> [UInt8] {
        (try? Data(contentsOf: file)).map(Array.init) ?? []
    }
}

/// A proof with the signature of the head that it leads to, and what else that signs.
private struct SignedProof: Hashable, Sendable {
    let proof: Receipt.Proof
    let signature: [UInt8]
    /// For one root, whichever: two are the same where the protected headers are.
    let signed: [UInt8]

    init(_ receipt: Receipt) {
        (proof, signature) = (receipt.proof, receipt.signature)
        signed = receipt.toBeSigned(root: .zero)
    }
}

/// One signature of a note, with what it signs.
private struct SignedLine: Hashable, Sendable {
    let text: [UInt8]
    let signature: NoteSignature

    static func all(of note: [UInt8]) -> [SignedLine]? {
        guard let note = try? SignedNote(parsing: note) else { return nil }
        return note.signatures.map { SignedLine(text: note.text, signature: $0) }
    }
}
