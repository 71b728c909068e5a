import HTTPService
import HTTPTypes
import HummingbirdCore
import Ledger
import LedgerControl
import Provenance
import Synchronization

/// What the control socket answers: see ``ControlSocket``.
///
/// Long requests are answered with 200 as soon as they begin, and then line by line; see
/// ``ControlRun``. A wrong request is a problem with its own status.
final class ControlRoutes: Routes {
    private let ledger: Ledger
    private let jobs: [String: ControlJob]
    /// The names of what runs now: two backups at a time would only be in each other's way.
    private let running = Mutex<Set<String>>([])

    init(ledger: Ledger, jobs: [ControlJob]) {
        self.ledger = ledger
        self.jobs = Dictionary(uniqueKeysWithValues: jobs.map { ("/\($0.name)", $0) })
    }

    let absence = "no such request: the server may be older than this program"

    func route(to path: String) -> Route? {
        if let job = jobs[path] {
            return .stream(path) { [self] exchange, _ throws(Problem) in
                try start(job, exchange)
            }
        }
        guard path == ControlSocket.trustKitPath else { return nil }
        return .download(path) { [self] _, _ throws(Problem) in try trustKit() }
    }

    /// Returns the whole kit; it is as large as all control statements together.
    private func trustKit() throws(Problem) -> Response {
        do {
            let files = try ledger.trustKit()
            var response = Answer.bytes(files.oneFile, MediaType.trustKit, cache: CacheRule.never)
                .response()
            if let field = HTTPField.Name(ControlSocket.cosignedField) {
                let isCosigned = try ledger.hasCosignedHead()
                response.headers[field] = isCosigned ? ControlSocket.yes : "no"
            }
            return response
        } catch {
            throw .storage("the trust kit could not be made: \(error)")
        }
    }

    private func start(_ job: ControlJob, _ exchange: Exchange) throws(Problem) -> Response {
        let query = try Query(exchange.query, allowed: job.parameters)
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
}
