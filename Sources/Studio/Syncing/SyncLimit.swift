/// How much a sync reads, sends and tries at once.
package enum SyncLimit {
    /// Bytes of the first body: what a modem of 64 kbit/s carries in four seconds.
    package static let firstWindow = 32 << 10

    /// Bytes of a body as long as nobody said that it may be compressed: little is sent as it is.
    package static let plainWindow = 4 << 10

    /// Bytes of the smallest body as long as nothing answers that it is too large.
    ///
    /// What a body has brought before the line broke counts, so a smaller one would only wait more
    /// often. One record always goes, however large.
    package static let smallestWindow = 32 << 10

    /// Bytes of the largest body: a second of a fast line.
    ///
    /// What is more in it is sent again where the line breaks.
    package static let largestWindow = 1 << 20

    /// Bytes of records in memory at once: a window, and the one record that goes over it.
    package static let plainBytes = 4 << 20

    /// Items of one request, as the ledger takes them.
    package static let items = 4_096

    /// Bytes that a question takes of a window: 34 up, and a receipt down, which takes as long on a
    /// line that is faster down than up.
    static let questionBytes = 128

    /// Bytes of a question in a body: a name, and the head of a byte string.
    static let nameBytes = 34

    /// Records that are asked about alone after a cut, to find where those end that have arrived.
    static let probes = 12

    /// Records that are completed in one step: while so few are moved, whoever signs waits for
    /// milliseconds.
    static let completions = 32

    /// Proofs about heads that were seen that are asked for in one pass: each is a round trip.
    static let seenProofs = 16

    /// Records whose names are remembered for such a proof.
    static let seenRecords = 4_096

    /// Failures in a row after which a sync that does not follow gives up.
    package static let tries = 5

    /// Passes in a row that bring an answer, and no record to its end, before they count as
    /// failures: on a line that is cut every few seconds some do.
    static let idleTries = 20

    /// The wait between two looks at a folder: nobody notices it, and it costs one system call.
    package static let look: Duration = .seconds(1)

    /// The wait between two looks at what a gate holds back, which asks the ledger.
    package static let gateLook: Duration = .seconds(30)

    /// The longest wait between two passes of a sync that follows: the head that the PoP has seen
    /// is renewed.
    static let longestPause: Duration = .seconds(600)

    /// The wait before records are tried again that a sync cannot mend itself: their receipts prove
    /// nothing, or they cannot be read.
    package static let secondLook: Duration = .seconds(600)
}
