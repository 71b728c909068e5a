import Checkpoints
import Encoding
import IndexMap
import Manifests
import Merkle
import Provenance
import TestLog
import Testing

/// A ledger with two records of one file, one of another, an index head over all of them, and what
/// its kits say of proofs by it.
struct CompleteScene {
    static let witnesses: [Text] = ["berlin.example", "oslo.example"]

    /// The thread that the captures of a ``MemoryLedger`` are in.
    static let thread: Text = "urn:example:thread"

    var ledger: MemoryLedger

    /// Entries 3 and 5 name the file `photo`, entry 4 the file `print`.
    let photo: TransparentStatement
    let again: TransparentStatement
    let print: TransparentStatement

    /// The head over these, entry 6.
    let head: IndexHead

    init(seed: String = "complete") throws {
        var ledger = try MemoryLedger(seed: seed)
        try ledger.addPoP()
        photo = try ledger.capture("photo")
        print = try ledger.capture("print")
        again = try ledger.capture("photo")
        head = try ledger.addIndexHead()
        self.ledger = ledger
    }

    /// A kit as of now that asks for some of the witnesses.
    func kit(asking count: Int = 0) throws -> TrustKit {
        var files = try ledger.kitFiles()
        var lines = ledger.registry.noteKeys.terms.map { "log \($0.key)" }
        for (place, name) in Self.witnesses.enumerated() {
            let key = try MemoryLedger.witnessKey(name, ledger.values.ed25519("w \(name)"))
            lines.append("witness w\(place) \(key)")
        }
        lines += ["group g all w0 w1", "quorum \(["none", "w0", "g"][count])"]
        files.policy = Array(lines.map { $0 + "\n" }.joined().utf8)
        return try TrustKit(files)
    }

    /// Has the first witnesses cosign all heads that are made from now on.
    mutating func witness(by count: Int) throws {
        ledger.noteWitnesses = try Self.witnesses.prefix(count).map { name in
            (name, try ledger.values.ed25519("w \(name)"), ledger.time(of: ledger.size) + 30)
        }
    }

    /// What a kit of now says of a record with this proof beside it.
    func judge(
        _ record: TransparentStatement, _ proof: [UInt8], _ artifact: String? = "photo",
        shown: [TransparentStatement] = [], require: Level? = nil,
        requireComplete: Set<IndexKind> = [], kit: TrustKit? = nil, acceptsSuspect: Bool = false
    ) throws -> Report {
        let verifier = Verifier(try kit ?? self.kit())
        let others = shown.compactMap { record in
            IndexedEntry(verifier.verify(file: record.encoded(), artifact: nil, recordOnly: true))
        }
        return verifier.verify(
            file: record.encoded(), artifact: artifact.map { .sha256(Array($0.utf8)) },
            recordOnly: artifact == nil, acceptSuspect: acceptsSuspect, require: require,
            completes: [proof], shown: ShownEntries(others),
            requireComplete: requireComplete)
    }

    /// The proof of some names by the newest head.
    func proof(_ names: IndexName..., by head: IndexHead? = nil) throws -> [UInt8] {
        try ledger.complete(names, by: head).encoded()
    }

    /// A proof about the file `photo` under a head that says what `alter` makes of it.
    mutating func altered(
        by signer: SigningKey? = nil, _ alter: (IndexHeadDraft) throws -> IndexHeadDraft
    ) throws -> [UInt8] {
        try ledger.add("more")
        let head = try ledger.addIndexHead(by: signer, alter)
        let size = min(head.size, ledger.size - 1)
        return try CompleteProof(
            ledger.transparent(head), [ledger.map(size).proof(of: .work("photo"))]
        ).encoded()
    }

    /// A proof about some names by a head whose map has these records instead of the true ones.
    mutating func invented(
        _ names: [IndexName], _ change: ([IndexRecord]) -> [IndexRecord]
    ) throws -> [UInt8] {
        try ledger.add("more")
        var records: [IndexRecord] = []
        for index in 0..<ledger.size {
            for key in try IndexedLabels(ofLeaf: ledger.leaves[Int(index)]).keys() {
                records.append(IndexRecord(key: key, index: index))
            }
        }
        let map = NaiveIndex(change(records))
        let head = try ledger.addIndexHead { $0.with(map: map.root) }
        return try CompleteProof(ledger.transparent(head), names.map { map.proof(of: $0) })
            .encoded()
    }
}

extension Report {
    /// What was found of proofs of completeness.
    var complete: [Finding] { findings.filter { $0.check == .complete } }
}
