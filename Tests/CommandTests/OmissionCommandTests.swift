import Foundation
import Provenance
import TestLog
import TestPeer
import TestSupport
import Testing

/// A ledger whose index leaves an entry out is convicted, and what shows it is written.
@Suite struct OmissionCommandTests {
    @Test(arguments: [["photo.jpg"], ["--sample", "100"]])
    func anEntryThatIsLeftOutIsWrittenDown(arguments: [String]) async throws {
        let shop = try await Workshop()
        let ledger = try IndexedLedger()
        ledger.leaveOut(5)
        try ledger.add(["photo", "print", "photo"])
        try ledger.addHead()
        try shop.write("photo", to: "photo.jpg")
        try Data(ledger.kitFile()).write(to: shop.url("prints.colophon-kit"))
        let asked = try await StubServer.run(answering: { ledger.answer(to: $0) }) { server in
            try await Program.run(
                "colophon",
                [
                    "complete", "--trust", "prints.colophon-kit", "--ledger",
                    "http://127.0.0.1:\(server.port)",
                ] + arguments, in: shop.folder)
        }
        #expect(asked.status == 1 && asked.output.isEmpty, "\(asked.output)\(asked.words)")
        #expect(
            asked.words.contains(
                "is convicted: its index head (entry 6, over 6 entries) does not list entry 5"),
            "\(asked.words)")
        let files = try FileManager.default.contentsOfDirectory(atPath: shop.folder.path())
        let file = try #require(
            files.first { $0.hasPrefix("omission-5-") && $0.hasSuffix(".misbehaviour") })
        let command = "colophon verify-misbehaviour \(file) --trust prints.colophon-kit"
        #expect(asked.words.contains("hint: publish \(file); to check it: \(command)"))
        let judged = try await shop.colophon(
            "verify-misbehaviour", file, "--trust", "prints.colophon-kit")
        #expect(judged.status == 0, "\(judged.output)\(judged.words)")
        #expect(judged.output.contains("ledger.example/prints IS CONVICTED:"))
    }

    /// One that convicts says nothing of another, however many there are.
    @Test func filesThatCarryAProofAreJudgedOneByOne() async throws {
        let shop = try await Workshop()
        let ledger = try IndexedLedger()
        ledger.leaveOut(5)
        try ledger.add(["photo", "print", "photo"])
        try ledger.addHead()
        try Data(ledger.kitFile()).write(to: shop.url("kit"))
        let proof = try ledger.proof([.work("photo")]).encoded()
        for (name, index) in [("a", 5), ("b", 5), ("listed", 3)] as [(String, UInt64)] {
            var record = try ledger.record(index)
            record.completes = [proof]
            try Data(record.encoded()).write(to: shop.url(name))
        }
        let convicted = "ledger.example/prints IS CONVICTED:"
        for (names, status, count) in [
            (["a", "b"], 0, 2), (["a", "listed"], 1, 1), (["a", "b", "listed"], 1, 2),
            (["listed", "listed"], 1, 0),
        ] as [([String], Int32, Int)] {
            let judged = try await Program.run(
                "colophon", ["verify-misbehaviour", "--trust", "kit"] + names, in: shop.folder)
            #expect(judged.status == status, "\(names): \(judged.output)\(judged.words)")
            let parts = judged.output.components(separatedBy: convicted)
            #expect(parts.count == 1 + count, "\(judged.output)")
            let together = judged.output.contains(names.joined(separator: " and "))
            #expect(together == (count == 0), "\(judged.output)")
        }
    }
}
