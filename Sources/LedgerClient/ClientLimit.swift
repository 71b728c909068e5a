/// How much a client takes or sends at once.
enum ClientLimit {
    /// The whole control chain: 24 KiB a statement, more than 2,000 of them.
    static let controlBytes = 64 << 20

    /// A trust kit: the control chain with a path of some hundred bytes for each statement.
    static let kitBytes = 64 << 20

    /// A transparent statement is at most a `.colophon` file, 4 MiB.
    static let entryBytes = 4 << 20

    /// A consistency proof has at most 126 lines of 45 bytes.
    static let textBytes = 64 << 10

    /// A checkpoint, as long as a signed note may be: sixteen post-quantum cosignatures fit.
    static let noteBytes = 128 << 10

    /// A tlog-proof: a note, at most 63 hashes and an extra line of at most 64 KiB, in base64.
    static let proofBytes = noteBytes + (96 << 10)

    /// An index head with its receipts, as large as a record may be (index.md §8).
    static let indexHeadBytes = 4 << 20

    /// A proof of completeness (index.md §10).
    static let completeBytes = 4 << 20

    /// A page of a list: 500 entries, each with a path of up to 512 bytes.
    static let listBytes = 512 << 10

    /// An answer to a search for pictures that look alike: 100 entries, each with a title that has
    /// at most some KiB.
    static let similarBytes = 4 << 20

    /// One answer of a batch: a receipt or a problem, at most some KiB.
    static let batchAnswerBytes = 256 << 10

    /// Statements of one batch, as the ledger takes them.
    static let batchItems = 4_096

    /// Bytes of one batch: a quarter of what the ledger takes, so that little is repeated
    /// when a weak network cuts it.
    static let batchBytes = 16 << 20
}
