import Files

/// What a log shows as its newest index head.
package enum ShownIndexHead: Sendable {
    /// There is none.
    case none

    /// A file, of which nobody has proven anything.
    case file([UInt8])

    /// None that can be taken: why, as what follows the file's name.
    case fault(String)

    /// Nobody knows: it could not be read, for this reason, and may be another time.
    case unread(String)

    /// Asks a log; only a run that is stopped fails.
    package init(of log: any LogSource) async throws(LogError) {
        do throws(LogError) {
            let bytes = try await log.bytes(
                of: LogLayout.tiles.file(.indexHead), limit: LogLimits.indexHeadBytes)
            self = bytes.map { .file($0) } ?? .none
        } catch {
            guard !Task.isCancelled else { throw error }
            self = error.meaning == .unreadable ? .unread(error.reason) : .fault(error.reason)
        }
    }
}

extension LogMirror {
    /// Keeps the index head that the log showed, once the entry that it is stands in the copy; the
    /// one that is there stays until then.
    ///
    /// It comes before the checkpoint. A kill between leaves a head that the older checkpoint may
    /// not cover, which its readers say; the next run brings the checkpoint.
    mutating func put(
        _ shown: ShownIndexHead, _ tree: LogTree, _ rules: some MirrorRules
    ) async throws {
        let name = StaticLayout.indexHead
        let own = try ownIndexHead(rules)
        report.indexedSize = own?.size
        let bytes: [UInt8]
        switch shown {
        case .none: return
        case .fault(let reason): return report.refuse(name, reason)
        case .unread(let reason): return report.lacksIndexHead(reason)
        case .file(let file): bytes = file
        }
        switch rules.indexHead(bytes) {
        case .refused(let reason): report.refuse(name, reason)
        case .head(let index, let leaf, let size):
            // A cache may show an older checkpoint, or an older head: the next run finds both.
            guard index < tree.size, index >= own?.index ?? 0 else { return }
            guard try await tree.leafHash(at: index) == leaf else {
                return report.refuse(name, "is not entry \(index) of the log, as its receipt says")
            }
            try writer.put(bytes, name)
            report.indexedSize = size
        }
    }

    /// The place and the size of the head that the copy has; nil where it has none that counts.
    private func ownIndexHead(
        _ rules: some MirrorRules
    ) throws(StaticLogError) -> (index: UInt64, size: UInt64)? {
        let folder = writer.folder
        let bytes = try staticFiles { () throws(FileError) -> [UInt8]? in
            do throws(FileError) {
                return try folder.read(StaticLayout.indexHead, limit: LogLimits.indexHeadBytes)
            } catch {
                // None of ours is as large.
                guard case .tooLarge = error.reason else { throw error }
                return nil
            }
        }
        guard let bytes, case .head(let index, _, let size) = rules.indexHead(bytes) else {
            return nil
        }
        return (index, size)
    }
}
