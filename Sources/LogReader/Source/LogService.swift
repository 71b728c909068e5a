import Compression
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

    /// Who asks.
    package let caller: HTTPCaller

    /// Asks through `caller`, whose limits on time and tries hold; whoever made it closes it.
    public init(_ caller: HTTPCaller, patience: [Duration] = LogService.patience) {
        self.caller = caller
        self.patience = patience
    }

    /// The address of `path`.
    public func location(of path: String) -> String { "\(caller.service)/\(path)" }

    /// Returns what a GET of the file answers; nil where the service says that there is nothing.
    public func bytes(of file: LogFile, limit: Int) async throws(LogError) -> [UInt8]? {
        try await answer(file, limit, isFresh: false)
    }

    /// Asks in the same way, and caches on the way not to answer.
    public func freshBytes(of file: LogFile, limit: Int) async throws(LogError) -> [UInt8]? {
        try await answer(file, limit, isFresh: true)
    }

    private func answer(
        _ file: LogFile, _ limit: Int, isFresh: Bool
    ) async throws(LogError) -> [UInt8]? {
        // C2SP tlog-tiles allows gzip for entries.
        let request = CallRequest(
            "GET", "/" + file.path, accept: "*/*", acceptsGzip: file.part.isCompressible,
            isFresh: isFresh, status: 200)
        let place = place(of: file)
        let answer: Answer
        do throws(CallError) {
            answer = try await send(request, Body(file.part, limit: limit))
        } catch {
            switch error {
            case .refused(let problem) where problem.status == 404 || problem.status == 410:
                return nil
            case .unexpected(let reason):
                throw .malformed(place, rule: "is \(reason)")
            case .refused, .unavailable, .unreachable, .untrusted, .page:
                throw .service(place, error)
            }
        }
        switch answer {
        case .bytes(let bytes): return bytes
        case .tooLong: throw .tooLarge(place, limit: limit)
        case .malformed(let rule): throw .malformed(place, rule: rule)
        case .redirect(let status): throw .redirected(place, status: status)
        }
    }

    /// What came to a request that is not tried again.
    private enum Answer {
        case bytes([UInt8])
        case tooLong
        case malformed(rule: String)
        case redirect(Int)
    }

    private func send(
        _ request: CallRequest, _ empty: Body
    ) async throws(CallError) -> Answer {
        try await caller.call(sending: 0) { time in
            let (body, status) = await caller.exchange(request, time, into: empty) {
                body, part throws(CallFailure) in
                body.take(part)
                // What stands there already decides: nothing more of the answer is heard.
                if body.end != nil { throw CallFailure(.unexpected("an answer that was cut off")) }
            }
            if let end = body.end { return .done(end) }
            switch status {
            case .success: return .done(.bytes(body.bytes))
            case .failure(let failure):
                guard let status = failure.status else { return .failed(failure) }
                if status >= 300 { return .done(.redirect(status)) }
                // Nobody knows what is there: no file of a log is a part of one, or nothing.
                return .failed(CallFailure(.unreachable("status \(status), without the file")))
            }
        }
    }

    /// What of an answer has come, as gzip unfolds it, and never more than its limit.
    private struct Body {
        private var gathered: BoundedBytes

        /// Reads along in a file of manifests, the largest of all: what can be none is refused
        /// where it stands.
        private var heads: ManifestHeads?

        private let width: Int

        /// Why no more is taken.
        private(set) var end: Answer?

        var bytes: [UInt8] { gathered.bytes }

        init(_ part: LogPart, limit: Int) {
            gathered = BoundedBytes(limit: limit)
            if case .manifests(_, let width) = part {
                (heads, self.width) = (ManifestHeads(width: width), width)
            } else {
                (heads, width) = (nil, 0)
            }
        }

        mutating func take(_ piece: [UInt8]) {
            if heads?.take(piece) == false {
                end = .malformed(rule: ManifestHead.rule(width))
            } else if !gathered.append(piece) {
                end = .tooLong
            }
            if end != nil { gathered.drop() }
        }
    }
}
