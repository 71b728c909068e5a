import Checkpoints
import Encoding
import IndexMap
import LedgerClient
import LogReader
import Manifests
import Merkle
package import Provenance

/// Looks whether entries of a ledger that are taken by chance are listed under each of their names
/// (index.md §12).
///
/// The entries are proven by the log's own files, and what is listed by proofs of completeness. An
/// entry that is left out convicts the ledger.
package struct SpotCheck: Sendable {
    /// What was seen.
    package struct Result: Sendable {
        /// The entries that the oldest of the index heads covers, among which was chosen.
        package let size: UInt64

        /// That index head.
        package let head: Report.Completeness.Head

        /// Entries that were looked at.
        package internal(set) var entries: UInt64 = 0

        /// Names of them that were asked about.
        package internal(set) var names: UInt64 = 0

        /// An entry that is left out; then nothing more was looked at.
        package internal(set) var leftOut: LeftOutEntry?
    }

    /// What a ledger has.
    package enum Outcome: Sendable {
        /// What was seen.
        case looked(Result)

        /// The index head is not proven; the words say why.
        case unproven(String)

        /// The index head is proven, and has reached this level only.
        case below(Level)

        /// This entry, or a name of it, is none that is read here, for this reason.
        case unread(UInt64, String)

        /// No head that the ledger serves covers its newest index head yet.
        case notYet

        /// No proofs are given: there is no index, or no index head yet; or the ledger says that it
        /// has heads.
        case noIndex(hasHeads: Bool)
    }

    private let log: ProvenLog
    private let client: LedgerClient
    private let verifier: Verifier
    private let genesis: Statement
    private let required: Level
    private let now: UInt64

    /// Prepares to look at a ledger that may be asked, whose newest head was accepted by `kit`, or
    /// by a newer one that follows from it.
    ///
    /// - Parameters:
    ///   - required: the level that index heads must have; nil means the kit's.
    ///   - now: this machine's clock, in POSIX seconds.
    package init(
        _ log: ProvenLog, by kit: TrustKit, requiring required: Level?, now: UInt64 = UTC.now
    ) {
        guard let client = log.client else {
            preconditionFailure("files cannot be asked which entries have a name")
        }
        self.log = log
        self.client = client
        self.now = now
        verifier = Verifier(log.trust.receiptKit ?? kit)
        genesis = kit.controls[0].statement
        self.required = required ?? verifier.defaultLevel
    }

    /// Looks at `count` entries, or at all that are covered where those are fewer.
    ///
    /// - Parameters:
    ///   - random: where the choice comes from.
    ///   - onStep: is told how many of how many entries were looked at.
    package func look(
        at count: Int, using random: inout some RandomNumberGenerator,
        onStep: (_ done: UInt64, _ total: UInt64) -> Void
    ) async throws(ProvingError) -> Outcome {
        // The thread of the ledger itself: a name that every ledger has.
        let thread: IndexName
        do throws(IndexNameError) {
            thread = try .sub(genesis.subject)
        } catch {
            throw .wrong("the genesis of the kit", reason: "\(error)")
        }
        let first: Page
        switch try await page(of: thread, from: 0) {
        case .page(let page): first = page
        case .ended(let outcome): return outcome
        }
        // What came while the head was asked for is not in the tree that is read.
        let size = min(first.head.size, log.tree.size)
        var result = Result(size: size, head: first.head)
        let chosen = Self.choose(count, below: size, using: &random)
        var rest = chosen[...]
        while !rest.isEmpty {
            let part = rest.prefix(CompleteLimit.width)
            rest = rest.dropFirst(part.count)
            for look in try await looks(at: Array(part), below: size) {
                switch look {
                case .listed(let names):
                    result.entries += 1
                    result.names += names
                case .leftOut(let entry):
                    result.leftOut = entry
                    return .looked(result)
                case .ended(let outcome): return outcome
                }
            }
            onStep(result.entries, UInt64(chosen.count))
        }
        return .looked(result)
    }

    /// Chooses distinct indexes below `size`, each set of so many with the same chance; rising.
    private static func choose(
        _ count: Int, below size: UInt64, using random: inout some RandomNumberGenerator
    ) -> [UInt64] {
        guard size > UInt64(count) else { return Array(0..<size) }
        // Robert Floyd's way: Bentley, Programming Pearls, CACM 30(9), 1987.
        var chosen: Set<UInt64> = []
        for top in (size - UInt64(count))..<size {
            let index = UInt64.random(in: 0...top, using: &random)
            chosen.insert(chosen.contains(index) ? top : index)
        }
        return chosen.sorted()
    }

    // MARK: - One entry

    private enum Look: Sendable {
        /// It is listed under each of so many names.
        case listed(names: UInt64)

        /// It is not listed.
        case leftOut(LeftOutEntry)

        /// There is no more to ask.
        case ended(Outcome)
    }

    /// Looks at some entries at once; answers in any order, or with one that is left out alone.
    ///
    /// What convicts goes before what came of the entries beside it: a ledger that is caught may
    /// well answer nothing more.
    private func looks(
        at indexes: [UInt64], below size: UInt64
    ) async throws(ProvingError) -> [Look] {
        let results = await withTaskGroup(
            of: Swift.Result<Look, ProvingError>.self,
            returning: [Swift.Result<Look, ProvingError>].self
        ) { group in
            for index in indexes {
                group.addTask {
                    do throws(ProvingError) {
                        return .success(try await look(at: index, below: size))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var (looks, halves): ([Look], [Look]) = ([], [])
        for case .success(let look) in results {
            switch look {
            case .leftOut(.convicts): return [look]
            case .leftOut(.withheld): halves.append(look)
            case .listed, .ended: looks.append(look)
            }
        }
        if let half = halves.first { return [half] }
        for case .failure(let error) in results { throw error }
        return looks
    }

    private func look(at index: UInt64, below size: UInt64) async throws(ProvingError) -> Look {
        let leaf = try await log.leaf(at: index)
        let labels: IndexedLabels
        do throws(Refusal) {
            labels = try IndexedLabels(ofLeaf: leaf)
        } catch {
            return .ended(.unread(index, "\(error)"))
        }
        let names: [IndexName]
        do throws(IndexNameError) {
            names = try labels.names
        } catch {
            return .ended(.unread(index, "\(error)"))
        }
        for name in names {
            switch try await look(for: index, under: name, below: size) {
            case .page(let page):
                guard page.listing.answer(about: index) == .notListed else { continue }
                let omission = Omission(
                    of: index, under: name, by: page.head.entry,
                    in: verifier.kit.origin.text)
                return .leftOut(
                    await LeftOutEntry(
                        EntryID(ofLeaf: leaf), omission, shownBy: page.bytes, asking: client,
                        by: verifier.kit))
            case .ended(let outcome): return .ended(outcome)
            }
        }
        return .listed(names: UInt64(names.count))
    }

    // MARK: - One name

    /// A page of what is listed, proven.
    private struct Page: Sendable {
        let bytes: [UInt8]
        let head: Report.Completeness.Head
        let listing: IndexListing
    }

    private enum PageOutcome: Sendable {
        case page(Page)

        /// There is none, and no more to ask.
        case ended(Outcome)
    }

    /// Returns the page of a listing that says whether an entry is in it: a long list is halved
    /// until the place is found.
    private func look(
        for index: UInt64, under name: IndexName, below size: UInt64
    ) async throws(ProvingError) -> PageOutcome {
        // The entry's place is above all positions below `low`, and not above `high`.
        var (low, high): (UInt64, UInt64) = (0, .max)
        var from: UInt64 = 0
        for _ in 0..<CompleteLimit.probes {
            let outcome = try await page(of: name, from: from)
            guard case .page(let page) = outcome else { return outcome }
            guard page.head.size >= size else {
                throw .wrong(
                    "its index head",
                    reason: "covers \(page.head.size) entries, and one before covered \(size)")
            }
            guard page.listing.answer(about: index) == .notShown else { return outcome }
            high = min(high, page.listing.count)
            guard let run = page.listing.runs.first, let first = run.indexes.first else {
                throw .wrong("the proof of completeness", reason: "lacks the page from \(from) on")
            }
            // A neighbour that was seen is asked for again: only beside it is the place sure.
            if index < first { high = min(high, run.from + 1) } else { low = max(low, run.end - 1) }
            let room = UInt64(CompleteLimit.probe)
            let middle = low + (high - min(high, low)) / 2
            from = high - min(high, low) <= room ? low : middle - min(middle, room / 2)
        }
        throw .wrong("the proof of completeness", reason: "has a list that no halving ends")
    }

    private func page(of name: IndexName, from: UInt64) async throws(ProvingError) -> PageOutcome {
        let proof: CompleteProof
        do throws(CompleteCallError) {
            let call = CompleteCall(client, pages: 1, entries: CompleteLimit.probe)
            switch try await call.ask([name], from: from) {
            case .proof(let answer): proof = answer
            case .notYet: return .ended(.notYet)
            case .noIndex:
                return .ended(.noIndex(hasHeads: try await client.knowsHead()))
            }
        } catch {
            throw ProvingError(error)
        }
        let bytes = proof.encoded()
        let judged = verifier.verify(complete: bytes, upTo: log.tree.size, time: now)
        let words = judged.findings.map(\.detail).joined(separator: "; ")
        guard !judged.findings.contains(where: { $0.verdict == .refuted }), let head = judged.head
        else { throw .wrong("the proof of completeness", reason: "is false: \(words)") }
        try log.requireKnown(judged, beside: proof.head)
        guard let level = head.level, judged.answers.first?.count != nil else {
            return .ended(.unproven(words))
        }
        guard level >= required else { return .ended(.below(level)) }
        do throws(IndexProofError) {
            let listing = try proof.proofs[0].listing(
                under: proof.head.head.map, size: proof.head.head.size)
            return .page(Page(bytes: bytes, head: head, listing: listing))
        } catch {
            throw .wrong("the proof of completeness", reason: "\(error)")
        }
    }
}

extension IndexedLabels {
    /// The names whose keys the leaf has, in the order of ``keys()``.
    fileprivate var names: [IndexName] {
        get throws(IndexNameError) {
            var names = digests.map { IndexName.artifact($0) }
            if let sub { names.append(try .sub(sub)) }
            if let iss { names.append(try .iss(iss)) }
            guard let titles else { return names }
            for serial in titles.serials {
                names.append(try .title(drop: titles.drop, serial: serial))
            }
            return names
        }
    }
}
