import Checkpoints
import Encoding
import LogReader
import Merkle
import TestSupport
import Testing

/// A proof that is given out holds, and nothing that does not hold is a proof.
@Suite struct ProofTests {
    /// Each entry in each tree that is a prefix, against roots that the test computes itself.
    @Test(arguments: [1, 7, 256, 300])
    func everyEntryIsProvenInEveryTreeThatHasIt(size: Int) async throws {
        let log = try MadeLog(size)
        let tree = try await TiledLog(Shown(log), trust: log.trust).newest()
        var random = SeededRandom(for: "everyEntryIsProvenInEveryTreeThatHasIt \(size)")
        let sizes = [size, 1] + (0..<8).map { _ in random.number(below: size) + 1 }
        for treeSize in sizes {
            let head = try await tree.head(ofFirst: UInt64(treeSize))
            #expect(head.checkpoint == (try log.checkpoint(treeSize)))
            #expect((head.signed == nil) == (treeSize < size))
            let index = random.number(below: treeSize)
            let proof = try await tree.prove(UInt64(index), in: head)
            #expect(proof.leafHash == .leaf(log.leaves[index]), "\(random)")
            #expect(
                proof.inclusion.root(from: .leaf(log.leaves[index])) == log.root(treeSize),
                "\(random)")
        }
    }

    /// What is written as a tlog-proof is believed by whoever has it and the log's key alone.
    @Test func aProofFromTilesIsOneForOthers() async throws {
        let log = try MadeLog(600)
        let tree = try await TiledLog(Shown(log), trust: log.trust).newest()
        let policy = try TrustPolicy(logs: [.init(key: log.signer.verifierKey)])
        for index in [0, 255, 256, 599] {
            let proof = try await tree.prove(UInt64(index))
            let signed = try #require(proof.head.signed)
            let file = try TLogProof(inclusion: proof.inclusion, signed: signed).encoded
            let read = try TLogProof(parsing: file)
            #expect(read.inclusion.leafIndex == UInt64(index))
            _ = try read.verify(leaf: .leaf(log.leaves[index]), by: policy)
            #expect(throws: TLogProofRefusal.otherRoot) {
                try read.verify(leaf: .leaf(log.leaves[index == 0 ? 1 : 0]), by: policy)
            }
        }
    }

    /// A bit of any hash, another leaf, index, size or tree: none is a value.
    @Test func nothingThatDoesNotHoldIsAProof() async throws {
        let log = try MadeLog(300)
        let tree = try await TiledLog(Shown(log), trust: log.trust).newest()
        let proof = try await tree.prove(77)
        let (path, leafHash) = (proof.inclusion.path, proof.leafHash)
        func make(_ path: [Hash], _ leaf: Hash, _ index: UInt64 = 77, _ size: UInt64 = 300) throws {
            _ = try ProvenEntry(
                leafHash: leaf,
                inclusion: InclusionProof(leafIndex: index, treeSize: size, path: path),
                head: proof.head)
        }
        try make(path, leafHash)
        for place in path.indices {
            var other = path
            other[place] = .sha256(other[place].bytes)
            #expect(throws: ProofFault.otherRoot) { try make(other, leafHash) }
        }
        #expect(throws: ProofFault.otherRoot) { try make(path, .leaf([1])) }
        #expect(throws: ProofFault.otherRoot) { try make(path, leafHash, 76) }
        #expect(throws: ProofFault.otherSize(299, expected: 300)) {
            try make(path, leafHash, 77, 299)
        }
    }

    // MARK: - Growth

    @Test(arguments: [(1, 300), (255, 256), (256, 300), (299, 300), (300, 300), (128, 200)])
    func aLogIsProvenToHaveGrown(old: Int, new: Int) async throws {
        let log = try MadeLog(300)
        let tree = try await TiledLog(Shown(log), trust: log.trust).newest()
        let growth = try await tree.proveGrowth(
            from: tree.head(ofFirst: UInt64(old)), to: tree.head(ofFirst: UInt64(new)))
        try ConsistencyProof(
            oldSize: UInt64(old), newSize: UInt64(new), path: growth.proof.path
        ).verify(old: log.root(old), new: log.root(new))
        var path = growth.proof.path
        guard !path.isEmpty else { return }
        path[0] = .sha256([])
        #expect(throws: ProofFault.self) {
            try ProvenGrowth(from: growth.old, to: growth.new, path: path)
        }
        #expect(throws: ProofFault.self) {
            try ProvenGrowth(from: growth.old, to: growth.new, path: Array(path.dropLast()))
        }
    }

    /// A head of another history, which the same key has signed, convicts the log.
    @Test func aHeadOfAnotherHistoryIsAFork() async throws {
        let log = try MadeLog(300)
        let tree = try await TiledLog(Shown(log), trust: log.trust).newest()
        let other = try Self.head(of: MadeLog(280, fork: 270), signedBy: log.signer)
        for call in [
            { _ = try await tree.prove(1, in: other) },
            { _ = try await tree.proveGrowth(from: other, to: tree.head) },
        ] as [() async throws -> Void] {
            do {
                try await call()
                Issue.record("it was proven")
            } catch LogError.fork(_, let known) {
                #expect(known == other.checkpoint)
            }
        }
    }

    /// What is ahead of the copy is no fork: nobody knows.
    @Test func aHeadThatIsAheadIsNotJudged() async throws {
        let log = try MadeLog(300)
        let newest = try await TiledLog(Shown(log), trust: log.trust).newest()
        let older = try await TiledLog(Shown(log, size: 200), trust: log.trust).newest()
        await #expect(throws: LogError.behind(size: 200, known: 300)) {
            try await older.prove(1, in: newest.head)
        }
        await #expect(throws: LogError.outside(index: 200, size: 200)) {
            try await older.prove(200)
        }
        await #expect(throws: LogError.outside(index: 201, size: 200)) {
            try await older.root(ofFirst: 201)
        }
    }

    // MARK: - Other files

    @Test func whatElseASourceHasIsFound() async throws {
        let log = try MadeLog(300)
        let source = Shown(log)
        let tree = try await TiledLog(source, trust: log.trust).newest()
        var served = try await tree.servedFiles()
        #expect(served.manifests && !served.anchors && !served.control && !served.receiptKeys)
        source.show(nil, at: "manifests/001.p/44")
        source.show([0], at: "anchors/000")
        source.show([UInt8](repeating: 0, count: 2 << 20), at: StaticLayout.control)
        source.show([0], at: StaticLayout.receiptKeys)
        served = try await tree.servedFiles()
        #expect(!served.manifests && served.anchors && served.control && served.receiptKeys)
        source.fail(StaticLayout.control)
        await #expect(throws: LogError.self) { try await tree.servedFiles() }
    }
    /// The head of one log's leaves under another's signature.
    private static func head(of log: MadeLog, signedBy signer: NoteSigner) throws -> ProvenHead {
        let signed = try SignedCheckpoint(parsing: signer.note(log.checkpoint()).encoded)
        return ProvenHead(
            signed, try signed.open(as: MadeLog.origin, by: [.init(key: signer.verifierKey)]))
    }
}
