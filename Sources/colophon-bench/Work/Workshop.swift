import Encoding
import Files
import Foundation
import Keys
import Provenance
import Studio

/// Where a run happens: its folder, the PoP's key, and what it says meanwhile.
final class Workshop {
    let folder: URL
    let captures: Captures
    let verificationKey: VerificationKey

    /// Whether the folder stays for the next run.
    let isKept: Bool

    private let keys: URL

    /// Makes a folder in `parent`, or where it is to be kept takes the one that is there.
    init(in parent: String?, isKept: Bool) throws {
        self.isKept = isKept
        let parent = parent.map { URL(filePath: $0) } ?? FileManager.default.temporaryDirectory
        folder = parent.appending(path: isKept ? "colophon-bench" : "colophon-bench-\(UUID())")
        keys = folder.appending(path: "keys")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        Interruption.watch(removing: isKept ? nil : folder)
        if try NamedPath.status(keys.path()) == nil {
            // Moved there when they are whole: an interrupted run leaves none, or both.
            let new = folder.appending(path: "keys.new")
            try? FileManager.default.removeItem(at: new)
            try BenchLedger.makeKeys(in: new)
            try FileManager.default.moveItem(at: new, to: keys)
        }
        let key = try KeyFile.read(privateKeyAt: keys.appending(path: "pop.pem").path()).key
        captures = Captures(signedWith: key)
        verificationKey = try key.publicKey.verificationKey()
    }

    /// Takes the folder away, unless it is to stay.
    func close() {
        guard !isKept else { return say("the ledger stays in \(folder.path())") }
        try? FileManager.default.removeItem(at: folder)
    }

    /// Says on standard error what goes on.
    func say(_ text: String) {
        FileHandle.standardError.write(Data("\(text)\n".utf8))
    }

    /// Opens the ledger `name`, or makes it with more `arguments`.
    func ledger(_ name: String, _ arguments: [String] = []) async throws -> BenchLedger {
        let ledger = try await BenchLedger(in: folder.appending(path: name), keys: keys, arguments)
        say("colophond is process \(ledger.server.processID)")
        return ledger
    }

    /// Makes a new ledger `name`, with more `arguments`, in the place of one that an earlier run
    /// has left.
    func newLedger(_ name: String, _ arguments: [String] = []) async throws -> BenchLedger {
        try? FileManager.default.removeItem(at: folder.appending(path: name))
        return try await ledger(name, arguments)
    }

    /// Signs the statements with these numbers.
    func sign(_ numbers: Range<Int>) throws -> [SignedRecord] {
        let start = ContinuousClock.now
        let records = try captures.records(numbers)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        say(
            String(
                format: "signed %d statements of %d + %d bytes in %.1f s", records.count,
                records[0].statement.leaf.count, records[0].manifest.count, seconds))
        return records
    }

    /// The names of `count` entries that lie evenly among the first `total`, in random order.
    func names(_ count: Int, ofFirst total: Int) throws -> [EntryID] {
        try stride(from: 0, to: total, by: max(1, total / count)).map {
            try captures.record($0).id
        }.shuffled()
    }
}
