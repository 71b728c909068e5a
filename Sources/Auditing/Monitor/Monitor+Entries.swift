package import Encoding
internal import Manifests
internal import Merkle
internal import Provenance
internal import Synchronization

/// What the log holds: control statements, and entries that somebody watches for.
extension Monitor {
    /// Takes note of a head by which the log is read from now on.
    ///
    /// The first that there is parts what is old from what is new.
    package func takeHead(of size: UInt64) {
        _ = change { standing -> UInt64? in
            guard standing.from == nil else { return nil }
            standing.from = size
            return size
        }
    }

    /// Tells what a bundle has in it; to be called with all bundles, in their order.
    package func take(_ bundle: AuditedBundle) throws(MonitorStateError) {
        let first = firstTold
        state.withLock { state in
            state.standing.place = bundle.indexes.upperBound
            state.isChanged = true
        }
        for control in bundle.controls where control.index >= first {
            try tell(ControlWords.event(control, of: origin, now()))
        }
        guard !options.watches.isEmpty, bundle.indexes.upperBound > first else { return }
        for index in bundle.indexes where index >= first { try take(bundle[index], of: bundle) }
    }

    /// Whether the creator of a manifest of this predicate is asked for.
    package func needsManifest(_ predicate: Text) -> Bool {
        needsManifests && predicate == PredicateType.provenance
    }

    /// The first entry that is told.
    ///
    /// Where only new ones are wanted, that is none as long as no head was seen.
    private var firstTold: UInt64 {
        state.withLock { state in
            guard options.fromNow else { return 0 }
            return state.standing.from ?? .max
        }
    }

    /// Whether the creator of any manifest is asked for.
    var needsManifests: Bool { options.watches.needsManifests }

    private func take(
        _ entry: AuditedEntry, of bundle: AuditedBundle
    ) throws(MonitorStateError) {
        guard let claims = entry.claims else { return }
        if needsManifest(claims.predicate), entry.manifestState == .notChecked {
            try countUnserved(entry.index)
        }
        if let event = match(entry, of: bundle) { try tell(event) }
    }

    /// Returns the event of an entry that somebody watches for; nil where nobody does.
    func match(_ entry: AuditedEntry, of bundle: AuditedBundle) -> MonitorEvent? {
        guard let claims = entry.claims else { return nil }
        let found = options.watches.matches(
            issuer: claims.issuer, subject: entry.subject, digests: Self.digests(entry),
            creator: Self.creator(in: bundle.manifest(at: entry.index)))
        guard !found.isEmpty else { return nil }
        return match(entry, claims.issuer, claims.predicate, found)
    }

    private static func digests(_ entry: AuditedEntry) -> [Hash] {
        (0..<entry.artifactCount).map { entry.artifact($0) }
    }

    private static func creator(in manifest: Manifest?) -> [Text] {
        guard let manifest, let facts = try? ProvenanceFacts(manifest) else { return [] }
        return [facts.creator.name] + (facts.creator.id.map { [$0] } ?? [])
    }

    private func match(
        _ entry: AuditedEntry, _ issuer: Text, _ predicate: Text, _ found: [Watch]
    ) -> MonitorEvent {
        let digests = Self.digests(entry)
        let names = found.map(\.description)
        return MonitorEvent(
            .match, of: origin, key: "\(entry.index) \(entry.id)", time: now(),
            words:
                "entry \(entry.index), of \(issuer), matches \(names.joined(separator: " and "))",
            [
                ("entry", .integer(Int64(clamping: entry.index))),
                ("entryID", .string(Text("\(entry.id)"))),
                ("issuer", .string(issuer)),
                ("sub", .string(entry.subject)),
                ("predicate", .string(predicate)),
                (
                    "digests",
                    .array(digests.prefix(MonitorLimit.digests).map { .string(Text("\($0)")) })
                ),
                (
                    "moreDigests",
                    digests.count > MonitorLimit.digests
                        ? .integer(Int64(digests.count - MonitorLimit.digests)) : nil
                ),
                ("watches", .array(names.map { .string(Text($0)) })),
            ])
    }

    /// Counts an entry whose creator cannot be read, and says so once.
    private func countUnserved(_ index: UInt64) throws(MonitorStateError) {
        let isFirst = state.withLock { state in
            state.numbers.unserved += 1
            guard !state.standing.hasToldUnserved else { return false }
            state.standing.hasToldUnserved = true
            state.isChanged = true
            return true
        }
        guard isFirst else { return }
        try tell(
            MonitorEvent(
                .unserved, of: origin, key: "", time: now(),
                words:
                    "the source does not serve the manifest of entry \(index): who watches for a "
                    + "creator does not hear of such entries; they are counted",
                [("entry", .integer(Int64(clamping: index)))]))
    }
}
