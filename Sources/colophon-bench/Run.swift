import Encoding
import Foundation
import Keys
import Provenance

/// One run: its folder, its signed statements, and what it has measured so far.
final class Run {
    /// Statements in one body of `POST /batch`: as many as the ledger takes.
    static let batchItems = 4096

    /// Statements that go first, untimed: they show how large the ledger's write batches get.
    static let warmUp = 3 * batchItems

    /// Requests that one client sends to an idle ledger.
    static let idleRequests = 200

    let folder: URL
    let sections: Set<Section>
    let entries: Int
    let key: SigningKey
    let verificationKey: VerificationKey
    let bare: Server
    /// First those for batches, then those for single requests, then the paced ones.
    let works: [SignedWork]
    private(set) var bars: [Bar] = []
    private let start = ContinuousClock.now

    init(entries: Int, sections: Set<Section>, folder: URL) throws {
        self.folder = folder
        self.sections = sections
        self.entries = max(entries, 2 * Self.warmUp)
        try BenchLedger.makeKeys(in: keys(in: folder))
        key = try KeyFile.read(privateKeyAt: keys(in: folder).appending(path: "pop.pem").path()).key
        verificationKey = try key.publicKey.verificationKey()
        bare = try Server(
            Child.sibling("colophon-bench"), ["bare"], log: folder.appending(path: "bare.log"))
        let start = ContinuousClock.now
        works = try SignedWork.sign(self.entries * 3 / 2 + Self.idleRequests, with: key)
        let time = (ContinuousClock.now - start) / .seconds(1)
        let (statement, manifest) = (works[0].statement.leaf.count, works[0].manifest.count)
        say(
            String(
                format: "signed %d statements of %d + %d bytes in %.1f s", works.count, statement,
                manifest, time))
    }

    var secondsSoFar: Double { (ContinuousClock.now - start) / .seconds(1) }

    /// Statements for `POST /batch`.
    var batchWorks: ArraySlice<SignedWork> { works[..<entries] }

    /// Statements for `POST /entries` at full speed.
    var entryWorks: ArraySlice<SignedWork> { works[entries..<entries * 5 / 4] }

    /// Statements for `POST /entries` at half speed.
    var pacedWorks: ArraySlice<SignedWork> { works[entries * 5 / 4..<entries * 3 / 2] }

    /// Statements for an idle ledger.
    var idleWorks: ArraySlice<SignedWork> { works[(entries * 3 / 2)...] }

    func has(_ section: Section) -> Bool { sections.contains(section) }

    func add(_ bars: [Bar]) { self.bars += bars }

    /// Says on standard error what goes on.
    func say(_ text: String) {
        FileHandle.standardError.write(Data("\(text)\n".utf8))
    }

    /// Starts a ledger in a new folder.
    func startLedger(_ name: String) throws -> BenchLedger {
        let ledger = try BenchLedger(in: folder.appending(path: name), keys: keys(in: folder))
        say("colophond is process \(ledger.server.processID)")
        return ledger
    }
}

private func keys(in folder: URL) -> URL {
    folder.appending(path: "keys")
}
