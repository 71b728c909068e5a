import Checkpoints
import Encoding
import HTTPCalls
import Ledger
import LedgerClient
import LogReader
import Merkle
import Provenance
import Studio
import Synchronization
import TestLedger
import TestPeer
import TestSupport
import Testing

/// Every proof that is given out holds, wherever it came from.
@Suite struct ProvenLogTests {
    @Test(arguments: [false, true], [ServedForm.receipt, .tlogProof])
    func whateverIsNamedIsProven(filesAlone: Bool, form: ServedForm) async throws {
        try await ProvingLedger.run { log in
            let entry = log.works[13]
            let index = try #require(
                try await log.prove(.entry(entry), filesAlone: filesAlone, as: form).first
            ).proof.index
            let record = try TransparentStatement(
                try #require(try log.ledger.transparent(entry)))
            let names: [EntryToProve] = [
                .entry(entry), .index(index), .record(record),
                .artifact(ProvingLedger.digest(13), picked: []),
                .artifact(ProvingLedger.digest(13), picked: [entry]),
            ]
            for name in names {
                let leaves = try await log.prove(name, filesAlone: filesAlone, as: form)
                #expect(leaves.count == 1)
                let leaf = try #require(leaves.first)
                #expect(leaf.proof.index == index)
                #expect(try log.holds(leaf, entry), "\(name)")
                #expect((leaf.receipt != nil) == (!filesAlone && form == .receipt))
            }
        }
    }

    /// A receipt's time and signature are checked by a kit alone: without one neither is told.
    @Test func whatAVerifierKeyCannotCheckIsNotTold() async throws {
        try await ProvingLedger.run { log in
            let key = try #require(log.oldKit.logTerms(of: log.oldKit.origin.text).first).key
            let leaf = try #require(
                try await log.prove(.entry(log.works[2]), by: .keys([key])).first)
            #expect(try log.holds(leaf, log.works[2]))
            #expect(leaf.head.time == nil && leaf.receipt == nil)
            #expect(try await log.prove(.entry(log.works[2])).first?.head.time != nil)
        }
    }

    /// Files alone ask for nothing that a static copy lacks.
    @Test func filesAloneAskNoQuestion() async throws {
        try await ProvingLedger.run { log in
            _ = try await log.prove(.entry(log.works[2]), filesAlone: true)
            let paths = log.stub.paths("GET")
            #expect(paths.allSatisfy { $0 == "/checkpoint" || $0.hasPrefix("/tile/") }, "\(paths)")
        }
    }

    @Test func ofAnArtifactAllEntriesAreProvenOrThePickedOnes() async throws {
        try await ProvingLedger.run { log in
            let again = try log.stub.fixture.capture("work 3")
            _ = try await log.stub.fixture.register(again)
            let second = try TransparentStatement(again).statement.id
            for filesAlone in [false, true] {
                let digest = ProvingLedger.digest(3)
                let both = try await log.prove(
                    .artifact(digest, picked: []), filesAlone: filesAlone)
                #expect(both.map(\.statement?.id) == [log.works[3], second])
                let one = try await log.prove(
                    .artifact(digest, picked: [second]), filesAlone: filesAlone)
                #expect(one.map(\.statement?.id) == [second])
                await #expect(throws: ProvingError.self) {
                    try await log.prove(
                        .artifact(digest, picked: [log.works[4]]), filesAlone: filesAlone)
                }
            }
        }
    }

    // MARK: - What is not there

    @Test(arguments: [false, true])
    func whatIsNotInTheLogIsNoEntry(filesAlone: Bool) async throws {
        try await ProvingLedger.run { log in
            for name in [
                .entry(EntryID(.sha256([1]))), .artifact(.sha256([2]), picked: []),
            ] as [EntryToProve] {
                do {
                    _ = try await log.prove(name, filesAlone: filesAlone)
                    Issue.record("it was proven")
                } catch ProvingError.noEntry {}
            }
        }
    }

    /// What lies before the part that was read is not known to be absent.
    @Test func aWalkThatEndsEarlyIsNoAbsence() async throws {
        try await ProvingLedger.run { log in
            let told = Mutex<UInt64>(0)
            let read = Mutex<UInt64>(0)
            let walk = EntryWalk(limit: 5) { entries in
                told.withLock { $0 = entries }
            } onProgress: { done, _, _ in
                read.withLock { $0 = done }
            }
            do {
                _ = try await log.prove(.entry(log.works[0]), filesAlone: true, walk)
                Issue.record("it was proven")
            } catch ProvingError.beyond(let limit, _, _) {
                #expect(limit == 5)
            }
            #expect(told.withLock { $0 } == 5 && read.withLock { $0 } == 5)
            // An artifact may have more entries before.
            do {
                _ = try await log.prove(
                    .artifact(ProvingLedger.digest(19), picked: []), filesAlone: true, walk)
                Issue.record("it was proven")
            } catch ProvingError.beyond {}
            let found = try await log.prove(.entry(log.works[19]), filesAlone: true, walk)
            #expect(try log.holds(#require(found.first), log.works[19]))
        }
    }

    /// The receipts of a record tell where its entry is; where they lie it is looked for.
    @Test func aRecordNeedsNoWalkUnlessItsReceiptsLie() async throws {
        try await ProvingLedger.run { log in
            let began = Mutex(0)
            let walk = EntryWalk { _ in began.withLock { $0 += 1 } }
            var record = try TransparentStatement(
                try #require(try log.ledger.transparent(log.works[4])))
            _ = try await log.prove(.record(record), filesAlone: true, walk)
            #expect(began.withLock { $0 } == 0)
            record.receipts = [try #require(try log.ledger.receipt(log.works[5]))]
            let found = try await log.prove(.record(record), filesAlone: true, walk)
            #expect(try log.holds(#require(found.first), log.works[4]))
            #expect(began.withLock { $0 } == 1)
        }
    }

    // MARK: - Growth

    @Test(arguments: [false, true])
    func aLogIsProvenToHaveGrown(filesAlone: Bool) async throws {
        try await ProvingLedger.run { log in
            let kitHead = try SignedCheckpoint(
                parsing: try #require(try log.ledger.head(size: log.oldKit.size)).note)
            for (from, to) in [
                (.size(5), .size(9)), (.size(5), .newest), (.saved(kitHead, file: "kit"), .newest),
                (.saved(kitHead, file: "kit"), .size(20)), (.size(4), .saved(kitHead, file: "kit")),
            ] as [(NamedHead, NamedHead)] {
                let growth = try await log.with(filesAlone: filesAlone) { log in
                    try await log.grow(from: log.head(from), to: log.head(to))
                }
                let (old, new) = (growth.old.checkpoint, growth.new.checkpoint)
                #expect(try log.ledger.head(size: old.size)?.root ?? old.root == old.root)
                let path = try log.ledger.consistency(from: old.size, to: new.size)
                #expect(growth.growth.proof.path == path)
                try growth.growth.proof.verify(old: old.root, new: new.root)
            }
        }
    }

    /// One signature of a head serves every proof about it.
    @Test func aReceiptOfGrowthIsLentAnEntrysSignature() async throws {
        try await ProvingLedger.run { log in
            let (bytes, growth) = try await log.with { log in
                let growth = try await log.grow(from: log.head(.size(7)), to: log.head(.newest))
                return (try await log.receipt(of: growth), growth)
            }
            let receipt = try Receipt(bytes)
            guard case .consistency(let proof) = receipt.proof else {
                Issue.record("\(receipt.proof)")
                return
            }
            let root = try proof.newRoot(extending: growth.old.checkpoint.root)
            #expect(root == growth.new.checkpoint.root)
            let key = try log.oldKit.registry.receiptKeys.current.verificationKey()
            #expect(key.isValid(signature: receipt.signature, for: receipt.toBeSigned(root: root)))
            await #expect(throws: ProvingError.self) {
                try await log.with { log in
                    try await log.receipt(
                        of: log.grow(from: log.head(.size(7)), to: log.head(.size(9))))
                }
            }
        }
    }

    @Test func whatIsNoGrowthIsRefused() async throws {
        try await ProvingLedger.run { log in
            for filesAlone in [false, true] {
                for (from, to) in [
                    (.size(0), .newest), (.size(9), .size(5)), (.size(900), .newest),
                ] as [(NamedHead, NamedHead)] {
                    await #expect(throws: ProvingError.self) {
                        try await log.with(filesAlone: filesAlone) { log in
                            try await log.grow(from: log.head(from), to: log.head(to))
                        }
                    }
                }
            }
        }
    }
}
