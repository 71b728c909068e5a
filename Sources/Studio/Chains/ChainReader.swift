import Checkpoints
package import Encoding
import HTTPCalls
import IndexMap
package import LedgerClient
import LogReader
import Merkle
package import Provenance

/// Reads all that a ledger lists of an issuer, and proves each entry by a trust kit.
///
/// Entries come as they lie in the log. Where many of a bundle's are the issuer's the bundle is
/// read, which shows what else it has of the issuer; else each statement is asked for by its name.
package struct ChainReader: Sendable {
    /// Entries of one issuer that are taken: about 200 MB of memory.
    package static let entryLimit = 1_000_000

    /// An entry in so many must be the issuer's, that its bundle is read: a bundle has some 80 KB,
    /// a statement with its request and its share of a tile about 1 KB; but it is one request.
    private static let share = 8

    /// Statements that are asked for at once: enough to fill the waits of a slow network, and few
    /// for a ledger.
    static let width = 8

    let client: LedgerClient
    let kit: TrustKit
    let limit: Int

    /// Entries that no proof covers and that are read one by one, at most.
    let readLimit: UInt64

    /// Entries of a page of the index; fewer than usual for tests.
    let pageEntries: Int
    private let onProgress: @Sendable (_ done: Int, _ total: Int, _ bytes: Int) -> Void

    /// Creates a reader.
    ///
    /// - Parameters:
    ///   - limit: for tests of it.
    ///   - readLimit: entries that are read where no proof covers them; for tests of it.
    ///   - pageEntries: entries of a page of the index, 1 to ``IndexPage/maximumCount``; for tests
    ///     of what stands between two proofs, which have several pages each.
    ///   - onProgress: is told how many of how many entries are read, and how many bytes they have.
    package init(
        _ client: LedgerClient, _ kit: TrustKit, limit: Int = entryLimit,
        readLimit: UInt64 = FreshLedger.usualReadLimit,
        pageEntries: Int = IndexPage.maximumCount,
        onProgress: @escaping @Sendable (Int, Int, Int) -> Void = { _, _, _ in }
    ) {
        self.client = client
        self.kit = kit
        (self.limit, self.readLimit) = (limit, readLimit)
        self.pageEntries = pageEntries
        self.onProgress = onProgress
    }

    /// Returns the entries of `issuer`.
    ///
    /// - Parameter trust: whether it must be proven that none is left out: by the ledger's index,
    ///   or by reading the whole log, where no proof covers it and it has at most as many entries
    ///   as are read one by one.
    package func entries(
        of issuer: Text, trusting trust: ListTrust = .proof
    ) async throws(ChainCheckError) -> IssuerEntries {
        // The list first: a checkpoint that comes later covers what it names.
        let listed = try await list(of: issuer)
        let tree = try await tree()
        let proven = listed.filter { $0.index < tree.size }
        var found = FoundEntries(of: issuer, by: kit, size: tree.size, listed: proven)
        found.entries.newerCount = listed.count - proven.count
        for run in runs(of: proven, in: tree) {
            switch run {
            case .bundles(let bundles, let wanted):
                try await read(bundles, wanted, of: tree, &found)
            case .alone(let wanted):
                try await read(wanted, of: tree, &found)
            }
            tell(found)
        }
        if trust == .proof { try await prove(proven, of: issuer, in: tree, &found) }
        return found.inOrder
    }

    private func tell(_ found: FoundEntries) {
        onProgress(found.takenCount, found.listedCount, found.takenBytes)
    }

    func list(of issuer: Text) async throws(ChainCheckError) -> [ListedEntry] {
        let all: [ListedEntry]?
        do throws(CallError) {
            all = try await client.all(of: .issuer(issuer), limit: limit)
        } catch {
            throw .ledger(error)
        }
        guard let all else { throw .tooMany(limit: limit) }
        return all
    }

    private func tree() async throws(ChainCheckError) -> LogTree {
        let trust = LogTrust.log(
            origin: kit.origin.text, keys: kit.logTerms(of: kit.origin.text))
        do throws(LogError) {
            return try await TiledLog(LogService(client.caller), trust: trust)
                .newest(extending: kit.head)
        } catch {
            throw ChainCheckError(error)
        }
    }

    // MARK: - What is asked for

    /// How some of the listed entries are read.
    private enum Run {
        /// Bundles that follow each other, and the entries that are listed of them.
        case bundles(Range<UInt64>, [ListedEntry])

        /// Entries of one bundle, which are asked for by their names.
        case alone([ListedEntry])
    }

    private func runs(of listed: [ListedEntry], in tree: LogTree) -> [Run] {
        let width = UInt64(TileID.width)
        var runs: [Run] = []
        var rest = listed[...]
        while let first = rest.first {
            let bundle = first.index / width
            let some = Array(rest.prefix { $0.index / width == bundle })
            rest = rest.dropFirst(some.count)
            let held = min(width, tree.size - bundle * width)
            guard some.count * Self.share >= held else {
                runs.append(.alone(some))
                continue
            }
            if case .bundles(let before, let wanted)? = runs.last, before.upperBound == bundle {
                runs[runs.count - 1] = .bundles(before.lowerBound..<bundle + 1, wanted + some)
            } else {
                runs.append(.bundles(bundle..<bundle + 1, some))
            }
        }
        return runs
    }

    // MARK: - Reading

    private func read(
        _ bundles: Range<UInt64>, _ listed: [ListedEntry], of tree: LogTree,
        _ found: inout FoundEntries
    ) async throws(ChainCheckError) {
        let width = UInt64(TileID.width)
        let range = bundles.lowerBound * width..<min(tree.size, bundles.upperBound * width)
        var rest = listed[...]
        do {
            try await tree.forEachEntry(in: range) { index, leaf in
                if let due = rest.first, due.index == index {
                    rest = rest.dropFirst()
                    try found.take(leaf, listed: due)
                    if found.takenCount.isMultiple(of: Int(width)) { tell(found) }
                } else {
                    found.takeUnlisted(leaf, at: index)
                }
            }
        } catch let error as LogError {
            throw ChainCheckError(error)
        } catch let error as ChainCheckError {
            throw error
        } catch {
            preconditionFailure("entries are read with errors of these two kinds: \(error)")
        }
    }

    private func read(
        _ listed: [ListedEntry], of tree: LogTree, _ found: inout FoundEntries
    ) async throws(ChainCheckError) {
        for start in stride(from: 0, to: listed.count, by: Self.width) {
            let some = Array(listed[start..<min(listed.count, start + Self.width)])
            let leaves = try await statements(of: some)
            for (due, leaf) in zip(some, leaves) {
                let proven: Hash
                do throws(LogError) {
                    proven = try await tree.leafHash(at: due.index)
                } catch {
                    throw ChainCheckError(error)
                }
                guard proven == Hash.leaf(leaf) else {
                    throw .listRefuted(index: due.index, due.entry)
                }
                try found.take(leaf, listed: due)
            }
            tell(found)
        }
    }

    /// Asks for some statements at once, and returns them in their order.
    private func statements(
        of listed: [ListedEntry]
    ) async throws(ChainCheckError) -> [[UInt8]] {
        var leaves = [[UInt8]](repeating: [], count: listed.count)
        var failure: CallError?
        await withTaskGroup(of: (Int, Result<[UInt8], CallError>).self) { group in
            for (place, due) in listed.enumerated() {
                group.addTask { (place, await statement(of: due.entry)) }
            }
            for await (place, answer) in group {
                switch answer {
                case .success(let leaf): leaves[place] = leaf
                case .failure(let error): failure = failure ?? error
                }
            }
        }
        if let failure { throw .ledger(failure) }
        return leaves
    }

    private func statement(of entry: EntryID) async -> Result<[UInt8], CallError> {
        do throws(CallError) {
            return .success(try await client.statement(entry))
        } catch {
            return .failure(error)
        }
    }
}
