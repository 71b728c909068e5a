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

    /// The receipts in the files that are believed.
    let receipts: Set<[UInt8]>

    private init() {
        let folder = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Schemas/corpus")
        files = Self.names(in: folder).filter { $0.hasSuffix(".colophon") }.map { name in
            (name, Self.bytes(folder.appending(path: name)))
        }
        let kits = Self.names(in: folder.appending(path: "kits")).map { name in
            let kit = folder.appending(path: "kits/\(name)")
            return TrustKit.Files(
                policy: Self.bytes(kit.appending(path: "policy")),
                genesis: Self.bytes(kit.appending(path: "genesis")),
                registry: Self.bytes(kit.appending(path: "registry.cbor")),
                receiptKeys: Self.bytes(kit.appending(path: "receipt-keys.cbor")),
                timestampRoots: nil)
        }
        self.kits = kits.filter { (try? TrustKit($0)) != nil }
        verifiers = self.kits.compactMap { try? TrustKit($0) }.map { Verifier($0) }
        var entries: [EntryID: Set<Place>] = [:]
        var receipts: Set<[UInt8]> = []
        for file in files {
            for verifier in verifiers {
                let report = verifier.verify(file: file.bytes, artifact: nil)
                guard report.ok, let entry = report.entry else { continue }
                entries[entry, default: []].insert(Place(report))
                receipts.formUnion((try? TransparentStatement(file.bytes))?.receipts ?? [])
            }
        }
        (self.entries, self.receipts) = (entries, receipts)
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
