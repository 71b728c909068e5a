import Foundation
import Synchronization
import Testing
import TestPeer
import TestSupport

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A mirror that lacks something, as whoever keeps it sees it, and as whoever has nothing else left
/// of a ledger.
@Suite(.serialized) struct MirrorRestoreTests {
    private let ledger: LedgerProcess
    private var shop: Workshop { ledger.shop }

    /// The file of manifests of a copy of four entries, of which only the last one has any.
    private static let manifests = "manifests/000.p/4"
    private static let nulls = [UInt8](repeating: 0xF6, count: 4)

    private let entry: String

    init() async throws {
        ledger = try await LedgerProcess(in: Workshop())
        try await ledger.add("berlin", issuer: Workshop.berlin)
        try ledger.shop.write("work", to: "work.jpg")
        entry = try await ledger.shop.signWork("work.jpg")
        let sent = try await ledger.colophon("submit", "work.jpg.colophon")
        try #require(sent.status == 0, "\(sent.words)")
        try await ledger.writeKit()
        for copy in ["whole", "copy"] {
            let made = try await ledger.colophon("mirror", "--trust", "trust", "--to", copy)
            try #require(made.status == 0, "\(made.words)")
        }
    }

    private func colophond(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run("colophond", arguments, in: shop.folder)
    }

    private func restore(_ copies: String...) async throws -> Program.Outcome {
        try await Program.run(
            "colophond", ["restore", "--data", "ledger", "--entries-from"] + copies,
            in: shop.folder)
    }

    private func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: shop.url(name))
    }

    /// The folder of the ledger is gone; its keys and its high-water file are there.
    private func lose() async throws {
        try await ledger.crash()
        try FileManager.default.removeItem(at: shop.url("ledger"))
    }

    private func manifest() async throws -> (status: Int?, text: String) {
        let url = try #require(URL(string: "\(ledger.address)/entries/\(entry)/manifest"))
        let (body, answer) = try await URLSession.shared.data(from: url)
        return ((answer as? HTTPURLResponse)?.statusCode, String(decoding: body, as: UTF8.self))
    }

    // MARK: - Restoring

    @Test func aLedgerThatLacksAManifestSaysSoAndGetsItFromAnotherMirror() async throws {
        try write(Self.nulls, to: "copy/\(Self.manifests)")
        try await lose()
        let back = try await restore("copy")
        #expect(back.status == 0, "\(back.words)")
        #expect(
            back.output.contains("complete in its log, but without 1 manifest: it may sign"),
            "\(back.output)")
        #expect(back.words.contains("the manifest of entry 3 is missing, and not erased"))
        let checked = try await colophond("fsck", "--data", "ledger", "--signatures")
        #expect(checked.status == 0, "\(checked.output)")
        #expect(checked.output.hasPrefix("manifests: the manifest of entry 3 is missing"))
        #expect(checked.words.contains("colophond restore --data ledger --entries-from MIRROR"))
        let skipped = try await colophond("fsck", "--data", "ledger", "--skip-manifests")
        #expect(skipped.output.isEmpty)

        try await ledger.start()
        let lacking = try await manifest()
        #expect(lacking.status == 404 && lacking.text.contains("put back after a loss"))
        let served = try await colophond("fsck", "--data", "ledger", "--json")
        #expect(served.objects.first?["missingManifests"] as? Int == 1)
        #expect(served.objects.first?["firstMissing"] as? [Int] == [3])
        // Nobody writes under a server's feet.
        let busy = try await restore("whole")
        #expect(busy.status == 3, "\(busy.words)")
        #expect(busy.words.contains("another process has this ledger open"))
        #expect(try await ledger.stop() == 0)

        let mended = try await restore("whole")
        #expect(mended.status == 0, "\(mended.words)")
        #expect(mended.words.contains("put back 1 manifest that was missing"), "\(mended.words)")
        #expect(mended.output.contains("4 entries, complete: it may sign"), "\(mended.output)")
        let again = try await restore("whole")
        #expect(again.status == 0 && !again.words.contains("put back"), "\(again.words)")
        let clean = try await colophond("fsck", "--data", "ledger", "--signatures")
        #expect(clean.status == 0 && clean.output.isEmpty, "\(clean.output)")
        // A mirror that lacked it gets it, too.
        try await ledger.start()
        #expect(try await manifest().status == 200)
        #expect(
            try await ledger.colophon("mirror", "--trust", "trust", "--recheck", "--to", "copy")
                .status == 0)
        #expect(try shop.bytes("copy/\(Self.manifests)") == shop.bytes("whole/\(Self.manifests)"))
    }

    @Test func aRecordPutsItsManifestBackAndADamagedFileIsNamed() async throws {
        var file = try shop.bytes("copy/\(Self.manifests)")
        file[file.count - 9] ^= 1
        try write(file, to: "copy/\(Self.manifests)")
        try await lose()
        let back = try await restore("copy")
        #expect(back.status == 0, "\(back.words)")
        #expect(back.words.contains("copy/\(Self.manifests): has other manifests"), "\(back.words)")
        let mended = try await restore("work.jpg.colophon")
        #expect(mended.status == 0, "\(mended.words)")
        #expect(mended.output.contains("4 entries, complete: it may sign"), "\(mended.output)")
    }

    @Test func aDamagedBundleNamesItsEntriesAndAnotherMirrorStandsIn() async throws {
        let name = "copy/tile/entries/000.p/4"
        var bundle = try shop.bytes(name)
        bundle[bundle.count - 9] ^= 1
        try write(bundle, to: name)
        try await lose()
        let refused = try await restore("copy")
        #expect(refused.status == 2, "\(refused.words)")
        #expect(refused.words.contains(name) && refused.words.contains("entries 0 to 3"))
        #expect(refused.words.contains("hint: colophon mirror --recheck"), "\(refused.words)")
        #expect(try !shop.exists("ledger"))
        let back = try await restore("copy", "whole")
        #expect(back.status == 0, "\(back.words)")
        #expect(back.output.contains("4 entries, complete: it may sign"), "\(back.output)")
    }

    /// Killed at any moment, while entries come back or manifests do: the same command goes on.
    @Test(.timeLimit(.minutes(Patience.minutes)))
    func aRestoreThatIsKilledGoesOn() async throws {
        try write(Self.nulls, to: "copy/\(Self.manifests)")
        try await lose()
        for copy in ["copy", "whole"] {
            for milliseconds in [0, 10, 25, 50, 100, 200] {
                let program = try RunningProgram(
                    "colophond", ["restore", "--data", "ledger", "--entries-from", copy],
                    in: shop.folder)
                try await pause(atLeast: .milliseconds(milliseconds))
                _ = try await program.end(by: SIGKILL)
            }
            let done = try await restore(copy)
            #expect(done.status == 0, "\(copy): \(done.words)")
            #expect(done.output.contains("without 1 manifest") == (copy == "copy"))
        }
        let checked = try await colophond("fsck", "--data", "ledger", "--signatures")
        #expect(checked.status == 0 && checked.output.isEmpty, "\(checked.output)")
    }

    // MARK: - A mirror

    /// A log behind HTTP that does not give its manifests.
    @Test(arguments: [403, 404])
    func aFileThatIsNotServedIsNamedAndComesWithALaterRun(status: Int) async throws {
        let folder = shop.url("whole")
        let isThere = Mutex(false)
        try await StubServer.run { request in
            let name = String(request.path.dropFirst())
            if name == Self.manifests, !isThere.withLock({ $0 }) { return .whole(status) }
            guard let bytes = try? Data(contentsOf: folder.appending(path: name)) else {
                return .whole(404)
            }
            return .whole(200, [:], Array(bytes))
        } _: { server in
            func mirror() async throws -> Program.Outcome {
                try await shop.colophon(
                    "mirror", "--trust", "trust", "--ledger", "http://127.0.0.1:\(server.port)",
                    "--to", "second")
            }
            for _ in 0..<2 {
                let outcome = try await mirror()
                #expect(outcome.status == 1, "\(outcome.words)")
                #expect(outcome.words.contains("/\(Self.manifests): "), "\(outcome.words)")
                #expect(outcome.words.contains("shows no manifest of entry 3"), "\(outcome.words)")
                #expect(try shop.exists("second/checkpoint"))
            }
            isThere.withLock { $0 = true }
            let outcome = try await mirror()
            #expect(outcome.status == 0, "\(outcome.words)")
            #expect(
                try shop.bytes("second/\(Self.manifests)") == shop.bytes("whole/\(Self.manifests)"))
        }
    }

    @Test func aFolderOfTheCopyThatIsALinkIsToBeRemovedAndThenFetchedAgain() async throws {
        try FileManager.default.moveItem(
            at: shop.url("copy/manifests"), to: shop.url("elsewhere"))
        try FileManager.default.createSymbolicLink(
            at: shop.url("copy/manifests"), withDestinationURL: shop.url("elsewhere"))
        let refused = try await ledger.colophon(
            "mirror", "--trust", "trust", "--recheck", "--to", "copy")
        #expect(refused.status == 2, "\(refused.words)")
        #expect(refused.words.contains("copy/manifests: "), "\(refused.words)")
        #expect(refused.words.contains("hint: remove it, and run it again"), "\(refused.words)")
        try FileManager.default.removeItem(at: shop.url("copy/manifests"))
        let mended = try await ledger.colophon(
            "mirror", "--trust", "trust", "--recheck", "--to", "copy")
        #expect(mended.status == 0, "\(mended.words)")
        #expect(try shop.bytes("copy/\(Self.manifests)") == shop.bytes("whole/\(Self.manifests)"))
    }

    @Test func aFileOfTheCopyThatWasCutIsMendedByTheNextRun() async throws {
        for name in [Self.manifests, "tile/entries/000.p/4", "tile/0/000.p/4"] {
            let whole = try shop.bytes("copy/\(name)")
            try write(Array(whole.dropLast(5)), to: "copy/\(name)")
            let mended = try await ledger.colophon("mirror", "--trust", "trust", "--to", "copy")
            #expect(mended.status == 0, "\(mended.words)")
            #expect(try shop.bytes("copy/\(name)") == whole, "\(name)")
        }
    }
}
