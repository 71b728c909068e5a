import IndexMap
import Jobs
import LogReader
import Merkle
package import Provenance

/// What a ledger says that is asked for a proof of completeness.
package enum AskedComplete: Sendable {
    /// Its proof, of which nothing was verified.
    case proof(CompleteProof)

    /// It gave none, for this reason, in words.
    case none(String)
}

/// What came of a search for an entry that the map of an index head leaves out.
enum IndexOmission: Sendable {
    /// The ledger's own proof does not list this entry, which has its name.
    case found(entry: UInt64, IndexProof)

    /// The ledger gives no proof by that head any more, or none at all.
    case noProof(String)

    /// The maps differ where nothing shows an entry that is left out.
    case nothing

    /// Why there is none, in words.
    var words: String {
        switch self {
        case .found: "it is found"
        case .noProof(let reason): reason
        case .nothing:
            "its proofs leave no entry out where they were asked for: it may list more than there "
                + "is"
        }
    }
}

/// Looks for an entry that the map of an index head leaves out, by the ledger's own proofs.
///
/// A proof shows the nodes beside the way to one key. Where one of them is not the node that the
/// entries have, something differs below it, and the next question is about a key there. So each
/// answer leads deeper, and the last one to the bucket or the list that lacks an entry.
struct IndexOmissionSearch: Sendable {
    /// Questions at the most: a map of 2^40 keys is half as deep.
    private static let questions = 64

    private let head: IndexHead
    private let log: LogTree
    private let keys: [RunFile<IndexRecord>]
    private let ask: @Sendable (IndexName) async -> AskedComplete

    /// Prepares to look for what `head` leaves out.
    ///
    /// - Parameters:
    ///   - keys: those of all entries that it covers, and of others.
    ///   - ask: gets the ledger's proof of a name by its newest index head.
    init(
        of head: IndexHead, in log: LogTree, keys: [RunFile<IndexRecord>],
        _ ask: @escaping @Sendable (IndexName) async -> AskedComplete
    ) {
        (self.head, self.log, self.keys, self.ask) = (head, log, keys, ask)
    }

    /// Asks until an entry is found, or nothing leads on.
    ///
    /// - Throws: ``LogError`` and ``RunError``.
    func run() async throws -> IndexOmission {
        var prefix = IndexPrefix(of: IndexKey(.zero), depth: 0)
        var asked: Set<IndexKey> = []
        for _ in 0..<Self.questions {
            guard let record = try next(below: prefix, asked),
                let name = try await name(of: record)
            else { return .nothing }
            asked.insert(record.key)
            let proof: CompleteProof
            switch await ask(name) {
            case .proof(let given): proof = given
            case .none(let words): return .noProof(words)
            }
            guard proof.head.head == head, let shown = proof.proofs.first, shown.name == name else {
                return .noProof("the ledger's newest index head is another one by now")
            }
            guard let listing = try? shown.listing(under: head.map, size: head.size) else {
                return .noProof("the ledger's proof does not lead to its own map")
            }
            let own = try await ownProof(of: name)
            let having = Self.indexes(of: own)
            if let entry = having.first(where: { listing.answer(about: $0) == .notListed }) {
                return .found(entry: entry, shown)
            }
            prefix = Self.differing(own, shown)
        }
        return .nothing
    }

    /// The highest node that differs between two proofs of one name.
    private static func differing(_ own: IndexProof, _ shown: IndexProof) -> IndexPrefix {
        let key = own.name.key
        let depth = min(own.path.count, shown.path.count)
        for place in 0..<depth where own.path[place] != shown.path[place] {
            return IndexPrefix(of: key.flipped(at: place), depth: place + 1)
        }
        return IndexPrefix(of: key, depth: depth)
    }

    // MARK: - What is so

    /// The first record of an entry that the head covers, whose key begins so and was not asked
    /// for.
    private func next(
        below prefix: IndexPrefix, _ asked: Set<IndexKey>
    ) throws(RunError) -> IndexRecord? {
        var look = RunLook(keys)
        var lower = IndexRecord(key: prefix.first, index: 0)
        let upper = IndexRecord(key: prefix.last, index: .max)
        while let found = try look.records(from: lower, through: upper, limit: 1).first?.record {
            if found.index < head.size, !asked.contains(found.key) { return found }
            // The indexes of one key rise, so none behind this one is wanted. No entry has the
            // largest number: each step comes to another key.
            lower = IndexRecord(key: found.key, index: .max)
        }
        return nil
    }

    /// The entries that have the key, of a list as many as a proof shows.
    private static func indexes(of proof: IndexProof) -> [UInt64] {
        switch proof.end {
        case .empty: []
        case .bucket(let records):
            records.filter { $0.tag == proof.name.key.tag }.map(\.index)
        case .list: proof.pages.flatMap(\.indexes)
        }
    }

    private func ownProof(of name: IndexName) async throws -> IndexProof {
        let (keys, size) = (keys, head.size)
        return try await OwnThread.run("proof") { isCancelled in
            let positions = 0..<UInt64(IndexProof.maximumPages * IndexPage.maximumCount)
            var pass = IndexProofPass(of: name, positions: positions)
            var merge = try RunMerge(keys)
            while let (record, _) = try merge.next() {
                guard record.index < size else { continue }
                if isCancelled() { throw RunError.stopped }
                do throws(IndexRootsError) {
                    try pass.add(record)
                } catch {
                    throw RunError.damaged(
                        path: keys[0].name, rule: "has a key of entry \(record.index) twice")
                }
            }
            return pass.finish().proof
        }
    }

    /// The name of a record, which its entry has; nil where that is not read here.
    private func name(of record: IndexRecord) async throws(LogError) -> IndexName? {
        let leaf = try await log.entry(at: record.index)
        guard let statement = try? Statement(leaf: leaf) else { return nil }
        let names =
            statement.subjectDigests.map { IndexName.artifact($0) }
            + [try? IndexName.sub(statement.subject), try? IndexName.iss(statement.issuer)]
            .compactMap(\.self)
        return names.first { $0.key == record.key }
    }
}
