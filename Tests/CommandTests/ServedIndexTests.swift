import Foundation
import Provenance
import Testing
import TestSupport

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A served ledger with an index, by its programs: switched off and on, and touched by two at once.
@Suite struct ServedIndexTests {
    private static let on = ["--index", "on", "--index-interval", "1s"]

    private let ledger: LedgerProcess
    private var shop: Workshop { ledger.shop }

    init() async throws {
        ledger = try await LedgerProcess(in: Workshop(), serve: Self.on)
        try await ledger.add("berlin", issuer: Workshop.berlin)
    }

    /// Registers a work, and returns its index.
    private func log(_ name: String) async throws -> UInt64 {
        try shop.write(name, to: name)
        try await shop.signWork(name)
        let sent = try await ledger.colophon("submit", "\(name).colophon")
        try #require(sent.status == 0, "\(sent.words)")
        let shown = try await shop.colophon("show", "\(name).colophon", "--json")
        let receipts = try #require(shown.objects.first?["receipts"] as? [[String: Any]])
        return UInt64(try #require(receipts.first?["index"] as? Int))
    }

    private func get(_ path: String) async throws -> (status: Int, bytes: [UInt8]) {
        let url = try #require(URL(string: ledger.address + path))
        let (data, answer) = try await URLSession.shared.data(from: url)
        return (try #require(answer as? HTTPURLResponse).statusCode, Array(data))
    }

    /// Waits until an index head covers an entry, and returns it: the last one, where nothing is
    /// registered behind the entry.
    private func covered(_ index: UInt64) async throws -> IndexHead {
        try await eventually("an index head covers entry \(index)") {
            let answer = try await get("/complete?iss=\(Workshop.berlin)&limit=1")
            guard answer.status == 200 else { return nil }
            let head = try CompleteProof(answer.bytes).head.head
            return head.size > index ? head : nil
        }
    }

    private func colophond(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run("colophond", arguments, in: shop.folder)
    }

    private func expectClean() async throws {
        #expect(try await ledger.stop() == 0)
        let checked = try await colophond("fsck", "--data", "ledger", "--signatures")
        #expect(checked.status == 0, "\(checked.output)")
    }

    /// Who walks the log meets index heads, and learns what they are.
    @Test(arguments: [["log", "entry"], ["prove"]])
    func anIndexHeadIsSaidToBeOne(command: [String]) async throws {
        let index = try await log("one.jpg")
        _ = try await covered(index)
        try await ledger.writeKit()
        let arguments = command + ["\(index + 1)", "--trust", "trust", "--ledger", ledger.address]
        let json = try await Program.run("colophon", arguments + ["--json"], in: shop.folder)
        #expect(json.status == 0, "\(json.words)")
        let object = try #require(json.objects.first)
        #expect(object["newerType"] == nil && object["formFault"] == nil, "\(object)")
        let head = try #require(object["indexHead"] as? [String: Any])
        let (number, size) = (head["sequence"] as? Int ?? -1, head["size"] as? Int ?? -1)
        let said = try await Program.run("colophon", arguments, in: shop.folder)
        #expect(said.status == 0 && !said.words.contains("does not know"), "\(said.words)")
        #expect(
            words(said).contains("number \(number), of the first \(size) entries"),
            "\(said.output)")
    }

    /// What is logged stays, and is served; no proof is made, and the next head follows the last.
    @Test func offMakesNoProofsAndOnGoesOnWithTheNextHead() async throws {
        let first = try await covered(log("one.jpg"))
        try await ledger.restart(with: ["--index", "off"])
        let late = try await log("two.jpg")
        let refused = try await get("/complete?iss=\(Workshop.berlin)")
        #expect(refused.status == 404)
        let newest = try await get("/index")
        #expect(newest.status == 200)
        #expect(try TransparentIndexHead(newest.bytes).head.id == first.id)
        // Without the flag it goes on, because the log has a head.
        try await ledger.restart(with: ["--index-interval", "1s"])
        let second = try await covered(late)
        #expect(second.chain.sequence == first.chain.sequence + 1)
        try await expectClean()
    }

    /// Who watches the size sees no fall where no new head is made.
    @Test func theSizeOfTheIndexIsToldAfterARestart() async throws {
        let head = try await covered(log("one.jpg"))
        try await ledger.restart(with: ["--index", "on", "--index-interval", "1h"])
        try await eventually("the size of the index is told") {
            let text = String(decoding: try await get("/metrics").bytes, as: UTF8.self)
            return text.contains("\ncolophon_index_size \(head.size)\n")
        }
    }

    @Test func aFolderThatIsServedIsNotRebuiltAndNotServedTwice() async throws {
        _ = try await covered(log("one.jpg"))
        let rebuilt = try await colophond("index", "rebuild", "--data", "ledger")
        #expect(rebuilt.status == 3 && rebuilt.words.contains("another process has this ledger"))
        let twice = try await colophond(
            "serve", "--data", "ledger", "--listen", "127.0.0.1:0", "--index", "on")
        #expect(twice.status == 3 && twice.words.contains("another process has this ledger"))
        // Neither has touched what the first one writes.
        _ = try await covered(log("two.jpg"))
        #expect(try await ledger.stop() == 0)
        let alone = try await colophond("index", "rebuild", "--data", "ledger")
        #expect(alone.status == 0, "\(alone.words)")
        try await ledger.start()
        _ = try await covered(log("three.jpg"))
        try await expectClean()
    }

    /// A backup of a ledger that is served, and the entries since from a mirror of it.
    @Test func aBackupAndACopyBringALedgerBackThatGoesOn() async throws {
        _ = try await covered(log("one.jpg"))
        let saved = try await colophond("backup", "--data", "ledger", "--to", "backups")
        #expect(saved.status == 0, "\(saved.words)")
        let last = try await covered(log("two.jpg"))
        let exported = try await colophond("export", "--data", "ledger", "--out", "copy")
        #expect(exported.status == 0, "\(exported.words)")
        #expect(try await ledger.stop() == 0)
        try FileManager.default.removeItem(at: shop.url("ledger"))
        let old = try await colophond("restore", "--from", "backups", "--data", "ledger")
        #expect(old.status == 1, "\(old.words)")
        let whole = try await colophond(
            "restore", "--data", "ledger", "--entries-from", "copy")
        #expect(whole.status == 0, "\(whole.words)")
        try await ledger.start()
        #expect(try TransparentIndexHead(try await get("/index").bytes).head.id == last.id)
        let next = try await covered(log("three.jpg"))
        #expect(next.chain.sequence == last.chain.sequence + 1)
        try await expectClean()
    }

    /// Kept proofs bring back the heads that no record has.
    @Test func recordsAndProofsOfCompletenessBringALedgerBack() async throws {
        _ = try await covered(log("zero.jpg"))
        let saved = try await colophond("backup", "--data", "ledger", "--to", "backups")
        #expect(saved.status == 0, "\(saved.words)")
        let last = try await covered(log("one.jpg"))
        let kept = try await get("/complete?iss=\(Workshop.berlin)").bytes
        #expect(try CompleteProof(kept).head.head.id == last.id)
        #expect(try await ledger.stop() == 0)
        try FileManager.default.removeItem(at: shop.url("ledger"))
        let old = try await colophond("restore", "--from", "backups", "--data", "ledger")
        #expect(old.status == 1, "\(old.words)")
        let records = shop.url("records")
        try FileManager.default.createDirectory(at: records, withIntermediateDirectories: true)
        try FileManager.default.moveItem(
            at: shop.url("one.jpg.colophon"), to: records.appending(path: "one.jpg.colophon"))
        let alone = try await colophond(
            "restore", "--data", "ledger", "--entries-from", "records")
        #expect(alone.status == 1, "\(alone.words)")
        try Data(kept).write(to: records.appending(path: "one.complete"))
        let whole = try await colophond(
            "restore", "--data", "ledger", "--entries-from", "records")
        #expect(whole.status == 0, "\(whole.words)")
        try await ledger.start()
        #expect(try TransparentIndexHead(try await get("/index").bytes).head.id == last.id)
        try await expectClean()
    }
}
