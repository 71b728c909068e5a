package import Encoding

/// What a replay looks at, and how much at once.
package struct ReplayOptions: Sendable {
    /// Whether signatures of statements about artifacts are checked; those of control statements
    /// are in any case, because they decide about everything else.
    package var checksSignatures = true

    /// Whether manifests are read and held to their statements.
    package var readsManifests = true

    /// Whether the keys of entries in the index are computed, and handed on.
    package var gathersKeys = false

    /// Which manifests are handed on as they were read, by their predicate types.
    package var keepsManifest: @Sendable (Text) -> Bool = { _ in false }

    /// Bundles that are judged, or wait for those before them, at any moment; for tests of short
    /// logs.
    package var bundles = ReplayLimits.bundles

    /// Times by which heads of the log had been seen: they bound the ledger's clock.
    package var seen: [SeenTime] = []

    /// Creates the usual options.
    package init() {}
}

/// A time by which the tree of some size was there.
package struct SeenTime: Hashable, Sendable {
    /// The size of the tree.
    package let size: UInt64

    /// POSIX seconds: of a witness's cosignature, of an anchor, or of one's own clock.
    package let time: UInt64

    /// Creates it of its parts.
    package init(size: UInt64, time: UInt64) {
        self.size = size
        self.time = time
    }
}

/// How much a replay keeps in memory.
package enum ReplayLimits {
    /// Bundles that are judged, or wait for those before them, at any moment.
    ///
    /// With signatures one takes some 20 ms, so that a core that is done finds another one.
    package static let bundles = 16

    /// Bytes that they take: a sixth of what an audit may use.
    package static let bytes = 32 << 20

    /// Bytes of bundles that are read ahead: enough for all of the usual size.
    ///
    /// Less than a walk may have, because they are decoded already.
    static let walkBytes = 16 << 20

    /// Control statements of a bundle whose registries are all kept until it is judged.
    ///
    /// Hardly any bundle has more of the usual ones than an administrator signs in a row.
    static let registries = 4

    /// Bytes of a key in the list of a registry, which is copied where the registry changes; about.
    static let keyBytes = 320

    /// Bytes of a key of an entry and its index, in memory.
    static let recordBytes = 40

    /// How often its bytes a decoded statement takes in memory, about: its leaf, its parts, and its
    /// manifest, taken apart.
    static let decodedFactor = 5

    /// Control statements of a log: its keys are kept in memory, each in some 1 KiB.
    ///
    /// A thousand PoPs that change their keys each year are known for sixty years.
    package static let controls = 65_536

    /// Bytes of a file of manifests that is read while others are: 8 KiB for each entry.
    ///
    /// For as many bundles they are 32 MiB. Larger files are read one after the other.
    package static let manifestsBytes = 2 << 20
}

/// Why a replay cannot come to its end, though everything was read.
package enum ReplayError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The log has more control statements than a replay keeps. Take it for hostile.
    case tooManyControls(at: UInt64)

    /// The reason in words.
    package var description: String {
        switch self {
        case .tooManyControls(let index):
            "entry \(index) is control statement \(ReplayLimits.controls + 1) of the log, and an "
                + "audit takes no more than \(ReplayLimits.controls)"
        }
    }
}
