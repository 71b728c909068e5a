public import HTTPCalls

/// The files of a log behind HTTP, below the address of a service.
public struct LogService: LogSource {
    private let caller: HTTPCaller

    /// Asks through `caller`, whose limits on time and tries hold; whoever made it closes it.
    public init(_ caller: HTTPCaller) {
        self.caller = caller
    }

    /// The address of `path`.
    public func location(of path: String) -> String { "\(caller.service)/\(path)" }

    /// Returns what a GET of `path` answers; nil where the service says that there is nothing.
    public func bytes(at path: String, limit: Int) async throws(LogError) -> [UInt8]? {
        // Hashes do not compress, entries do (C2SP tlog-tiles allows gzip for them).
        let acceptsGzip = path.hasPrefix("tile/entries/") || path.hasPrefix("manifests/")
        let request = CallRequest(
            "GET", "/" + path, accept: "*/*", acceptsGzip: acceptsGzip, status: 200)
        do throws(CallError) {
            return try await caller.send(request, limit: limit).body
        } catch {
            switch error {
            case .refused(let problem) where problem.status == 404 || problem.status == 410:
                return nil
            case .unexpected(let reason):
                throw .malformed(path: location(of: path), rule: "is \(reason)")
            case .refused, .unavailable, .unreachable, .untrusted, .page:
                throw .service(address: location(of: path), error)
            }
        }
    }
}
