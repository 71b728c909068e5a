public import Checkpoints
public import LedgerCheck
public import LedgerStore

/// The places of a ledger and its limits.
public struct LedgerOptions: Sendable {
    /// Where its folders and files lie.
    public var places: LedgerPlaces

    /// Bytes of RocksDB's block cache.
    public var cacheByteCount = 64 << 20

    /// Entries that may wait for the sequencer: two full batches, so that one gathers while
    /// the other syncs.
    public var queuedEntries = 2 * BatchLimits.entries

    /// Bytes that may wait for the sequencer.
    public var queuedBytes = 4 * BatchLimits.bytes

    /// The options of the background check.
    public var scrub = ScrubOptions()

    /// Seconds between two looks for heads that are old enough to go and for erased bytes.
    public var upkeepSeconds: Double = 60

    /// How long an entry's rows of `keys` may wait for others, which are written with them; lists
    /// do not wait for it.
    public var indexInterval = Duration.seconds(60)

    /// Whether index heads are made.
    public var index = IndexSwitch.off

    /// The witnesses that are asked to cosign, and the quorum by which heads are served; nil where
    /// there is none.
    public var witnessPolicy: TrustPolicy?

    /// Whether a head that lacks the quorum is shown to nobody.
    public var requiresQuorum = false

    /// How long a registration waits for a published head, where a quorum is required.
    public var quorumWait = Duration.seconds(2)

    /// Whether nothing is signed until the witnesses were asked which head they remember.
    public var asksWitnesses = false

    /// Whether heads are shown to anyone: what opens the folder beside a server shows none.
    public var servesHeads = true

    /// The certificates of the CAs whose timestamps of heads are believed, in PEM: for trust kits;
    /// nil where there are none.
    public var timestampRoots: [UInt8]?

    /// The URLs of the calendars that date heads: for trust kits.
    public var calendars: [String] = []

    /// What is written of `keys` at a time; only tests have other limits.
    package var epochs = EpochLimits()

    /// When the map of the index is written to its file; only tests have other limits.
    package var snapshots = SnapshotLimits()

    /// Makes writes fail, in tests; nothing outside this package can set it.
    package var faultHook: WriteFaultHook?

    /// Options for the store in `data`, with keys and high-water file beside it.
    public init(data: String, keys: String? = nil, highWater: String? = nil) {
        places = LedgerPlaces(data: data, keys: keys, highWater: highWater)
    }

    /// The store's folder.
    public var data: String {
        get { places.data }
        set { places.data = newValue }
    }

    /// The folder of the private keys; beside the store, never in it.
    public var keys: String {
        get { places.keys }
        set { places.keys = newValue }
    }

    /// The high-water file; beside the store, never in a backup.
    public var highWater: String {
        get { places.highWater }
        set { places.highWater = newValue }
    }
}
