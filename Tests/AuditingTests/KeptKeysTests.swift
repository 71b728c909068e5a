import Auditing
import Encoding
import Files
import Foundation
import IndexMap
import LogReader
import Provenance
import Synchronization
import TestLog
import TestSupport
import Testing

/// Keys of a copy that are kept give the same proofs, and decide nothing.
@Suite struct KeptKeysTests {
    private let own: TemporaryFolder

    init() throws { own = try TemporaryFolder("kept") }

    private var folder: String { own.path("copy") }
    private var cache: String { own.path("keys") }

    /// What a look has told.
    private final class Steps: Sendable {
        private let steps = Mutex<[IndexCopyStep]>([])

        func take(_ step: IndexCopyStep) { steps.withLock { $0.append(step) } }

        /// Reports of entries that were read.
        var reads: Int { count { if case .reading = $0 { true } else { false } } }

        /// Times that the kept keys were not used.
        var refusals: Int { count { if case .notUsed = $0 { true } else { false } } }

        private func count(_ isWanted: (IndexCopyStep) -> Bool) -> Int {
            steps.withLock { $0.count(where: isWanted) }
        }
    }

    private func ledger(_ works: Int, seed: String = "kept") throws -> MemoryLedger {
        var ledger = try MemoryLedger(seed: seed)
        try ledger.addPoP()
        // Another log has other works: a map of the same names would be the same map.
        let word = seed == "kept" ? "work" : seed
        for number in 0..<works { try ledger.add("\(word) \(number)") }
        try ledger.addIndexHead()
        return ledger
    }

    private func mirror(_ ledger: MemoryLedger) async throws {
        let options = MirrorRun.Options(folder: folder)
        _ = try await MirrorRun(MemoryLog(ledger), options).run(ledger.kit()) { _ in }
    }

    private func names() throws -> [IndexName] {
        [
            .work("work 3"), .work("work 8"), .work("no work"), .work("later"),
            try .iss(MemoryLedger.berlin), try .iss("https://nobody.example/"),
        ]
    }

    /// Expects the proofs of the ledger, with the steps that each look took.
    private func expectProofs(
        of ledger: MemoryLedger, _ expect: (_ number: Int, Steps) throws -> Void
    ) async throws {
        let copy = try await IndexCopy(of: ledger.tree(LogFolder(path: folder)))
        for (number, name) in try names().enumerated() {
            let steps = Steps()
            let proof = try await copy.proof(of: [name], keepingKeysIn: cache) { steps.take($0) }
            #expect(try proof.encoded() == ledger.complete([name]).encoded(), "\(name)")
            try expect(number, steps)
        }
    }

    /// The files of keys there.
    private func runs() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: cache).filter { $0.hasSuffix(".run") }
    }

    /// In one cell, and in several.
    @Test(arguments: [40, 1_300])
    func theSecondLookReadsNoEntry(works: Int) async throws {
        let ledger = try ledger(works)
        try await mirror(ledger)
        try await expectProofs(of: ledger) { number, steps in
            #expect(steps.refusals == 0 && (steps.reads > 0) == (number == 0), "\(number)")
        }
        #expect(try runs().count == 1)
    }

    @Test func ofACopyThatHasGrownOnlyWhatIsNewIsRead() async throws {
        var ledger = try ledger(600)
        try await mirror(ledger)
        try await expectProofs(of: ledger) { _, _ in }
        let before = try runs()
        for number in 0..<3 { try ledger.add(number == 0 ? "later" : "new \(number)") }
        try ledger.addIndexHead()
        try await mirror(ledger)
        // 600 entries are three bundles, and the new ones are in the last of them.
        try await expectProofs(of: ledger) { number, steps in
            #expect(steps.refusals == 0 && steps.reads == (number == 0 ? 1 : 0), "\(number)")
        }
        #expect(try runs().count == 1 && runs() != before)
    }

    /// Each is not used, and the proof is made of the entries.
    @Test(arguments: ["cells", "cells cut", "a block", "a run cut", "no run", "another log"])
    func keysThatAreNotRightAreMadeAnew(what: String) async throws {
        let ledger = try ledger(40)
        if what == "another log" {
            let other = try self.ledger(40, seed: "another")
            try await mirror(other)
            try await expectProofs(of: other) { _, _ in }
            try own.remove("copy")
        }
        try await mirror(ledger)
        if what != "another log" { try await expectProofs(of: ledger) { _, _ in } }
        let run = "keys/\(try #require(try runs().first))"
        switch what {
        case "cells": try flip("keys/cells", at: 70)
        case "cells cut": try own.write(own.bytes("keys/cells").dropLast(), to: "keys/cells")
        case "a block": try flip(run, at: 100)
        case "a run cut": try own.write(own.bytes(run).dropLast(), to: run)
        case "no run": try own.remove(run)
        default: break
        }
        try await expectProofs(of: ledger) { number, steps in
            #expect((steps.reads > 0) == (number == 0), "\(number)")
            #expect(steps.refusals == (number == 0 ? 1 : 0), "\(number)")
        }
        #expect(try runs().count == 1)
    }

    /// What is no file of keys is not used either, and what a link leads to stays as it is.
    @Test(
        arguments: ["cells", "the run"], ["large", "a link", "a pipe"])
    func whatStandsInThePlaceOfKeysIsReplaced(place: String, what: String) async throws {
        let ledger = try ledger(40)
        try await mirror(ledger)
        try await expectProofs(of: ledger) { _, _ in }
        let name = place == "cells" ? "keys/cells" : "keys/\(try #require(try runs().first))"
        let bytes = try own.bytes(name)
        try own.remove(name)
        switch what {
        case "large":
            try own.write(bytes + Array(repeating: 0, count: 4 << 20), to: name)
        case "a link":
            try own.write(bytes, to: "elsewhere")
            try FileManager.default.createSymbolicLink(
                atPath: own.path(name), withDestinationPath: own.path("elsewhere"))
        default: #expect(unsafe mkfifo(own.path(name), 0o600) == 0)
        }
        try await expectProofs(of: ledger) { number, steps in
            #expect((steps.reads > 0) == (number == 0), "\(number)")
            #expect(steps.refusals == (number == 0 ? 1 : 0), "\(number)")
        }
        #expect(try runs().count == 1)
        if what == "a link" { #expect(try own.bytes("elsewhere") == bytes) }
    }

    /// Nobody knows what is in a folder: it stays, and what needs its place says so.
    @Test func aFolderWithTheNameOfKeysStays() async throws {
        let ledger = try ledger(40)
        try await mirror(ledger)
        try await expectProofs(of: ledger) { _, _ in }
        let run = "keys/\(try #require(try runs().first))"
        try own.remove(run)
        try FileManager.default.createDirectory(
            atPath: own.path(run), withIntermediateDirectories: false)
        try own.write([1], to: run + "/mine")
        try await expectProofs(of: ledger) { number, steps in
            #expect(steps.refusals == (number == 0 ? 1 : 0), "\(number)")
        }
        #expect(try own.bytes(run + "/mine") == [1])
        let copy = try await IndexCopy(of: ledger.tree(LogFolder(path: folder)))
        for name in ["cells", "lock"] {
            try own.remove("keys/\(name)")
            try FileManager.default.createDirectory(
                atPath: own.path("keys/\(name)"), withIntermediateDirectories: false)
            let steps = Steps()
            let error = IndexCopyError.inTheWay(
                FileError("\(cache)/\(name)", .isKind(.folder, wanted: .file)))
            await #expect(throws: error) {
                try await copy.proof(of: [.work("work 3")], keepingKeysIn: cache) {
                    steps.take($0)
                }
            }
            #expect(steps.reads == 0)
            try own.remove("keys/\(name)")
            try await expectProofs(of: ledger) { _, _ in }
        }
    }

    /// A file that the system, or its mode, keeps from being read is no damage.
    @Test func keysThatMayNotBeReadAreAnError() async throws {
        let ledger = try ledger(40)
        try await mirror(ledger)
        try await expectProofs(of: ledger) { _, _ in }
        let run = try #require(try runs().first)
        try own.setPermissions(0o666, "keys/\(run)")
        let copy = try await IndexCopy(of: ledger.tree(LogFolder(path: folder)))
        await #expect(
            throws: IndexCopyError.unreadable(
                FileError("\(cache)/\(run)", .openToOthers(mode: 0o666)))
        ) {
            try await copy.proof(of: [.work("work 3")], keepingKeysIn: cache)
        }
    }

    /// Several names cost the reading of one, with keys that are kept and without; what is open
    /// proves the next name without another.
    @Test(arguments: [false, true])
    func severalNamesCostOneReading(isKept: Bool) async throws {
        let ledger = try ledger(1_300)
        try await mirror(ledger)
        let copy = try await IndexCopy(of: ledger.tree(LogFolder(path: folder)))
        let (names, place) = (try names(), isKept ? cache : nil)
        let (one, all, later) = (Steps(), Steps(), Steps())
        _ = try await copy.proof(of: [names[0]]) { one.take($0) }
        let proof = try await copy.proof(of: names, keepingKeysIn: place) { all.take($0) }
        #expect(try proof.encoded() == ledger.complete(names).encoded())
        #expect(one.reads > 0 && all.reads == one.reads && all.refusals == 0)
        let index = try await CopiedIndex.open(copy, keepingKeysIn: place) { later.take($0) }
        for name in names + names {
            let proof = try await index.proof(of: [name])
            #expect(try proof.encoded() == ledger.complete([name]).encoded(), "\(name)")
        }
        #expect(later.reads == (isKept ? 0 : one.reads) && later.refusals == 0)
    }

    /// Keys that turn out to be damaged while names are asked about are made anew once.
    @Test func keysThatAreDamagedAreMadeAnewForAllNames() async throws {
        let (ledger, copy) = try await copyWithDamagedKeys()
        let steps = Steps()
        let proof = try await copy.proof(of: names(), keepingKeysIn: cache) { steps.take($0) }
        #expect(try proof.encoded() == ledger.complete(names()).encoded())
        #expect(steps.refusals == 1 && steps.reads == 1)
        try await expectProofs(of: ledger) { _, steps in
            #expect(steps.reads == 0 && steps.refusals == 0)
        }
    }

    /// What keeps the keys from being made would do so for each record of a shoot.
    @Test func keysThatCannotBeMadeAnewAreTriedOnce() async throws {
        let (ledger, copy) = try await copyWithDamagedKeys()
        let steps = Steps()
        let index = try await CopiedIndex.open(copy, keepingKeysIn: cache) { steps.take($0) }
        let bundle = "copy/tile/entries/000.p/\(ledger.size)"
        try flip(bundle, at: 40)
        let names = try names()
        var errors: Set<IndexCopyError?> = []
        for name in names {
            errors.insert(
                await #expect(throws: IndexCopyError.self) {
                    try await index.proof(of: [name])
                })
        }
        #expect(names.count > 1 && errors.count == 1 && steps.refusals == 1)
    }

    /// A log of 40 entries and its copy, whose kept keys were damaged since.
    private func copyWithDamagedKeys() async throws -> (MemoryLedger, IndexCopy) {
        let ledger = try ledger(40)
        try await mirror(ledger)
        try await expectProofs(of: ledger) { _, _ in }
        try flip("keys/\(try #require(try runs().first))", at: 100)
        return (ledger, try await IndexCopy(of: ledger.tree(LogFolder(path: folder))))
    }

    private func flip(_ name: String, at place: Int) throws {
        var bytes = try own.bytes(name)
        try #require(bytes.indices.contains(place))
        bytes[place] ^= 1
        try own.write(bytes, to: name)
    }

    /// No finding rests on what is kept: a wrong index is found by the entries, and nothing is
    /// kept of it.
    @Test func aWrongMapIsFoundByTheEntriesAndNothingIsKept() async throws {
        var ledger = try ledger(40)
        try await mirror(ledger)
        try await expectProofs(of: ledger) { _, _ in }
        let kept = try own.bytes("keys/cells")
        let (size, index) = (ledger.size, ledger.size)
        let wrong = try ledger.map(size, without: 5).root
        try ledger.addIndexHead { $0.with(map: wrong) }
        try await mirror(ledger)
        let right = try ledger.map(size).root
        let copy = try await IndexCopy(of: ledger.tree(LogFolder(path: folder)))
        let steps = Steps()
        await #expect(
            throws: IndexCopyError.otherMap(index: index, size: size, said: wrong, computed: right)
        ) {
            try await copy.proof(of: [.work("work 3")], keepingKeysIn: cache) { steps.take($0) }
        }
        #expect(steps.refusals == 1 && steps.reads > 1)
        #expect(try own.bytes("keys/cells") == kept)
        #expect(try runs().count == 1)
    }

    /// What a kill has left is removed by the next look; the runs of an audit's state, and what
    /// else is not of this cache, stay.
    @Test func keysThatNothingNamesAreRemoved() async throws {
        let ledger = try ledger(40)
        try await mirror(ledger)
        try await expectProofs(of: ledger) { _, _ in }
        try own.write([1, 2, 3], to: "keys/kept-77.run")
        let others = ["keys-1.run", "kept-7.pem", "abcde18446744073709551615.old"]
        for name in others { try own.write([1], to: "keys/\(name)") }
        try await expectProofs(of: ledger) { _, steps in #expect(steps.reads == 0) }
        for name in others { #expect(try own.bytes("keys/\(name)") == [1]) }
        #expect(try runs().filter { $0.hasPrefix("kept") }.count == 1)
    }
}
