package import Encoding
import Foundation
package import IndexMap
import Merkle
package import Provenance
import Synchronization
package import TestPeer

/// A ledger in memory with an index, which answers as a ledger does, and whose map may leave an
/// entry out.
package final class IndexedLedger: Sendable {
    /// What it shows.
    private struct State {
        var ledger: MemoryLedger
        let log: MemoryLog

        /// The entry that its maps leave out.
        var leftOut: UInt64?

        /// What its maps list beside what is so.
        var listedToo: [IndexRecord] = []

        /// Whether the lists of entries leave it out, too.
        var hides = false

        /// The entry that the lists of entries leave out, and the maps have.
        var unlisted: UInt64?

        /// Whether the lists of entries name any entry, one at a time.
        var trickles = false

        /// Answers in the place of those to `/complete`, one after the other.
        var instead: [StubServer.Answer] = []

        /// Whether each question finds a newer index head.
        var isRestless = false

        /// Whether each question but the first finds the oldest index head.
        var goesBack = false

        /// Questions for proofs so far.
        var asked = 0

        /// The status by which it gives no receipts of entries; nil where it gives them.
        var withholds: Int?

        /// Records in the place of those of some entries.
        var records: [UInt64: [UInt8]] = [:]

        /// What each list of entries has in the place of what is so.
        var forgedList: [(index: UInt64, entry: EntryID)]?

        /// The ledger as of which it answers questions for proofs; nil where that is now.
        var frozen: MemoryLedger?

        /// The statuses by which it answers questions for proofs of some names.
        var refused: [IndexKey: Int] = [:]

        /// Whether it answers 404 to questions for proofs, whatever it has.
        var givesNoProofs = false

        /// The status by which it answers whoever asks for its newest index head; nil where it
        /// gives it.
        var headStatus: Int?

        /// The maps that were computed, by the size that they cover.
        var maps: [UInt64: NaiveIndex] = [:]
    }

    private let state: Mutex<State>

    package init() throws {
        var ledger = try MemoryLedger(seed: "indexed")
        try ledger.addPoP()
        state = Mutex(State(ledger: ledger, log: try MemoryLog(ledger)))
    }

    /// Logs captures of works by these names, and an index head over them whose map leaves an entry
    /// out.
    package convenience init(
        _ works: [String], leavingOut index: UInt64?, hiding hides: Bool = false
    ) throws {
        try self.init()
        leaveOut(index, hiding: hides)
        try add(works)
        try addHead()
    }

    /// Logs captures of works by these names, in this thread, and returns their records.
    @discardableResult
    package func add(
        _ works: [String], thread: Text = "urn:example:thread"
    ) throws -> [TransparentStatement] {
        try change { ledger in
            try works.map { work in
                let manifest = try ledger.manifest(work)
                let statement = try ledger.draft(manifest, sub: thread).sign(with: ledger.pop)
                return try ledger.log(statement, manifest)
            }
        }
    }

    /// Logs an index head over all entries; its map leaves out what is to be left out.
    package func addHead() throws {
        let (left, more) = state.withLock { ($0.leftOut, $0.listedToo) }
        _ = try change { try $0.addIndexHead(without: left, with: more) }
    }

    /// Leaves an entry out of all maps from now on.
    package func leaveOut(_ index: UInt64?, hiding hides: Bool = false) {
        state.withLock { state in
            (state.leftOut, state.hides) = (index, hides)
            state.maps = [:]
        }
    }

    /// Leaves an entry out of the lists of entries from now on, and not of maps.
    package func unlist(_ index: UInt64) { state.withLock { $0.unlisted = index } }

    /// Has any entry in each list of entries, and one of them on a page.
    package func trickle() { state.withLock { $0.trickles = true } }

    /// Lists an entry under a name from now on, whether it has it or not, in maps alone: as it is
    /// where the keys of two names share a tag.
    package func list(_ index: UInt64, under name: IndexName) {
        state.withLock { state in
            state.listedToo.append(IndexRecord(key: name.key, index: index))
            state.maps = [:]
        }
    }

    /// Answers questions for proofs otherwise, one after the other.
    package func answer(with answers: StubServer.Answer...) {
        state.withLock { $0.instead = answers }
    }

    /// Has a newer index head for each question.
    package func beRestless() { state.withLock { $0.isRestless = true } }

    /// Has the oldest index head for each question but the first.
    package func goBack() { state.withLock { $0.goesBack = true } }

    /// Gives no receipts of entries, and answers by a status instead.
    package func withholdReceipts(by status: Int = 404) {
        state.withLock { $0.withholds = status }
    }

    /// Gives these bytes as the record of an entry.
    package func give(_ record: [UInt8], as index: UInt64) {
        state.withLock { $0.records[index] = record }
    }

    /// Has these entries in each list, and no others.
    package func forgeLists(_ entries: [(index: UInt64, entry: EntryID)]) {
        state.withLock { $0.forgedList = entries }
    }

    /// Answers questions for proofs as of now from now on, whatever comes.
    package func freezeProofs() { state.withLock { $0.frozen = $0.ledger } }

    /// Answers each question for a proof of a name by a status from now on.
    package func refuse(_ name: IndexName, by status: Int) {
        state.withLock { $0.refused[name.key] = status }
    }

    /// Answers 404 to each question for a proof from now on.
    package func giveNoProofs() { state.withLock { $0.givesNoProofs = true } }

    /// Answers whoever asks for the newest index head by a status from now on.
    package func answerAboutHeads(by status: Int) {
        state.withLock { $0.headStatus = status }
    }

    /// The kit of now as one file.
    package func kitFile() throws -> [UInt8] {
        try state.withLock { try $0.ledger.kitFiles().oneFile }
    }

    /// The kit of now.
    package func kit() throws -> TrustKit { try state.withLock { try $0.ledger.kit() } }

    /// The record of an entry with its newest receipt.
    package func record(_ index: UInt64) throws -> TransparentStatement {
        try state.withLock { try Self.record(index, $0.ledger) }
    }

    /// The proof of some names by the newest head.
    package func proof(
        _ names: [IndexName], positions: Range<Int> = 0..<Int.max
    ) throws -> CompleteProof {
        try state.withLock { try Self.proof(names, positions, &$0) }
    }

    private func change<Value>(_ body: (inout MemoryLedger) throws -> Value) throws -> Value {
        try state.withLock { state in
            let value = try body(&state.ledger)
            try state.log.show(state.ledger)
            return value
        }
    }

    // MARK: - Answers

    /// Answers a request.
    package func answer(to request: StubServer.Request) -> StubServer.Answer {
        do {
            return try state.withLock { try Self.answer(to: request, &$0) }
        } catch {
            return .whole(500)
        }
    }

    private static func answer(
        to request: StubServer.Request, _ state: inout State
    ) throws -> StubServer.Answer {
        let url = URLComponents(string: request.path)
        let path = url?.path ?? ""
        let query = Dictionary(
            (url?.queryItems ?? []).map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { $1 })
        if path == "/complete" { return try complete(query, &state) }
        if path == "/threads" || path.hasPrefix("/subjects/") {
            return .whole(200, [:], try list(path, query, state))
        }
        if path == "/index" {
            if let status = state.headStatus { return .whole(status) }
            guard let head = state.ledger.indexHeads.last?.head else { return .whole(404) }
            return .whole(200, [:], try state.ledger.transparent(head).encoded())
        }
        if path == "/trust-kit" {
            return .whole(200, [:], try state.ledger.kitFiles().oneFile)
        }
        if path == "/consistency" {
            let numbers = [query["from"], query["to"]].compactMap { $0.flatMap { UInt64($0) } }
            let proof = try ConsistencyProof(
                from: numbers[0], to: numbers[1], reading: LeafNodes(leaves: state.ledger.hashes))
            let text = proof.path.map { "\(Base64.encode($0.bytes))\n" }.joined()
            return .whole(200, [:], Array(text.utf8))
        }
        if path.hasPrefix("/entries/"), path.hasSuffix("/transparent") {
            let name = path.dropFirst("/entries/".count).dropLast("/transparent".count)
            if let status = state.withholds { return .whole(status) }
            guard
                let index = state.ledger.leaves.firstIndex(where: {
                    "\(EntryID(ofLeaf: $0))" == name
                })
            else { return .whole(404) }
            let own = state.records[UInt64(index)]
            return .whole(200, [:], try own ?? record(UInt64(index), state.ledger).encoded())
        }
        return state.log[String(path.dropFirst())].map { .whole(200, [:], $0) } ?? .whole(404)
    }

    private static func record(
        _ index: UInt64, _ ledger: MemoryLedger
    ) throws -> TransparentStatement {
        var record = try TransparentStatement(
            Statement(leaf: ledger.leaves[Int(index)]), manifest: ledger.manifests[index])
        record.receipts = [try ledger.receipt(index)]
        return record
    }

    private static func complete(
        _ query: [String: String], _ state: inout State
    ) throws -> StubServer.Answer {
        if !state.instead.isEmpty { return state.instead.removeFirst() }
        guard !state.givesNoProofs, !state.ledger.indexHeads.isEmpty else { return .whole(404) }
        state.asked += 1
        if state.isRestless {
            let manifest = try state.ledger.manifest("restless")
            let draft = state.ledger.draft(manifest, sub: "urn:example:restless")
            _ = try state.ledger.log(draft.sign(with: state.ledger.pop), manifest)
            try state.ledger.addIndexHead(without: state.leftOut, with: state.listedToo)
        }
        let name: IndexName
        if let digest = query["sha256"].flatMap({ Hex.decode(Text($0)) }).flatMap({ Hash($0) }) {
            name = .artifact(digest)
        } else if let sub = query["sub"] {
            name = try .sub(Text(sub))
        } else {
            name = try .iss(Text(query["iss"] ?? ""))
        }
        if let status = state.refused[name.key] { return .whole(status) }
        let from = query["from"].flatMap { Int($0) } ?? 0
        let limit = query["limit"].flatMap { Int($0) } ?? 256
        let proof = try proof([name], from..<from + limit, &state)
        return .whole(200, [:], proof.encoded())
    }

    private static func proof(
        _ names: [IndexName], _ positions: Range<Int>, _ state: inout State
    ) throws -> CompleteProof {
        let ledger = state.frozen ?? state.ledger
        let heads = ledger.indexHeads
        let isOld = state.goesBack && state.asked > 1
        guard let head = (isOld ? heads.first : heads.last)?.head else {
            throw FixtureFault("a proof of completeness has an index head")
        }
        let known = state.maps[head.size]
        let map =
            try known
            ?? ledger.map(head.size, without: state.leftOut, with: state.listedToo)
        state.maps[head.size] = map
        return try CompleteProof(
            ledger.transparent(head), names.map { map.proof(of: $0, positions: positions) })
    }

    /// The entries of a name, as `/threads` and `/subjects` list them.
    private static func list(
        _ path: String, _ query: [String: String], _ state: State
    ) throws -> [UInt8] {
        let after = query["after"].flatMap { Int($0) } ?? -1
        if let forged = state.forgedList {
            let items = forged.filter { Int($0.index) > after }
            return JSON.array(items.map { item(index: $0.index, entry: $0.entry) }).encoded()
        }
        var items: [JSON] = []
        for (index, leaf) in state.ledger.leaves.enumerated() where index > after {
            guard !(state.hides && state.leftOut == UInt64(index)),
                state.unlisted != UInt64(index),
                let statement = try? Statement(leaf: leaf), items.count < (state.trickles ? 1 : 500)
            else { continue }
            let has =
                query["sub"].map { statement.subject.string == $0 }
                ?? query["iss"].map { statement.issuer.string == $0 }
                ?? statement.subjectDigests.contains { path == "/subjects/\($0)" }
            guard has || state.trickles else { continue }
            items.append(item(index: UInt64(index), entry: statement.id))
        }
        return JSON.array(items).encoded()
    }

    private static func item(index: UInt64, entry: EntryID) -> JSON {
        ["index": .integer(Int64(index)), "entry": .string(Text("\(entry)"))]
    }
}
