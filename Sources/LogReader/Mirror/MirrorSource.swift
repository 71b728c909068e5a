/// What a copy has of a log already, and behind it the log that is copied.
///
/// A file of the copy is taken where it is there. Where it turns out to be wrong, the reader asks
/// again, and that is for the log: so what is damaged on the disk mends itself, and what is whole
/// is not fetched twice.
struct MirrorSource: LogSource {
    let copy: LogFolder
    let log: any LogSource

    func location(of path: String) -> String { log.location(of: path) }

    func bytes(of file: LogFile, limit: Int) async throws(LogError) -> [UInt8]? {
        // Only these never change under their names.
        guard file.part.isOfTree else { return try await log.bytes(of: file, limit: limit) }
        do throws(LogError) {
            if let own = try await copy.bytes(of: file, limit: limit) { return own }
        } catch .tooLarge {
            // No file of this name is as large: the log's takes its place.
        }
        return try await log.bytes(of: file, limit: limit)
    }

    func freshBytes(of file: LogFile, limit: Int) async throws(LogError) -> [UInt8]? {
        try await log.freshBytes(of: file, limit: limit)
    }

    /// The first time that is asked again it is for the log, which has not been asked yet.
    var patience: [Duration] { [.zero] + log.patience }
}
