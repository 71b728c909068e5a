import Foundation
import Provenance
import TestLog
import TestPeer
import TestSupport
import Testing

/// A ledger whose index leaves an entry out is convicted, and what shows it is written.
@Suite struct OmissionCommandTests {
    /// Asks a ledger whose index leaves out entry 5, which names the photo.
    private func complete(
        _ arguments: [String], in shop: Workshop, withholdingReceipts: Bool = false
    ) async throws -> Program.Outcome {
        let ledger = try IndexedLedger()
        ledger.leaveOut(5)
        if withholdingReceipts { ledger.withholdReceipts() }
        try ledger.add(["photo", "print", "photo"])
        try ledger.addHead()
        try shop.write("photo", to: "photo.jpg")
        try Data(ledger.kitFile()).write(to: shop.url("prints.colophon-kit"))
        return try await StubServer.run(answering: { ledger.answer(to: $0) }) { server in
            try await Program.run(
                "colophon",
                [
                    "complete", "--trust", "prints.colophon-kit", "--ledger",
                    "http://127.0.0.1:\(server.port)",
                ] + arguments, in: shop.folder)
        }
    }

    @Test(arguments: [["photo.jpg"], ["--sample", "100"]])
    func anEntryThatIsLeftOutIsWrittenDown(arguments: [String]) async throws {
        let shop = try await Workshop()
        let asked = try await complete(arguments, in: shop)
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

    /// The ledger's list names the entry, its log has it, and its record is kept back.
    @Test(arguments: [["photo.jpg", "--out", "photo.complete"], ["--sample", "100"]])
    func anEntryWhoseRecordIsKeptBackIsWrittenDownToo(arguments: [String]) async throws {
        let shop = try await Workshop()
        let asked = try await complete(arguments, in: shop, withholdingReceipts: true)
        #expect(asked.status == 1 && asked.output.isEmpty, "\(asked.output)\(asked.words)")
        #expect(
            asked.words.contains(
                "its index leaves out entry 5, and it gives no receipt of that"), "\(asked.words)")
        #expect(try !shop.exists("photo.complete"))
        let files = try FileManager.default.contentsOfDirectory(atPath: shop.folder.path())
        let file = try #require(
            files.first { $0.hasPrefix("omission-5-") && $0.hasSuffix(".complete") })
        #expect(asked.words.contains("hint: keep \(file), which is signed"), "\(asked.words)")
    }

    /// A pipeline stops, and what convicts the ledger is kept once, however often it asks.
    @Test(
        arguments: [
            (["milestone", "status", "--milestone", "urn:example:m1"], "--pop", 3),
            (["chain", "check"], "--issuer", 1),
        ] as [([String], String, Int32)])
    func aListThatTheIndexContradictsIsWrittenDownOnce(
        command: [String], flag: String, status: Int32
    ) async throws {
        let shop = try await Workshop()
        let ledger = try IndexedLedger()
        ledger.leaveOut(3)
        try ledger.add(["urn:example:m1", "photo"])
        try ledger.addHead()
        try Data(ledger.kitFile()).write(to: shop.url("prints.colophon-kit"))
        func ask() async throws -> Program.Outcome {
            try await StubServer.run(answering: { ledger.answer(to: $0) }) { server in
                try await Program.run(
                    "colophon",
                    command + [
                        flag, Workshop.berlin, "--trust", "prints.colophon-kit", "--ledger",
                        "http://127.0.0.1:\(server.port)",
                    ], in: shop.folder)
            }
        }
        func kept() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: shop.folder.path())
                .filter { $0.hasPrefix("omission-3-") }
        }
        let words = "is convicted: its index head (entry 5, over 5 entries) does not list entry 3"
        for _ in 1...2 {
            let asked = try await ask()
            #expect(asked.status == status && asked.output.isEmpty, "\(asked.output)\(asked.words)")
            #expect(asked.words.contains(words), "\(asked.words)")
            // A later receipt is in the next file, and the finding is the same.
            try ledger.add(["print"])
            try Data(ledger.kitFile()).write(to: shop.url("prints.colophon-kit"))
        }
        let file = try #require(try kept().first)
        #expect(try kept().count == 1)
        let judged = try await shop.colophon(
            "verify-misbehaviour", file, "--trust", "prints.colophon-kit")
        #expect(judged.status == 0, "\(judged.output)\(judged.words)")
        for number in 101...115 { try shop.write("", to: "omission-\(number)-00.misbehaviour") }
        try ledger.addHead()
        let full = try await ask()
        #expect(full.status == status, "\(full.words)")
        #expect(full.words.contains("was not kept: this folder has 16 files"), "\(full.words)")
        #expect(try kept().filter { $0.hasSuffix(".misbehaviour") } == [file])
    }

    /// Whoever may write beside the kit could keep evidence away.
    @Test func noEvidenceIsWrittenWhereOthersCanWrite() async throws {
        let shop = try await Workshop()
        let ledger = try IndexedLedger()
        ledger.leaveOut(3)
        try ledger.add(["photo"])
        try ledger.addHead()
        try FileManager.default.createDirectory(
            at: shop.url("shared"), withIntermediateDirectories: false)
        try Data(ledger.kitFile()).write(to: shop.url("shared/kit"))
        try shop.setPermissions(0o777, "shared")
        try shop.write("photo", to: "photo.jpg")
        let asked = try await StubServer.run(answering: { ledger.answer(to: $0) }) { server in
            try await shop.colophon(
                "complete", "photo.jpg", "--trust", "shared/kit", "--ledger",
                "http://127.0.0.1:\(server.port)")
        }
        #expect(asked.status == 1, "\(asked.words)")
        #expect(asked.words.contains("does not list entry 3"), "\(asked.words)")
        #expect(asked.words.contains("shared: is open to others (mode 777)"), "\(asked.words)")
        let names = try FileManager.default.contentsOfDirectory(atPath: shop.url("shared").path())
        #expect(names == ["kit"])
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
