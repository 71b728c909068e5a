/// How much a witness may say, and how long we go along with it.
package enum AnchoringLimit {
    /// Most bytes of a witness's answer.
    ///
    /// Two lines of Ed25519 and one of ML-DSA-44 are 4 kB, a checkpoint with sixteen lines of the
    /// longest kind 60 kB.
    package static let answerBytes = 64 << 10

    /// Most lines of an answer that are read: as many as a note may have, for each line of the
    /// witness's own key costs a signature check.
    package static let answerLines = 100

    /// Seconds that a witness's clock may be ahead of ours.
    ///
    /// So much do clocks differ where nobody keeps them in step closely. A time further ahead would
    /// make a head look fresher than it is.
    package static let clockSkew: UInt64 = 60

    /// Bytes of a signature of ML-DSA-44 with its time (C2SP tlog-cosignature, type 0x06).
    package static let mldsaBytes = 8 + 2_420

    /// Bytes a second below which a witness is given up: a request of 4 kB gets a quarter of a
    /// second more than the time for a call.
    package static let lowestRate = 16 << 10

    /// How long a connection is kept over which nothing goes.
    ///
    /// Servers in wide use close theirs after 5 s, which is also the usual time between two rounds:
    /// then a question would meet the end of its connection again and again.
    package static let idleTime: Duration = .seconds(3)

    /// How often one round asks one witness: once, and once more from the size that it names.
    package static let tries = 2

    /// Heads whose cosignatures are counted at a time: a straggler answers two calls late at most,
    /// and a round takes no less than the interval.
    package static let tallies = 8
}
