import Compression
import Merkle

extension LogTree {
    /// Reads a file until `check` accepts it, as often as the source's patience allows.
    ///
    /// What the source does not say, or nobody can hear, is not tried again here: whoever calls
    /// has done so. What is wrong may be right in a moment: a store shows a new file late, a cache
    /// on the way gives an old one.
    ///
    /// - Parameters:
    ///   - limit: bytes that are read.
    ///   - most: bytes that such a file may have; a larger one than `limit` is no wrong one.
    ///   - isCovered: whether the checkpoint covers it, so that it must be there.
    ///   - isFresh: whether it was wrong before, so that caches on the way are not to answer.
    ///   - check: gets the file, and whether it is asked for the last time.
    func file<Value>(
        _ limit: Int, of most: Int, width: Int, isCovered: Bool = true, isFresh: Bool = false,
        _ part: (Int) -> LogPart, _ check: (ShownFile, Bool) throws(LogError) -> Value
    ) async throws(LogError) -> Value {
        var waits = patience
        var isFresh = isFresh
        while true {
            do throws(LogError) {
                let shown = try await file(limit, width: width, isFresh: isFresh, part)
                return try check(shown, waits.isEmpty)
            } catch {
                if !isCovered, case .missing = error { throw error }
                if limit < most, case .tooLarge = error { throw error }
                guard error.isOfFile else { throw error }
                guard let wait = waits.popFirst() else {
                    memory.countWrong()
                    throw error
                }
                try await pause(wait, after: error)
                isFresh = true
            }
        }
    }

    /// How long to wait, each time, before what is wrong is asked for again.
    var patience: ArraySlice<Duration> {
        memory.isOutOfPatience ? [] : source.patience[...]
    }

    /// Waits before what `error` is about is asked for again.
    func pause(_ wait: Duration, after error: LogError) async throws(LogError) {
        try await source.pause(
            wait, before: error.file ?? source.place(of: layout.file(.checkpoint)))
    }

    /// Reads the file of `width`, or the full one in its place: a partial file may be gone once
    /// its bundle is full (C2SP tlog-tiles).
    private func file(
        _ limit: Int, width: Int, isFresh: Bool, _ part: (Int) -> LogPart
    ) async throws(LogError) -> ShownFile {
        let exact = layout.file(part(width))
        if let bytes = try await bytes(of: exact, limit, isFresh) {
            return ShownFile(place: source.place(of: exact), bytes: bytes, isExact: true)
        }
        let full = layout.file(part(TileID.width))
        guard width < TileID.width, let bytes = try await bytes(of: full, limit, isFresh)
        else { throw .missing(source.place(of: exact)) }
        return ShownFile(place: source.place(of: full), bytes: bytes, isExact: false)
    }

    private func bytes(
        of file: LogFile, _ limit: Int, _ isFresh: Bool
    ) async throws(LogError) -> [UInt8]? {
        let limit = min(limit, file.part.byteLimit ?? limit)
        return isFresh
            ? try await source.freshBytes(of: file, limit: limit)
            : try await source.bytes(of: file, limit: limit)
    }
}

/// A file of the log as the source gave it, of the width that was asked for or a wider one.
struct ShownFile {
    let place: LogError.File
    let bytes: [UInt8]

    /// Whether it must end where the width that was asked for does.
    let isExact: Bool

    /// Returns the first `width` hashes of a tile.
    func hashes(_ width: Int) throws(LogError) -> [Hash] {
        let expected = (isExact ? width : TileID.width) * Hash.byteCount
        guard bytes.count == expected, let hashes = Hash.list(bytes.span) else {
            throw .malformed(place, rule: "must have \(expected) bytes, has \(bytes.count)")
        }
        return isExact ? hashes : Array(hashes.prefix(width))
    }

    /// The same file as the gzip in it has it; nil where it does not hold gzip.
    func inflated(limit: Int) throws(LogError) -> ShownFile? {
        guard bytes.starts(with: [0x1F, 0x8B, 0x08]) else { return nil }
        do throws(GzipError) {
            let plain = try GzipInflater.inflated(bytes, limit: limit)
            return ShownFile(place: place, bytes: plain, isExact: isExact)
        } catch {
            guard case .tooLarge = error else { return nil }
            throw .tooLarge(place, limit: limit)
        }
    }
}
