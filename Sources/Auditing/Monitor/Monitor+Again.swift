internal import Encoding
package import LogReader
internal import Merkle

/// Entries whose matches had no room in the queue of a slow receiver, read again from the log.
extension Monitor {
    /// Reads entries again for the receivers to which their matches are owed, and that have taken
    /// what waited before.
    ///
    /// The log's files prove the entries as they did the first time. A call reads some of them
    /// (``MonitorLimit/entriesAgain``), so that it delays no round by more than that.
    ///
    /// - Parameter log: the log as of a head that was audited to its end.
    /// - Throws: a `LogError`, and ``MonitorStateError``; what is owed still is, then.
    package func tellAgain(_ log: LogTree) async throws {
        for (receiver, entries) in outbox.owed {
            let start = entries.lowerBound
            let end = min(entries.upperBound, log.size, start + MonitorLimit.entriesAgain)
            // A source may show less than was read.
            guard start < end else { continue }
            var options = ReplayOptions()
            options.readsManifests = needsManifests
            options.keepsManifest = { self.needsManifest($0) }
            var found: [MonitorEvent] = []
            try await Rereading(of: log, options).run(start..<end) { bundle in
                for index in bundle.indexes {
                    if let event = match(bundle[index], of: bundle) { found.append(event) }
                }
                let isLast = bundle.indexes.upperBound >= end
                guard isLast || found.count >= MonitorLimit.matchesAtOnce else { return true }
                defer { found = [] }
                return try outbox.addAgain(
                    found, before: bundle.indexes.upperBound, for: receiver)
            }
        }
    }
}
