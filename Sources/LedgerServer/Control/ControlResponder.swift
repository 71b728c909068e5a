import LedgerControl
import HTTPService
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Ledger
import NIOCore
import Synchronization

/// Answers on the control socket.
///
/// Long requests are answered with 200 as soon as they begin, and then line by line; see
/// ``ControlRun``. A wrong request is a problem with its own status.
final class ControlResponder: HTTPResponder {
    typealias Context = ChannelContext

    private let ledger: Ledger
    private let jobs: [String: ControlJob]
    /// The names of what runs now: two backups at a time would only be in each other's way.
    private let running = Mutex<Set<String>>([])

    init(ledger: Ledger, jobs: [ControlJob]) {
        self.ledger = ledger
        self.jobs = Dictionary(uniqueKeysWithValues: jobs.map { ("/\($0.name)", $0) })
    }

    func respond(to request: Request, context: Context) async -> Response {
        do throws(Problem) {
            if let job = jobs[request.uri.path] { return try start(job, request) }
            return try answer(request)
        } catch {
            return error.reply(to: Accepted(request.headers)).response()
        }
    }

    private func answer(_ request: Request) throws(Problem) -> Response {
        guard request.uri.path == ControlSocket.trustKitPath else {
            throw .notFound("no such request: the server may be older than this program")
        }
        try Self.check(request, has: .get)
        do {
            let files = try ledger.trustKit()
            return Answer.bytes(
                ControlSocket.encoded(files), MediaType.cbor, cache: CacheRule.never
            ).response()
        } catch {
            throw .storage("the trust kit could not be made: \(error)")
        }
    }

    private func start(_ job: ControlJob, _ request: Request) throws(Problem) -> Response {
        try Self.check(request, has: .post)
        let query = try Query(request.uri.query, allowed: job.parameters)
        let values = job.parameters.map { ($0, query[$0]) }
        let arguments = ControlArguments(
            Dictionary(uniqueKeysWithValues: values).compactMapValues { $0 })
        var headers = HTTPFields()
        headers[.contentType] = MediaType.jsonLines
        headers[.cacheControl] = CacheRule.never
        let body = ResponseBody { [self] writer in
            // Claimed here, where it is sure to be given back.
            let isFirst = running.withLock { $0.insert(job.name).inserted }
            defer { if isFirst { running.withLock { _ = $0.remove(job.name) } } }
            try await ControlRun().run(&writer) { [self] progress in
                guard isFirst else {
                    throw ControlError("another \(job.name) is under way; wait for its end")
                }
                return try job.work(ledger, arguments, progress)
            }
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    private static func check(
        _ request: Request, has method: HTTPRequest.Method
    ) throws(Problem) {
        guard request.method == method else {
            throw Problem(
                status: .methodNotAllowed, title: "Method Not Allowed",
                detail: "\(request.uri.path) has \(method)", allow: method.rawValue)
        }
    }
}
