import Files
import Merkle

extension LogMirror {
    /// Writes the evidence that the log has beside a bundle; where that is no such file, or cannot
    /// be had, it is named, and a later run asks again.
    mutating func put(
        _ evidence: MirroredEvidence, beside bundle: UInt64, _ rules: some MirrorRules
    ) throws {
        let refused = report.refusedCount
        switch evidence {
        case .none, .large: break
        case .file(let bytes): try put(bytes, beside: bundle, rules)
        case .fault(let reason): report.refuse(StaticLayout.anchors(bundle), reason)
        }
        memory[bundle]?.asksForEvidence = report.refusedCount > refused
    }

    /// Writes evidence, unless the one that is there is better.
    private mutating func put(
        _ evidence: [UInt8], beside bundle: UInt64, _ rules: some MirrorRules
    ) throws {
        let name = StaticLayout.anchors(bundle)
        let own = try ownEvidence(name)
        guard own != evidence else { return }
        if let reason = rules.refusal(of: evidence, inPlaceOf: own, bundle: bundle) {
            report.refuse(name, reason)
        } else {
            try writer.put(evidence, name)
        }
    }

    private func ownEvidence(_ name: String) throws(StaticLogError) -> [UInt8]? {
        let folder = writer.folder
        return try staticFiles { () throws(FileError) in
            do throws(FileError) {
                return try folder.read(name, limit: MirrorReader<PlainLog>.evidenceBytes)
            } catch {
                // None of ours is as large.
                guard case .tooLarge = error.reason else { throw error }
                return nil
            }
        }
    }

    /// Asks again for evidence about heads whose entries were copied before: a promise is kept
    /// within hours, and an authority that did not answer is asked again.
    ///
    /// - Parameter looked: the entries whose evidence was asked for with them.
    mutating func copyLateEvidence<Rules: MirrorRules>(
        _ reader: MirrorReader<Rules>, but looked: [Range<UInt64>],
        _ progress: (MirrorProgress) throws -> Void
    ) async throws {
        let width = UInt64(TileID.width)
        let end = (report.oldSize + width - 1) / width
        let recent = end - min(end, Self.lateBundles)
        let open = try openEvidence(below: recent, reader.rules)
        let refused = memory.indexes { $0.asksForEvidence }.suffix(Int(Self.lateBundles))
        let bundles = Set(open + refused + Array(recent..<end)).filter { bundle in
            !looked.contains { $0.overlaps(bundle * width..<(bundle + 1) * width) }
        }.sorted()
        guard !bundles.isEmpty else { return }
        var done: UInt64 = 0
        try await LogTree.readingAhead(bundles, by: LogLimits.tilesAtOnce) {
            bundle async throws(LogError) in
            try await reader.evidence(bundle, limit: MirrorReader<Rules>.aheadBytes)
        } _: { (evidence: Result<MirroredEvidence, LogError>) in
            let bundle = bundles[Int(done)]
            var found = try evidence.get()
            if case .large = found {
                found = try await reader.evidence(
                    bundle, limit: MirrorReader<Rules>.evidenceBytes)
            }
            try put(found, beside: bundle, reader.rules)
            done += 1
            try progress(
                MirrorProgress(
                    step: .evidence, done: done, total: UInt64(bundles.count),
                    bytes: writer.bytes))
        }
    }

    /// Bundles before the newest whose evidence is asked for again: those of an hour in which an
    /// authority was away, at 70 entries a second.
    private static let lateBundles: UInt64 = 1_024

    /// Files of evidence after which no older one is looked at, where none of them is open: those
    /// of two days, with one each 10 minutes.
    private static let settledFiles = 288

    /// The bundles whose evidence may become another, the newest first.
    private func openEvidence(
        below end: UInt64, _ rules: some MirrorRules
    ) throws -> [UInt64] {
        var open: [UInt64] = []
        var settled = 0
        let names = try writer.bundles(in: StaticLayout.anchors)
        for bundle in names.map(\.index).filter({ $0 < end }).sorted(by: >) {
            guard settled < Self.settledFiles else { break }
            if let file = try ownEvidence(StaticLayout.anchors(bundle)),
                rules.isOpen(evidence: file)
            {
                open.append(bundle)
                settled = 0
            } else {
                settled += 1
            }
        }
        return open
    }
}
