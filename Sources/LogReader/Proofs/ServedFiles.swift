import Merkle

/// Which files a source has beside those that every log of tiles has.
///
/// That there are none of a kind says nothing about the log: another copy may have them.
public struct ServedFiles: Hashable, Sendable {
    /// The manifests beside the newest bundle.
    public let manifests: Bool

    /// The evidence about heads beside the first or the newest bundle; a bundle in which no head
    /// was dated has no file.
    public let anchors: Bool

    /// All control statements.
    public let control: Bool

    /// The keys that sign receipts.
    public let receiptKeys: Bool
}

extension LogTree {
    /// Looks which files the source has beside checkpoint, tiles and bundles.
    public func servedFiles() async throws(LogError) -> ServedFiles {
        let last = bundleCount == 0 ? 0 : bundleCount - 1
        let width = StaticLayout.width(of: last, in: size)
        var manifests = false
        if width > 0 {
            manifests = try await has(.manifests(last, width: width))
        }
        var anchors = try await has(.anchors(last))
        if !anchors, last > 0 { anchors = try await has(.anchors(0)) }
        return ServedFiles(
            manifests: manifests, anchors: anchors,
            control: try await has(.control),
            receiptKeys: try await has(.receiptKeys))
    }

    /// Bytes that are read to see that a file is there.
    private static let probeBytes = 1 << 20

    private func has(_ part: LogPart) async throws(LogError) -> Bool {
        do throws(LogError) {
            return try await source.bytes(of: layout.file(part), limit: Self.probeBytes) != nil
        } catch {
            // A file that is not what it must be is there, too.
            guard error.meaning == .wrong else { throw error }
            return true
        }
    }
}
