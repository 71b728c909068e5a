package import HTTPCalls
package import LogReader
package import Manifests
package import Provenance

/// Why nothing can be told of what a ledger has registered: whoever asks must not go on.
package enum RegisteredError: Error {
    /// The ledger did not answer, or its newest head contradicts the kit.
    case kit(KitRenewalError)

    /// The newest head is not of now: the ledger stands still, is cut off, or one of the two clocks
    /// is wrong. Register something, or take a longer time.
    case stale(head: UInt64, size: UInt64, now: UInt64, maxAge: Duration)

    /// The ledger did not answer. Ask again.
    case ledger(CallError)

    /// More entries have this subject than are read. Take another URI.
    case tooMany(Int)

    /// The ledger lists an entry that it does not give out: it contradicts itself.
    case notThere(EntryID)

    /// The ledger lists an entry at a place where it does not stand: it contradicts itself.
    case misplaced(EntryID, listed: UInt64, proven: UInt64)

    /// What the ledger gives for an entry cannot be read.
    case malformed(EntryID, Refusal)

    /// A head that the ledger gave is not signed by the log's key.
    case badHead(Refusal)

    /// The ledger gave another entry than the one that was asked for.
    case another(EntryID)

    /// The ledger's own proof of completeness is false: it contradicts itself. Where it leaves out
    /// an entry that the ledger has shown, keep what shows that.
    case falseProof(String, LeftOutEntry? = nil)

    /// The log has an entry about it at this index, and the ledger's list does not.
    case leftOut(UInt64)

    /// Nothing shows that the list is whole: the reason why no proof does, and how many entries
    /// would have to be read. Ask again later, or take the ledger's word.
    case notShown(String, entries: UInt64, limit: UInt64)

    /// The entries that no proof covers cannot be read, or the log has forked.
    case log(LogError)

    /// It cannot be told what the entry at this index is about.
    case unread(UInt64, Refusal)

    /// Passes on why entries cannot be read.
    init(_ error: LogError) {
        if case .service(_, let error) = error { self = .ledger(error) } else { self = .log(error) }
    }
}

extension RegisteredError: CustomStringConvertible {
    /// The reason, as the second half of a sentence that begins with the name of the ledger.
    package var description: String {
        switch self {
        case .kit(.ledger(let error)), .ledger(let error): "\(error)"
        case .kit(.refused(let error, _)): Self.words(error)
        case .stale(let head, let size, let now, let maxAge):
            "has no head of now: the newest, of size \(size), is of \(Instant(head)), "
                + "this clock says \(Instant(now)), and no more than "
                + "\(maxAge.components.seconds) s between them are taken"
        case .tooMany(let limit): "lists more than \(limit) entries about it"
        case .notThere(let entry): "lists entry \(entry) and does not have it"
        case .misplaced(let entry, let listed, let proven):
            "lists entry \(entry) at \(listed), and proves it at \(proven)"
        case .malformed(let entry, let refusal):
            "gave something for entry \(entry) that is no record: \(refusal)"
        case .badHead(let refusal): "gave a head that cannot be believed: \(refusal)"
        case .another(let entry): "gave another entry than \(entry)"
        case .falseProof(let words, _): "gave a proof of completeness that is false: \(words)"
        case .leftOut(let index): "leaves entry \(index) out of its list, and the log has it"
        case .notShown(let reason, let entries, let limit):
            "does not show that its list is whole: \(reason), and \(entries) entries are more than "
                + "the \(limit) that are read one by one"
        case .log(let error): "cannot be read: \(error)"
        case .unread(let index, let refusal):
            "has entry \(index), of which cannot be told what it is about: \(refusal)"
        }
    }

    private static func words(_ error: TrustKitUpdateError) -> String {
        switch error {
        case .own(let error): "cannot be judged: the trust kit cannot be used: \(error)"
        case .served(let error): "gave a trust kit that cannot be used: \(error)"
        case .otherGenesis(let genesis, _):
            "is another ledger than the trust kit's: its genesis is \(genesis)"
        case .older(let size, let own):
            "gave a head of size \(size), older than that of the trust kit, \(own)"
        case .twoTrees(let size): "has signed two trees of size \(size): it shows two logs"
        case .otherControl: "has other control statements than the trust kit"
        case .notExtended(let old, let new):
            "cannot show that its tree of \(new) extends the trust kit's of \(old)"
        case .unfit(let error): "does not go together with the trust kit: \(error)"
        }
    }
}
