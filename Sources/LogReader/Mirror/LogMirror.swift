package import Checkpoints
import Files
import Merkle

/// Keeps a copy of a log in a folder, in the layout of ``StaticLayout``.
///
/// The folder is not believed more than the log: a leaf, a tile or a manifest is written under its
/// name only once it is proven, whatever either of them holds. What stands in it already is proven
/// again as far as a run comes by, and not fetched again where it is right.
///
/// Trusted are the checkpoint that the folder has, once its signature is verified, and that its
/// files below it are those of the run that wrote it. An attacker who can change them can make the
/// copy useless to its readers, who prove each file themselves, and can deceive none of them.
package struct LogMirror {
    var writer: StaticLogWriter

    /// Whoever may read the folder could hold a lock of the folder itself.
    private let lock: FileLock
    private let own: LogFolder
    var report = MirrorReport()

    /// What earlier runs have written.
    var memory: MirrorMemory
    private let memoryPlace: Place

    /// The checkpoint that the folder has, which nobody has verified yet; nil in a new one.
    package let newest: SignedCheckpoint?

    /// The end of the name of the file beside the folder that one mirror at a time has locked.
    private static let lockSuffix = ".lock"

    /// Opens the folder, made where it is missing, and keeps other mirrors away from it.
    ///
    /// - Parameter allowingExtensions: whether a checkpoint may have extension lines.
    package init(
        folder path: String, allowingExtensions: Bool = false
    ) throws(StaticLogError) {
        writer = try StaticLogWriter(folder: path)
        let folder = writer.folder
        (memoryPlace, lock, memory) = try staticFiles { () throws(FileError) in
            let place = try Place(following: path)
            let lock = try FileLock(place.name + Self.lockSuffix, in: place.folder, .none)
            let name = place.name + MirrorMemory.suffix
            try place.folder.remove(name + Self.temporaryEnd)
            return (place, lock, try MirrorMemory(from: place.folder, name))
        }
        own = LogFolder(folder)
        newest = try writer.newestNote().map { note throws(StaticLogError) in
            do throws(SignedCheckpointError) {
                return try SignedCheckpoint(
                    parsing: note, allowingExtensions: allowingExtensions)
            } catch {
                throw .malformed(
                    path: folder.path(of: StaticLayout.checkpoint),
                    rule: "is not a signed checkpoint: \(error.words)")
            }
        }
    }

    /// Returns the source by which a tree of the log is to be read: what the folder has first.
    package func reading(_ log: any LogSource) -> any LogSource {
        MirrorSource(copy: own, log: log)
    }

    /// The log as the folder has it.
    package var copy: any LogSource { own }

    /// Brings the folder up to the checkpoint of `tree`.
    ///
    /// The caller has verified the checkpoint, that `tree` extends ``newest``, and that this is a
    /// checkpoint of the same log. A kill at any moment leaves the older checkpoint with all its
    /// files; the next run goes on with what is there.
    ///
    /// - Parameters:
    ///   - tree: read by ``reading(_:)``.
    ///   - log: what is copied.
    ///   - shown: what the log showed as its newest index head before it showed the checkpoint.
    ///   - again: whether all files are looked at, and not only those that are new, have another
    ///     size than they were written with, or lacked something.
    package mutating func run<Rules: MirrorRules>(
        _ tree: LogTree, of log: any LogSource, _ rules: Rules,
        indexHead shown: ShownIndexHead = .none, again: Bool = false,
        progress: (MirrorProgress) throws -> Void
    ) async throws -> MirrorReport {
        let old = newest?.claim
        try writer.removeLeftovers()
        report = MirrorReport()
        (report.oldSize, report.size) = (old?.size ?? 0, tree.size)
        let known = memory
        let source = MirrorSource(copy: own, log: log)
        let erased = rules.erased
        let damaged = try await erase(erased, rules, always: again, progress)
        let reader = MirrorReader(
            source: source, rules: rules, erased: erased, oldSize: report.oldSize)
        let looks = try bundlesToLook(report.oldSize, rules).union(damaged.map(\.index))
        let looked = Self.ranges(looks, andFrom: again ? 0 : report.oldSize, to: tree.size)
        memory.size = tree.size
        try await copyBundles(tree, looked, reader, progress)
        let looksAbove = try again || lacksUpperTiles(report.oldSize)
        try await copyUpperTiles(tree, from: looksAbove ? 0 : report.oldSize)
        for file in damaged { try self.erase(erased, from: file) }
        // What an erasure among the new leaves names was copied a moment ago.
        if rules.erased != erased {
            for file in try await erase(rules.erased, rules, always: true, progress) {
                try self.erase(rules.erased, from: file)
            }
        }
        if rules.hasManifests { try await copyLateEvidence(reader, but: looked, progress) }
        for (name, bytes) in rules.files() { try writer.put(bytes, name) }
        if rules.hasManifests { try await put(shown, tree, rules) }
        try writer.finish(tree.signed.encoded, from: old, to: tree.checkpoint)
        try remember(insteadOf: known)
        report.missingManifests = memory.missingManifests
        (report.files, report.bytes) = (writer.files, writer.bytes)
        return report
    }

    /// Writes down what the next run must know; a kill before leaves what the last one knew.
    private func remember(insteadOf known: MirrorMemory) throws(StaticLogError) {
        guard memory != known else { return }
        try staticFiles { () throws(FileError) in
            try memoryPlace.folder.write(
                memory.encoded, to: memoryPlace.name + MirrorMemory.suffix,
                .replacing(.published),
                under: memoryPlace.name + MirrorMemory.suffix + Self.temporaryEnd)
        }
    }

    /// The end of the name of the file of memory while it is written: other mirrors may be at work
    /// beside this one, so a name of its own says whose it is.
    private static let temporaryEnd = ".tmp"

    // MARK: - Entries and tiles

    private mutating func copyBundles<Rules: MirrorRules>(
        _ tree: LogTree, _ ranges: [Range<UInt64>], _ reader: MirrorReader<Rules>,
        _ progress: (MirrorProgress) throws -> Void
    ) async throws {
        let total = ranges.reduce(0) { $0 + UInt64($1.count) }
        var before: UInt64 = 0
        var limits = WalkLimits()
        // They follow from the leaves.
        limits.readsTiles = false
        for range in ranges {
            try await tree.walk(range, limits: limits) { leaves throws(LogError) in
                try await reader.read(leaves)
            } _: { walked in
                let bundle = try await reader.complete(walked.value)
                for damage in walked.damage { report.refuse(damage) }
                try put(bundle, reader.rules)
                try progress(
                    MirrorProgress(
                        step: .copying, done: before + walked.indexes.upperBound - range.lowerBound,
                        total: total, bytes: writer.bytes))
            }
            before += UInt64(range.count)
        }
    }

    private mutating func put(_ bundle: MirroredBundle, _ rules: some MirrorRules) throws {
        let leaves = bundle.leaves
        for (place, content) in bundle.contents.enumerated() where content == .control {
            let index = leaves.firstIndex + UInt64(place)
            if leaves.indexes.contains(index) { rules.take(leaves[index], at: index) }
        }
        let path = TilePath.entries(index: leaves.number, width: leaves.count)
        try writer.put(leaves.bytes, path.description)
        memory[leaves.number] = MirrorMemory.Bundle(
            entriesBytes: UInt32(leaves.bytes.count))
        if let manifests = bundle.manifests { try put(manifests, beside: leaves) }
        let tile = TilePath.tile(TileID(level: 0, index: leaves.number), width: leaves.count)
        try writer.put(leaves.hashes.flatMap(\.bytes), tile.description)
        try put(bundle.evidence, beside: leaves.number, rules)
        // What a run has left that was cut while this was the last bundle.
        if leaves.count == TileID.width { try removeLeftPartials(beside: leaves.number) }
    }

    private mutating func put(
        _ manifests: KeptManifests, beside leaves: LeafBundle
    ) throws(StaticLogError) {
        let name = StaticLayout.manifests(leaves.number, width: leaves.count)
        for place in manifests.missing { report.miss(leaves.firstIndex + UInt64(place)) }
        for place in manifests.unfit {
            report.refuse(
                name,
                "has a manifest for entry \(leaves.firstIndex + UInt64(place)) that the "
                    + "entry does not name")
        }
        if let fault = manifests.fault { report.refuse(name, fault) }
        if let bytes = manifests.bytes { try writer.put(bytes, name) }
        memory[leaves.number]?.manifestsBytes = UInt32(manifests.bytes?.count ?? 0)
        memory[leaves.number]?.missingManifests = UInt16(manifests.missing.count)
        memory[leaves.number]?.asksForManifests =
            !manifests.missing.isEmpty || manifests.bytes == nil
    }

    /// Those of the checkpoint that the folder has stay for its readers.
    private mutating func removeLeftPartials(beside number: UInt64) throws(StaticLogError) {
        let border = report.oldSize / UInt64(TileID.width)
        guard number != border else { return }
        try writer.removePartials(ofBundle: number)
    }

    /// Writes the tiles above those of the leaves that have grown; all of them are proven.
    private mutating func copyUpperTiles(_ tree: LogTree, from start: UInt64) async throws {
        for level in 1..<8 as Range<UInt8> {
            let shift = UInt64(level) * UInt64(TileID.height)
            let (before, count) = (start >> shift, tree.size >> shift)
            guard before < count else { return }
            for index in (before / UInt64(TileID.width))...((count - 1) / UInt64(TileID.width)) {
                let id = TileID(level: level, index: index)
                let hashes = try await tree.tiles([id]).hashes(of: id)
                let path = TilePath.tile(id, width: hashes.count)
                try writer.put(hashes.flatMap(\.bytes), path.description)
            }
        }
    }
}
