import Encoding
import HTTPService
import IndexMap
import Ledger
import LedgerStore
import Provenance

/// Which entries there are beside one, of its file and of its thread, by the ledger's newest index
/// head: judged by the ledger's own kit, as `colophon verify --complete` judges a proof.
struct EntryListings {
    /// What is said of one list.
    struct Listing {
        /// What its proof shows, in the words of a verdict.
        let words: String

        /// What the list is of, in a word.
        let kind: String

        /// The query that gives the proof (http.md §18).
        let query: String
    }

    /// The lists; empty where the ledger has no index head, or its index is being made.
    let listings: [Listing]

    /// Positions of a list that are looked at: more than a person reads.
    private static let positionLimit: UInt64 = 64

    /// Looks at the lists of a statement.
    ///
    /// - Parameters:
    ///   - shown: entries whose records were judged beside it; where all that are listed are among
    ///     them, they are *all*.
    ///   - now: in POSIX seconds.
    init(
        of statement: Statement, beside shown: ShownEntries, in ledger: Ledger, by kit: TrustKit,
        now: UInt64
    ) throws {
        guard case .ready = ledger.indexPhase else {
            listings = []
            return
        }
        // Of a release with many files the thread alone is told.
        let digests = statement.subjectDigests
        let file = digests.count == 1 ? digests.first : nil
        let thread = try IndexName.sub(statement.subject)
        let names = file.map { [IndexName.artifact($0), thread] } ?? [thread]
        let proof: CompleteProof?
        do throws(LedgerError) {
            proof = try ledger.complete(names, positions: 0..<Self.positionLimit)
        } catch {
            // The map went on, or the index has stopped, since it was looked at.
            guard case .tryAgain = error else { throw error }
            proof = nil
        }
        guard let proof else {
            listings = []
            return
        }
        let found = Verifier(kit).verify(
            complete: proof.encoded(), comparedWith: file, shown: shown, time: now)
        listings = zip(names, found.findings).map { name, finding in
            let words = finding.verdict == .ok ? finding.detail : finding.words
            return Listing(
                words: words, kind: name.kind == .artifact ? "file" : "thread",
                query: Self.query(of: name))
        }
    }

    private static func query(of name: IndexName) -> String {
        guard name.kind == .artifact else {
            return "sub=" + Query.encoded(String(decoding: name.value, as: UTF8.self))
        }
        return "sha256=" + Hex.encode(name.value)
    }
}
