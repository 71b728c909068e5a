import LogReader

/// Tells when a wrong file was asked for, and waits for an hour before it asks again.
struct WaitingSource: LogSource {
    let shown: Shown
    let path: String
    let asked: AsyncStream<Void>.Continuation

    let patience: [Duration] = [.seconds(3_600)]

    func location(of path: String) -> String { shown.location(of: path) }

    func bytes(of file: LogFile, limit: Int) async throws(LogError) -> [UInt8]? {
        let bytes = try await shown.bytes(of: file, limit: limit)
        if file.path == path { asked.yield() }
        return bytes
    }
}
