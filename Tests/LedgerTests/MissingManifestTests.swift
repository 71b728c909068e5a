import Encoding
import Foundation
import Ledger
import LedgerCheck
import LedgerStore
import LogReader
import Manifests
import Provenance
import Testing
import TestLedger
import TestSupport

/// A ledger that is brought back from copies that lack something: what is lost, what is said, and
/// what comes back later.
@Suite(.serialized) struct MissingManifestTests {
    let fixture: LedgerFixture
    let whole: String
    let copy: String

    /// Entries 0 to 2 are control statements, 3 to 602 are captures; two copies have all of it.
    private let captures: [EntryID]

    init() async throws {
        let fixture = try LedgerFixture()
        self.fixture = fixture
        try await fixture.addPoP()
        whole = fixture.folder.appending(path: "whole").path()
        copy = fixture.folder.appending(path: "copy").path()
        var ids: [EntryID] = []
        let works = try (0..<600).map { try fixture.capture("work \($0)") }
        for answer in await fixture.ledger.register(works) {
            guard case .registered(let id, _) = answer else {
                throw FixtureError.unexpected("\(answer)")
            }
            ids.append(id)
        }
        captures = ids
        _ = try fixture.ledger.export(to: whole)
        _ = try fixture.ledger.export(to: copy)
    }

    /// The name of the capture at an index of the log.
    private func id(_ index: Int) throws -> EntryID {
        try #require(captures.indices.contains(index - 3))
        return captures[index - 3]
    }

    private func lose() throws {
        fixture.ledger.close()
        try FileManager.default.removeItem(atPath: fixture.options.data)
    }

    private func bytes(_ name: String, of folder: String? = nil) throws -> [UInt8] {
        try Array(Data(contentsOf: URL(filePath: "\(folder ?? copy)/\(name)")))
    }

    private func write(_ bytes: [UInt8], to name: String, of folder: String? = nil) throws {
        try Data(bytes).write(to: URL(filePath: "\(folder ?? copy)/\(name)"))
    }

    /// Puts another manifest, or none, in the place of one of a bundle of the copy.
    private func put(
        _ manifest: [UInt8]?, at place: Int, in name: String, of folder: String? = nil
    ) throws {
        let kept = try ManifestFolder(path: folder ?? copy)
        let files = try (0..<3).flatMap { try kept.files(ofBundle: $0) }
        let named = try #require(files.first { $0.path == name })
        let file = try #require(try kept.manifests(in: named))
        var items = (0..<file.count).map { place in
            file[place].map { CBOR.bytes(Array($0)) } ?? .null
        }
        items[place] = manifest.map { .bytes($0) } ?? .null
        try write(items.flatMap { $0.encoded() }, to: name, of: folder)
    }

    /// Makes the folder of the copy, and puts back all that it has.
    @discardableResult
    private func restore(beside others: [String] = []) async throws -> Recovery.ReturnedManifests {
        try await Ledger.restore(fromCopy: copy, beside: others, to: fixture.options)
        let recovery = try Recovery(fixture.options, exports: [copy] + others)
        defer { recovery.close() }
        _ = try await recovery.putBack(export: copy, beside: others)
        #expect(recovery.missing == nil)
        return try recovery.putBackManifests(exports: [copy] + others)
    }

    private func putBack(
        _ exports: [String], files: [String] = []
    ) throws -> Recovery.ReturnedManifests {
        let recovery = try Recovery(fixture.options)
        defer { recovery.close() }
        return try recovery.putBackManifests(exports: exports, files: files)
    }

    /// What a closed folder is found to lack.
    private func check() throws -> CheckReport {
        let report = try Ledger.check(folder: fixture.options)
        #expect(report.isClean, "\(report.findings)")
        return report
    }

    // MARK: - Folders that cannot be read

    /// Three bundles ask for either folder.
    @Test func aFolderBesideTheEntriesThatIsALinkIsNamedOnceAndKeepsNoEntryBack() async throws {
        for name in ["manifests", "anchors"] {
            let url = URL(filePath: "\(copy)/\(name)")
            try? FileManager.default.removeItem(at: url)
            try FileManager.default.createSymbolicLink(
                at: url, withDestinationURL: URL(filePath: "\(whole)/\(name)"))
        }
        try lose()
        try await Ledger.restore(fromCopy: copy, to: fixture.options)
        let recovery = try Recovery(fixture.options, exports: [copy])
        defer { recovery.close() }
        let report = try await recovery.putBack(export: copy)
        #expect(recovery.missing == nil && report.withoutManifest == 600)
        #expect(report.passedOver.map(\.path) == ["\(copy)/anchors"])
        let manifests = try recovery.putBackManifests(exports: [copy])
        #expect(manifests.passedOver.map(\.path) == ["\(copy)/manifests"])
        #expect(manifests.missing.count == 600)
        #expect(try recovery.putBackManifests(exports: [copy, whole]).count == 600)
    }

    // MARK: - Missing, and not erased

    @Test func aManifestThatTheCopyLacksIsMissingAndNotErasedAndComesBack() async throws {
        let lost = try [id(10), id(300)]
        try put(nil, at: 10, in: "manifests/000")
        try put(nil, at: 300 - 256, in: "manifests/001")
        try lose()
        let restored = try await restore()
        #expect(restored.count == 0 && restored.passedOver.isEmpty)
        #expect((restored.missing.count, restored.missing.first) == (2, [10, 300]))
        try fixture.reopen()
        for id in lost { #expect(try fixture.ledger.manifest(id) == .notHere) }
        let answer = try await fixture.register(fixture.capture("after"))
        #expect(answer.refusal == nil)
        // Whoever serves it is not written under.
        #expect(throws: LedgerError.self) { try putBack([whole]) }
        fixture.ledger.close()
        let report = try check()
        #expect((report.missingManifests, report.firstMissing) == (2, [10, 300]))
        var quick = CheckOptions()
        quick.manifests = false
        #expect(try Ledger.check(folder: fixture.options, quick).missingManifests == nil)

        let back = try putBack([whole])
        #expect((back.count, back.missing.count) == (2, 0))
        #expect(try putBack([whole]).count == 0)
        #expect(try check().missingManifests == 0)
        try fixture.reopen()
        for id in lost {
            guard case .present? = try fixture.ledger.manifest(id) else {
                Issue.record("the manifest of \(id) is not there")
                return
            }
        }
    }

    @Test func recordsPutMissingManifestsBackToo() async throws {
        let path = fixture.folder.appending(path: "one.colophon").path()
        try Data(#require(try fixture.ledger.transparent(id(10)))).write(to: URL(filePath: path))
        for place in [10, 11] { try put(nil, at: place, in: "manifests/000") }
        try lose()
        try await restore()
        let back = try putBack([], files: [path])
        #expect((back.count, back.missing.first) == (1, [11]))
    }

    @Test func anErasedManifestIsNeitherMissingNorPutBack() async throws {
        let erased = try id(10)
        let leaf = try #require(try fixture.ledger.statement(erased))
        let order = try ErasureManifest(
            entries: [Text("\(erased)")], sha256: Statement(leaf: leaf).manifestDigest,
            reason: "asked for", authority: "the creator"
        ).manifest(origin: Text(LedgerFixture.origin), nonce: randomBytes())
        #expect(try await fixture.register(fixture.control(order)).refusal == nil)
        // The other copy is from before the erasure.
        _ = try fixture.ledger.export(to: copy)
        try put(nil, at: 11, in: "manifests/000")
        try lose()
        let restored = try await restore(beside: [whole])
        #expect(restored.missing.count == 0)
        #expect(try putBack([whole]).count == 0)
        try fixture.reopen()
        guard case .erased? = try fixture.ledger.manifest(erased) else {
            Issue.record("it is not erased")
            return
        }
        guard case .present? = try fixture.ledger.manifest(id(11)) else {
            Issue.record("it is not there")
            return
        }
    }

    // MARK: - Damaged files

    /// Ways to damage a file, by what they leave of it; nil for a file that is not there.
    enum Damage: CaseIterable {
        case cut, empty, gone, unreadable

        func apply(to path: String) throws {
            let url = URL(filePath: path)
            let whole = try Data(contentsOf: url)
            try FileManager.default.removeItem(at: url)
            switch self {
            case .cut: try whole.dropLast(5).write(to: url)
            case .empty: try Data().write(to: url)
            case .gone: break
            case .unreadable:
                try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
            }
        }
    }

    @Test(arguments: Damage.allCases)
    func aDamagedFileOfManifestsCostsOnlyTheManifestsInIt(damage: Damage) async throws {
        try damage.apply(to: "\(copy)/manifests/001")
        try lose()
        let restored = try await restore()
        #expect(restored.missing.count == 256)
        #expect(restored.missing.first == Array(256..<266))
        // What holds none of them is said; what is not there holds nothing.
        let named = restored.passedOver.map(\.path)
        #expect(named == ([.cut, .unreadable].contains(damage) ? ["\(copy)/manifests/001"] : []))
        let report = try check()
        #expect(report.missingManifests == 256)
        #expect(try putBack([whole]).missing.count == 0)
        #expect(try check().missingManifests == 0)
    }

    @Test func aFlippedBitOfAManifestCostsOnlyThatManifest() async throws {
        var file = try bytes("manifests/001")
        file[file.count / 2] ^= 1
        try write(file, to: "manifests/001")
        try lose()
        let restored = try await restore()
        #expect(restored.missing.count >= 1)
        #expect(restored.passedOver.map(\.path) == ["\(copy)/manifests/001"])
        #expect(try check().missingManifests == restored.missing.count)
        // And nothing but the manifest that the entry names takes its place.
        let index = try #require(restored.missing.first.first)
        let other = fixture.folder.appending(path: "other").path()
        try FileManager.default.copyItem(atPath: whole, toPath: other)
        try put(Array("another".utf8), at: Int(index) - 256, in: "manifests/001", of: other)
        let refused = try putBack([other])
        #expect(refused.missing.first.first == index)
        #expect(refused.passedOver.first?.reason.contains("than entry \(index) names") == true)
        #expect(try putBack([other, whole]).missing.count == 0)
    }

    @Test func aCopyStandsInForADamagedFileOfAnother() async throws {
        for name in ["tile/entries/000", "tile/entries/001", "tile/0/000", "tile/1/000.p/2"] {
            var file = try bytes(name)
            file[file.count / 2] ^= 1
            try write(file, to: name)
        }
        try put(nil, at: 10, in: "manifests/000")
        try put(nil, at: 11, in: "manifests/000", of: whole)
        try lose()
        let restored = try await restore(beside: [whole])
        #expect(restored.missing.count == 0)
        #expect(try check().missingManifests == 0)
    }

    @Test(arguments: [Damage.cut, .empty, .gone, .unreadable])
    func aDamagedBundleIsNamedWithItsEntriesAndNothingIsPutBack(damage: Damage) async throws {
        try damage.apply(to: "\(copy)/tile/entries/001")
        try lose()
        try await Ledger.restore(fromCopy: copy, to: fixture.options)
        let recovery = try Recovery(fixture.options, exports: [copy])
        defer { recovery.close() }
        await #expect {
            try await recovery.putBack(export: copy)
        } throws: {
            "\($0)".contains("copy/tile/entries/001") && "\($0)".contains("entries 256 to 511")
                && "\($0)".contains("mend the copy, or name another one")
        }
        #expect(recovery.size == 2)
        #expect(try await recovery.putBack(export: copy, beside: [whole]).entries == 2..<603)
    }

    @Test func aDamagedTileOfAnyLevelKeepsNoEntryBack() async throws {
        for name in ["tile/0/000", "tile/0/002.p/91", "tile/1/000.p/2"] {
            try Damage.cut.apply(to: "\(copy)/\(name)")
        }
        try lose()
        #expect(try await restore().missing.count == 0)
    }
}
