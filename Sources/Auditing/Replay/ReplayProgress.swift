/// How far a replay has come, and how fast.
package struct ReplayProgress: Hashable, Sendable {
    /// Entries that were handed on.
    package private(set) var entries: UInt64 = 0

    /// Bytes of their leaves and manifests.
    package private(set) var bytes: UInt64 = 0

    /// Manifests that were looked at.
    package private(set) var manifests: UInt64 = 0

    /// Entries of which no manifest was looked at: the source serves none, or none was asked for.
    package private(set) var uncheckedManifests: UInt64 = 0

    /// Entries that are still to come.
    package private(set) var remaining: UInt64

    /// Time since the replay began.
    package private(set) var elapsed = Duration.zero

    init(of entries: UInt64) {
        remaining = entries
    }

    /// Entries a second since the beginning; nil at the beginning.
    package var rate: Double? {
        let seconds = elapsed / .seconds(1)
        return seconds > 0 ? Double(entries) / seconds : nil
    }

    /// The time that is left at this rate; nil at the beginning.
    package var timeLeft: Duration? {
        guard let rate, rate > 0 else { return nil }
        return .seconds(Double(remaining) / rate)
    }

    mutating func add(_ bundle: AuditedBundle, after elapsed: Duration) {
        let count = bundle.indexes.upperBound - bundle.indexes.lowerBound
        entries += count
        remaining -= min(remaining, count)
        bytes += UInt64(bundle.byteCount)
        manifests += bundle.manifestCounts.checked
        uncheckedManifests += bundle.manifestCounts.unchecked
        self.elapsed = elapsed
    }
}
