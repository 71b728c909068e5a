package import Checkpoints
import Encoding
package import HTTPCalls
package import Provenance

/// A ledger as a key knows it: where it answers, and which it is.
package struct KnownLedger: Hashable {
    /// Where it answers.
    package let address: ServiceURL

    /// Its name.
    package let origin: Origin

    /// The EntryID of its entry 0: no other ledger has that.
    package let genesis: EntryID

    /// Which ledger it is, in words.
    package var identity: String { "\(origin), genesis \(genesis)" }

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

/// How the ledger that answers stands to those that a key has signed for.
package enum Acquaintance {
    /// The key has signed for it, at this address.
    case known

    /// Nothing that is remembered speaks of it, of its address or of its name.
    case new

    /// It, its address or its name is remembered otherwise, in these words.
    case contradicts(String)

    package init(of found: KnownLedger, among known: [KnownLedger]) {
        if known.contains(found) {
            self = .known
        } else if let other = known.first(where: { $0.address == found.address }) {
            self = .contradicts(
                "is another ledger than the one this key signed for there: it is now "
                    + "\(found.identity), it was \(other.identity)")
        } else if let other = known.first(where: { $0.genesis == found.genesis }) {
            self = .contradicts(
                "shows the ledger that this key signed for at \(other.address): \(found.identity)")
        } else if let other = known.first(where: { $0.origin == found.origin }) {
            self = .contradicts(
                "has the name of another ledger that this key signed for: it is "
                    + "\(found.identity), but at \(other.address) it was genesis \(other.genesis)")
        } else {
            self = .new
        }
    }
}
