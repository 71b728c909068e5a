import Auditing
import Files
import HTTPCalls
import LogReader
import Settings

/// Where the log is that an audit reads: an address, or a folder.
struct AuditPlace: Sendable {
    private let folder: String?
    private let service: (url: ServiceURL, options: CallOptions)?

    /// Reads what a command names.
    init(
        _ command: AuditCommand, _ settings: Settings, _ console: Console
    ) throws(Failure) {
        folder = command.from
        if let from = command.from {
            guard command.log.connection.ledger == nil else {
                throw .usage("--from DIR and --ledger exclude each other: name one of them")
            }
            try Network.requireFolder(from)
            service = nil
            return
        }
        let url = try Network.url(settings.required("ledger"))
        service = (url, try Network.options(settings, console))
    }

    /// Whether it is the log's own service, and not a copy.
    var isLive: Bool { service != nil }

    /// How long what may be late is waited for: no cache stands before a folder.
    var patience: HeadFetch.Patience { isLive ? .usual : HeadFetch.Patience { _ in } }

    /// What is done before each round of a source: a folder is opened anew, for its name may be a
    /// link that leads to another copy now.
    func renewal(of source: any LogSource) -> @Sendable () -> Void {
        guard let folder = source as? RenewedFolder else { return {} }
        return { folder.renew() }
    }

    /// Runs `body` with the source, which is closed behind it.
    func withSource<Value: Sendable>(
        _ body: (any LogSource, String) async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        guard let service else {
            let path = folder ?? ""
            let source: RenewedFolder
            do throws(LogError) {
                source = try RenewedFolder(path: path)
            } catch {
                guard case .file(let error, _) = error else { throw .unreadable(path, "\(error)") }
                throw .unreadable(
                    path, error.words, hint: "--from names a folder with the files of a log")
            }
            return try await body(source, path)
        }
        let caller = HTTPCaller(service.url, options: service.options)
        do throws(Failure) {
            let value = try await body(LogService(caller), "\(service.url)")
            await caller.close()
            return value
        } catch {
            await caller.close()
            throw error
        }
    }
}

extension HeadFetch.Patience {
    /// Waits by the clock.
    fileprivate static let usual = HeadFetch.Patience { duration throws(CancellationError) in
        do {
            try await Task.sleep(for: duration)
        } catch {
            throw CancellationError()
        }
    }
}

extension ProgressLine {
    /// Shows how far an audit is.
    func show(_ step: AuditStep) {
        switch step {
        case .entries(let done, let total, let bytes):
            report("replaying entries", done, of: total, bytes: bytes)
        case .evidence(let done, let total):
            report("looking at evidence", things: done, of: total)
        case .settling(let done, let total):
            // How fast entries were replayed says nothing of it.
            if done == 0 { clear() }
            report("holding entries to each other", things: done, of: total)
        case .waiting: clear()
        }
    }
}
