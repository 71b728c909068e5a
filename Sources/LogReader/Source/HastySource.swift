/// A source whose files are asked for once: for whoever can do without them.
public struct HastySource: LogSource {
    private let source: any LogSource

    /// Reads from `source`, and waits for nothing.
    public init(_ source: any LogSource) {
        self.source = source
    }

    /// Where the source has it.
    public func location(of path: String) -> String { source.location(of: path) }

    /// Returns what the source has.
    public func bytes(of file: LogFile, limit: Int) async throws(LogError) -> [UInt8]? {
        try await source.bytes(of: file, limit: limit)
    }
}
