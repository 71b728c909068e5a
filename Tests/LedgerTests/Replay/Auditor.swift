import Checkpoints
import Encoding
import Foundation
import Keys
import Ledger
import Manifests
import Merkle
import Provenance
import Testing
import TestLedger

/// Comes to each decision again from the leaves of a log alone, one after the other, with none of
/// the ledger's code.
struct Auditor {
    let leaves: [[UInt8]]

    /// The registry after each control statement, with its index.
    private let registries: [(index: UInt64, registry: Registry)]
    private let hashes: [Hash]
    private var places: [EntryID: UInt64] = [:]
    private var claims: [[UInt8]: UInt64] = [:]
    private var payloads: [EntryID: Hash] = [:]

    /// Reads the leaves of a ledger's entry bundles; throws where they do not fold.
    init(_ ledger: Ledger) throws {
        leaves = try Self.leaves(of: ledger)
        hashes = leaves.map { Hash.leaf($0) }
        var registries: [(index: UInt64, registry: Registry)] = []
        for (position, leaf) in leaves.enumerated() {
            let (index, statement) = (UInt64(position), try Statement(leaf: leaf))
            #expect(
                places.updateValue(index, forKey: statement.id) == nil, "entry \(index) is twice")
            let other = claims.updateValue(index, forKey: Self.claim(of: statement))
            #expect(other == nil, "entry \(index) uses a claim again")
            if statement.controlManifest == nil {
                payloads[statement.id] = statement.manifestDigest
            }
            guard statement.controlManifest != nil else { continue }
            guard var registry = registries.last?.registry else {
                registries.append((0, try Registry(genesis: statement)))
                continue
            }
            try registry.apply(statement, at: index)
            registries.append((index, registry))
        }
        self.registries = registries
    }

    private static func leaves(of ledger: Ledger) throws -> [[UInt8]] {
        var leaves: [[UInt8]] = []
        let size = ledger.head().size
        for bundle in 0...(size - 1) / 256 {
            let width = Int(min(256, size - bundle * 256))
            var rest = try #require(try ledger.entryBundle(index: bundle, width: width))[...]
            while let high = rest.popFirst(), let low = rest.popFirst() {
                let length = Int(high) << 8 | Int(low)
                leaves.append(Array(rest.prefix(length)))
                rest = rest.dropFirst(length)
            }
        }
        return leaves
    }

    private static func claim(of statement: Statement) -> [UInt8] {
        statement.issuer.utf8 + [0] + statement.claimID
    }

    /// The registry that decides about the entry at `index`.
    func registry(below index: UInt64) throws -> Registry {
        try #require(registries.last { $0.index < index }).registry
    }

    /// The index of an entry; nil where it is not in the log.
    func index(of entry: EntryID) -> UInt64? { places[entry] }

    /// Says why `item` must be refused at `place`, where it stood behind all entries below it;
    /// nil where it must be admitted.
    func refusal(of item: [UInt8], at place: UInt64, clock: UInt64) throws -> Refusal? {
        do throws(Refusal) {
            let submission = try Submission(item)
            let statement = try submission.statement()
            if let index = places[statement.id], index < place {
                // It is known there, and so is answered, not refused.
                return nil
            }
            if let holder = claims[Self.claim(of: statement)], holder < place {
                throw Refusal(.conflict, field: "cti", rule: "is used")
            }
            var registry: Registry
            do { registry = try self.registry(below: place) } catch {
                throw Refusal(.storage, field: "test", rule: "\(error)")
            }
            try registry.checkClock(of: statement, now: clock)
            guard let manifest = statement.controlManifest else {
                let key = try registry.judge(statement)
                guard let bytes = submission.manifest else {
                    throw Refusal(.missingManifest, field: "manifest", rule: "is missing")
                }
                try registry.checkSize(ofManifest: bytes.count)
                try statement.check(Manifest(bytes))
                try Registry.checkSignature(of: statement, by: key)
                return nil
            }
            try registry.apply(statement, at: place)
            if manifest.predicateType == PredicateType.erasure {
                try checkTargets(of: ErasureManifest(manifest), below: place)
            }
            return nil
        } catch {
            return error
        }
    }

    private func checkTargets(
        of erasure: ErasureManifest, below place: UInt64
    ) throws(Refusal) {
        for name in erasure.entries {
            guard let id = EntryID(name), let index = places[id], index < place,
                payloads[id] == erasure.sha256
            else {
                throw Refusal(.mismatch, field: "entries", rule: "must share the manifest")
            }
        }
    }

    // MARK: - Other logs

    /// Signs a log with the ledger's own keys in which `leaf` stands at `place` behind the true
    /// entries, and returns a verifier for it and a receipt in it: what a ledger that had admitted
    /// it would have given out.
    func log(with leaf: [UInt8], at place: UInt64, keys: String, time: UInt64) throws -> (
        verifier: Verifier, receipt: [UInt8]
    ) {
        let nodes = NaiveNodes(leaves: hashes.prefix(Int(place)) + [.leaf(leaf)])
        let origin = Text(LedgerFixture.origin)
        let size = place + 1
        let root = nodes.root(over: 0..<Int(size))
        let note = try NoteSigner(
            name: origin, key: KeyFile.read(privateKeyAt: keys + "/note.pem").key
        ).note(Checkpoint(origin: origin, size: size, root: root))
        let head = try HeadReceipt(
            origin: origin, root: root, time: time, note: note.encoded,
            key: KeyFile.read(privateKeyAt: keys + "/receipt.pem").key)
        let controls = try registries.filter { $0.index < place }.map { control in
            TrustKit.Evidence(
                leaf: leaves[Int(control.index)],
                proof: try InclusionProof(
                    leafIndex: control.index, treeSize: size, reading: nodes))
        }
        let kit = TrustKit.make(
            registry: try registry(below: place), head: head, controls: controls)
        let proof = try InclusionProof(leafIndex: place, treeSize: size, reading: nodes)
        return (Verifier(try TrustKit(kit)), head.receipt(proof))
    }
}

/// Hashes every node anew from the leaves, as RFC 9162 §2.1.1 defines it.
private struct NaiveNodes: NodeReader {
    let leaves: [Hash]

    init(leaves: [Hash]) {
        self.leaves = leaves
    }

    func hashes(of nodes: [NodeID]) throws(Never) -> [Hash] {
        nodes.map { node in
            root(
                over: Int(
                    node.index << UInt64(node.level))..<Int((node.index + 1) << UInt64(node.level)))
        }
    }

    func root(over range: Range<Int>) -> Hash {
        guard range.count > 1 else { return leaves[range.lowerBound] }
        var half = 1
        while half * 2 < range.count { half *= 2 }
        let middle = range.lowerBound + half
        return .node(
            root(over: range.lowerBound..<middle), root(over: middle..<range.upperBound))
    }
}
