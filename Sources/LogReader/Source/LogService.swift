public import HTTPCalls

/// The files of a log behind HTTP, below the address of a service.
public struct LogService: LogSource {
    /// Waits before a file that is not what it must be is asked for again.
    ///
    /// Stores and caches in front of them show a new file within seconds; whoever shows a wrong
    /// one for so long shows it to everybody.
    public static let patience: [Duration] = [.seconds(1), .seconds(4), .seconds(15)]

    /// The waits of this one.
    public let patience: [Duration]

    private let caller: HTTPCaller

    /// Asks through `caller`, whose limits on time and tries hold; whoever made it closes it.
    public init(_ caller: HTTPCaller, patience: [Duration] = LogService.patience) {
        self.caller = caller
        self.patience = patience
    }

    /// The address of `path`.
    public func location(of path: String) -> String { "\(caller.service)/\(path)" }

    /// Returns what a GET of `path` answers; nil where the service says that there is nothing.
    public func bytes(at path: String, limit: Int) async throws(LogError) -> [UInt8]? {
        try await answer(path, limit, isFresh: false)
    }

    /// Asks in the same way, and caches on the way not to answer.
    public func freshBytes(at path: String, limit: Int) async throws(LogError) -> [UInt8]? {
        try await answer(path, limit, isFresh: true)
    }

    private func answer(
        _ path: String, _ limit: Int, isFresh: Bool
    ) async throws(LogError) -> [UInt8]? {
        // Hashes do not compress, entries do (C2SP tlog-tiles allows gzip for them).
        let acceptsGzip =
            ["/entries/", "/data/"].contains { path.contains($0) }
            || ["manifests/", "anchors/", StaticLayout.control].contains { path.hasPrefix($0) }
        let request = CallRequest(
            "GET", "/" + path, accept: "*/*", acceptsGzip: acceptsGzip, isFresh: isFresh,
            status: 200)
        let answer: Answer
        do throws(CallError) {
            answer = try await send(request, limit)
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
        switch answer {
        case .bytes(let bytes): return bytes
        case .tooLong: throw .tooLarge(path: location(of: path), limit: limit)
        case .redirect(let status): throw .redirected(path: location(of: path), status: status)
        }
    }

    /// What came to a request that is not tried again.
    private enum Answer {
        case bytes([UInt8])
        case tooLong
        case redirect(Int)
    }

    private func send(_ request: CallRequest, _ limit: Int) async throws(CallError) -> Answer {
        try await caller.call(sending: 0) { time in
            let (body, status) = await caller.exchange(request, time, into: Body()) {
                body, part throws(CallFailure) in
                body.bytes += part
                guard body.bytes.count <= limit else {
                    body.isTooLong = true
                    throw CallFailure(.unexpected("an answer of more than \(limit) bytes"))
                }
            }
            switch status {
            case .success: return .done(.bytes(body.bytes))
            case .failure where body.isTooLong: return .done(.tooLong)
            case .failure(let failure):
                guard let status = failure.status else { return .failed(failure) }
                if status >= 300 { return .done(.redirect(status)) }
                // Nobody knows what is there: no file of a log is a part of one, or nothing.
                return .failed(CallFailure(.unreachable("status \(status), without the file")))
            }
        }
    }

    /// What of an answer has come.
    private struct Body {
        var bytes: [UInt8] = []
        var isTooLong = false
    }
}
