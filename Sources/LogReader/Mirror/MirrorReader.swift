import Merkle

/// What is copied of one bundle.
struct MirroredBundle: Sendable {
    /// The leaves, which are proven.
    let leaves: LeafBundle

    /// What each of them says.
    let contents: [LeafContent]

    /// The manifests beside them; nil where the log has none, or where they are too large to be
    /// read before they are due.
    var manifests: KeptManifests?

    /// The evidence beside them, as the log has it.
    var evidence: MirroredEvidence
}

/// The evidence beside a bundle, as the log shows it.
enum MirroredEvidence: Sendable {
    /// There is none.
    case none

    /// Nobody has proven anything about this file.
    case file([UInt8])

    /// It is too large to be read before it is due.
    case large

    /// It could not be had, or is larger than any: why, as what follows the file's name.
    case fault(String)
}

/// Reads what is copied of a log.
struct MirrorReader<Rules: MirrorRules>: Sendable {
    let source: MirrorSource
    let rules: Rules

    /// The manifests that are erased.
    let erased: Set<Hash>

    /// Size of the copy before: its border bundle has manifests under another width.
    let oldSize: UInt64

    /// What one run bears with.
    let patience = MirrorPatience()

    /// Bytes of a file of manifests or evidence that is read before it is due: four times a usual
    /// one.
    ///
    /// As many as a walk reads ahead are 16 MiB.
    static var aheadBytes: Int { 1 << 20 }

    /// Bytes of a file of evidence: 256 heads with ten rows of ten KiB each are fewer.
    static var evidenceBytes: Int { 32 << 20 }

    /// Reads what lies beside a bundle.
    func read(_ leaves: LeafBundle) async throws(LogError) -> MirroredBundle {
        guard rules.hasManifests else {
            return MirroredBundle(leaves: leaves, contents: [], manifests: nil, evidence: .none)
        }
        let first = leaves.firstIndex
        let contents = (first..<first + UInt64(leaves.count)).map { rules.content(of: leaves[$0]) }
        var bundle = MirroredBundle(
            leaves: leaves, contents: contents, manifests: nil, evidence: .none)
        bundle.manifests = try await manifests(of: bundle, limit: Self.aheadBytes)
        bundle.evidence = try await evidence(leaves.number, limit: Self.aheadBytes)
        return bundle
    }

    /// Reads what was too large to be read before it is due.
    func complete(_ bundle: MirroredBundle) async throws(LogError) -> MirroredBundle {
        var bundle = bundle
        guard rules.hasManifests else { return bundle }
        if bundle.manifests == nil {
            bundle.manifests = try await manifests(of: bundle, limit: LogLimits.manifestsBytes)
        }
        if case .large = bundle.evidence {
            bundle.evidence = try await evidence(
                bundle.leaves.number, limit: Self.evidenceBytes)
        }
        return bundle
    }

    // MARK: - Manifests

    /// Returns the manifests that fit the leaves of a bundle, those of the copy where they do; nil
    /// where they are larger than this.
    private func manifests(
        of bundle: MirroredBundle, limit: Int
    ) async throws(LogError) -> KeptManifests? {
        let expected = bundle.contents.map { content -> Hash? in
            guard case .manifest(let digest) = content else { return nil }
            return digest
        }
        let place = ManifestPlace(number: bundle.leaves.number, width: expected.count)
        do throws(LogError) {
            var own: [ManifestFile] = []
            for (file, width) in place.ownFiles(oldSize) {
                if let file = try await ownManifests(file, width, limit) { own.append(file) }
            }
            let kept = KeptManifests(expected, but: erased, of: nil, else: own)
            if kept.isWhole { return kept }
            return try await manifests(place, expected, own, limit)
        } catch .tooLarge where limit < LogLimits.manifestsBytes {
            return nil
        }
    }

    private func ownManifests(
        _ file: LogFile, _ width: Int, _ limit: Int
    ) async throws(LogError) -> ManifestFile? {
        do throws(LogError) {
            let bytes = try await source.copy.bytes(of: file, limit: limit)
            return bytes.flatMap { ManifestFile($0, count: width) }
        } catch .tooLarge where limit == LogLimits.manifestsBytes {
            // None of ours is as large.
            return nil
        }
    }

    /// Asks the log, again where what it shows does not fit, and takes what fits in the end.
    private func manifests(
        _ place: ManifestPlace, _ expected: [Hash?], _ own: [ManifestFile], _ limit: Int
    ) async throws(LogError) -> KeptManifests {
        var waits = source.log.patience[...]
        var isFresh = false
        while true {
            let shown = try await shownOrFault(place, limit, isFresh: isFresh)
            var kept = KeptManifests(expected, but: erased, of: shown.file, else: own)
            kept.fault = shown.fault
            guard shown.isMalformed || !kept.unfit.isEmpty, isFresh || patience.waits(),
                let wait = waits.popFirst()
            else { return kept }
            // A copy that is stopped here has neither refused the file nor missed a manifest.
            try await source.log.pause(wait, before: source.place(of: place.file))
            isFresh = true
        }
    }

    /// Returns what the log shows, or why that cannot be told: one file that is not to be had is
    /// no reason to do without the others.
    private func shownOrFault(
        _ place: ManifestPlace, _ limit: Int, isFresh: Bool
    ) async throws(LogError) -> ShownManifests {
        guard patience.asks else { return ShownManifests(fault: Self.unasked) }
        do throws(LogError) {
            return try await shownManifests(place, limit, isFresh: isFresh)
                ?? ShownManifests(fault: "is not there")
        } catch {
            if case .tooLarge = error, limit < LogLimits.manifestsBytes { throw error }
            return ShownManifests(fault: try fault(error))
        }
    }

    /// Why a file beside a bundle cannot be had; throws where the run itself is at its end.
    private func fault(_ error: LogError) throws(LogError) -> String {
        guard !Task.isCancelled else { throw error }
        patience.countFailure()
        return error.reason
    }

    /// Why a file was not asked for.
    private static var unasked: String {
        "was not asked for, after \(MirrorPatience.files) other files could not be had"
    }

    /// What the log shows under the name of manifests.
    private struct ShownManifests {
        /// The file; nil where it is none.
        var file: ManifestFile?

        /// Why there is no file.
        var fault: String?

        /// Whether what the log shows is no file of manifests.
        var isMalformed = false

        init(fault: String) {
            self.fault = fault
        }

        init(_ file: ManifestFile?, width: Int) {
            self.file = file
            isMalformed = file == nil
            if isMalformed { fault = "is no file of \(width) byte strings and nulls" }
        }
    }

    /// Returns what the log shows; nil where it has nothing of this name.
    private func shownManifests(
        _ place: ManifestPlace, _ limit: Int, isFresh: Bool
    ) async throws(LogError) -> ShownManifests? {
        if let bytes = try await shown(place.file, limit, isFresh: isFresh) {
            return ShownManifests(
                ManifestFile(bytes, count: place.width), width: place.width)
        }
        guard place.width < TileID.width,
            let bytes = try await shown(place.fullFile, limit, isFresh: isFresh)
        else { return nil }
        return ShownManifests(
            ManifestFile(bytes, count: place.width, isExact: false), width: place.width)
    }

    private func shown(
        _ file: LogFile, _ limit: Int, isFresh: Bool
    ) async throws(LogError) -> [UInt8]? {
        isFresh
            ? try await source.log.freshBytes(of: file, limit: limit)
            : try await source.log.bytes(of: file, limit: limit)
    }

    // MARK: - Evidence

    /// Returns the evidence that the log has beside a bundle.
    func evidence(
        _ bundle: UInt64, limit: Int
    ) async throws(LogError) -> MirroredEvidence {
        guard patience.asks else { return .fault(Self.unasked) }
        do throws(LogError) {
            let bytes = try await source.log.bytes(
                of: LogLayout.tiles.file(.anchors(bundle)), limit: limit)
            return bytes.map { .file($0) } ?? .none
        } catch {
            if case .tooLarge = error, limit < Self.evidenceBytes { return .large }
            return .fault(try fault(error))
        }
    }
}

/// The place of a file of manifests.
private struct ManifestPlace {
    let number: UInt64
    let width: Int

    var file: LogFile { LogLayout.tiles.file(.manifests(number, width: width)) }

    var fullFile: LogFile { LogLayout.tiles.file(.manifests(number, width: TileID.width)) }

    /// The files of the copy that may have manifests of this place, each with its width: its own,
    /// and where it is the border bundle of a copy of `oldSize`, the one that it had then.
    func ownFiles(_ oldSize: UInt64) -> [(file: LogFile, width: Int)] {
        let before = StaticLayout.width(of: number, in: oldSize)
        let files = [(file, width)]
        guard before > 0, before < width else { return files }
        return files + [(LogLayout.tiles.file(.manifests(number, width: before)), before)]
    }
}
