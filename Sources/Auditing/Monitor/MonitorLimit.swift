/// How much a monitor keeps, tells and waits for.
package enum MonitorLimit {
    // MARK: - Rounds

    /// The time between two rounds: a forged key is worth something for a minute at most, and a
    /// ledger is asked for one checkpoint a minute.
    package static let interval: Duration = .seconds(60)

    /// The shortest interval that may be asked for: a ledger makes a head a second.
    package static let shortestInterval: Duration = .seconds(1)

    /// The longest interval that may be asked for: a monitor that looks once a day.
    package static let longestInterval: Duration = .seconds(86_400)

    /// How far an interval is made longer or shorter at random, so that monitors that were started
    /// together do not ask together.
    static let jitter = 0.1

    /// The longest wait after failures, where the interval is not longer anyway: a source that is
    /// back is read again within the quarter of an hour.
    package static let longestBackOff: Duration = .seconds(900)

    /// For how long a source may fail before that is an alert: a restart takes seconds, and a
    /// night's maintenance is what an alert is for.
    package static let unreadableAfter: Duration = .seconds(900)

    // MARK: - Watches

    /// Watches of one monitor: the works of one artist, named one by one on a command line.
    package static let watches = 1_000

    /// Bytes of the text of a watch: the longest URI has 255, a name has some dozen.
    package static let watchBytes = 512

    /// Digests of an entry that an event has, as many as a statement of a type of ours.
    package static let digests = 64

    // MARK: - Telling

    /// Findings of one rule that are told one by one in the life of a state: who gets a hundred
    /// alerts of one kind reads the report.
    package static let findingsOfRule = FindingList.limitPerRule

    /// Findings of one rule that are remembered as told, twice those that a round may have: of a
    /// log that has others in each round, and no round that is whole, the oldest are forgotten.
    static let toldOfRule = 2 * findingsOfRule

    /// Bytes of events in memory, after which they are written even within a round.
    static let pendingBytes = 1 << 20

    /// Bytes of a file of events, after which the next is begun.
    static let segmentBytes = 1 << 20

    /// Matches that wait for one receiver: half a gigabyte at the most, and a first pass in which a
    /// watch finds every tenth entry of ten million.
    ///
    /// Those beyond are read again from the log, once it has taken these.
    package static let waitingMatches: UInt64 = 1_000_000

    /// Matches that were read again and wait for one receiver, with those that wait in any case:
    /// some three hours of one that takes one a second.
    package static let waitingAgain: UInt64 = 10_000

    /// Entries that are read again for one receiver after a round: some seconds of work, and a
    /// hundred million a day.
    static let entriesAgain: UInt64 = 65_536

    /// Matches that are gathered before they are written, where entries are read again: each
    /// writing waits for the disk.
    static let matchesAtOnce = 1_000

    /// Alerts that wait for one receiver.
    ///
    /// They have a queue of their own, so that no number of matches drives out an alert. They are
    /// more than the control statements that an audit takes, so a first pass drops none.
    package static let waitingAlerts: UInt64 = 100_000

    // MARK: - Receivers

    /// Receivers of each kind: one person's channels.
    package static let webhooks = 8

    /// How long a receiver on the network may take for one event.
    package static let webhookTime: Duration = .seconds(10)

    /// How long a program may take for one event: it may well ask the network itself.
    package static let programTime: Duration = .seconds(30)

    /// Bytes of a program's output that are kept, for what is said about it where it fails.
    static let programOutput = 4 << 10

    /// The wait after a receiver's first failure; it doubles with each that follows.
    static let firstRetry: Duration = .seconds(1)

    /// The longest wait of our own choosing: a receiver that is mended is told within minutes.
    static let longestRetry: Duration = .seconds(300)

    /// The longest wait that a receiver's Retry-After is granted.
    static let longestRetryAfter: Duration = .seconds(3_600)

    /// Events that a receiver has taken before that is written to the disk, where it takes many at
    /// once: so many may be told twice after a crash.
    static let settleCount = 64
}
