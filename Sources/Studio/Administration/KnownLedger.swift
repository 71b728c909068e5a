package import Checkpoints
import Encoding
package import HTTPCalls
package import Provenance

/// A ledger as a key knows it: where it answers, and which it is.
package struct KnownLedger: Hashable, Sendable {
    /// Where it answers.
    package let address: ServiceURL

    /// Its name.
    package let origin: Origin

    /// The EntryID of its entry 0: no other ledger has that.
    package let genesis: EntryID

    /// Which ledger it is.
    package var identity: LedgerIdentity { LedgerIdentity(origin: origin, genesis: genesis) }

    /// The line by which it is remembered: ADDRESS ORIGIN GENESIS.
    package var line: String { "\(address) \(origin) \(genesis)" }

    package init(address: ServiceURL, origin: Origin, genesis: EntryID) {
        self.address = address
        self.origin = origin
        self.genesis = genesis
    }

    /// Reads a line that is exactly as ``line`` writes it; nil for any other.
    package init?(line: String) {
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count == 3, let address = try? ServiceURL(words[0]),
            let origin = try? Origin(Text(words[1])), let genesis = EntryID(Text(words[2]))
        else { return nil }
        self.init(address: address, origin: origin, genesis: genesis)
        guard Text(self.line) == Text(line) else { return nil }
    }
}

/// Which ledger: its name, and what no other ledger of that name has.
package struct LedgerIdentity: Hashable, Sendable, CustomStringConvertible {
    /// Its name.
    package let origin: Origin

    /// The EntryID of its entry 0.
    package let genesis: EntryID

    /// Both, for a person.
    package var description: String { "\(origin), genesis \(genesis)" }
}

/// How a ledger speaks against what a key has signed for.
package enum Contradiction: Hashable, Sendable {
    /// At its address the key has signed for another ledger.
    case otherThere(KnownLedger)

    /// The key has signed for it, at another address.
    case elsewhere(KnownLedger)

    /// The key has signed for another ledger of its name.
    case sameName(KnownLedger)

    /// Compares a ledger that was found with those that are remembered; nil where none of them
    /// speaks against it: the key has signed for it, or knows nothing of it.
    init?(of found: KnownLedger, among known: [KnownLedger]) {
        guard !known.contains(found) else { return nil }
        if let other = known.first(where: { $0.address == found.address }) {
            self = .otherThere(other)
        } else if let other = known.first(where: { $0.genesis == found.genesis }) {
            self = .elsewhere(other)
        } else if let other = known.first(where: { $0.origin == found.origin }) {
            self = .sameName(other)
        } else {
            return nil
        }
    }
}
