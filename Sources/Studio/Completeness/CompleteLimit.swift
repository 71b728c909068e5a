/// How much is asked about the index of a ledger at once.
package enum CompleteLimit {
    /// Entries that are fetched, each with its receipt, where a listing is to be *all*: a person
    /// reads no more.
    package static let entries = 1_000

    /// Entries that a ledger's list names and its proof does not, which are fetched: one that
    /// convicts is enough.
    static let strays = 8

    /// Requests that are on their way at once: enough to fill the waits of a slow network, and few
    /// for a ledger.
    static let width = 8

    /// How often pages are asked for anew, because the ledger had a newer index head meanwhile:
    /// heads come once a second at the most, and a page in less.
    static let attempts = 5

    /// Entries of a sample: with so many, 0.03 % that are left out are found with 95 %.
    package static let sample = 10_000

    /// Entries of a list that one question of a spot check asks for: less than 3 KiB of indexes.
    static let probe = 256

    /// Questions about one name in a spot check: halving a list of 2^53 entries takes fewer.
    static let probes = 64
}
