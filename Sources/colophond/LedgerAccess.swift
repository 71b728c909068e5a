import Encoding
import Files
import Ledger
import LedgerControl
import LedgerServer
import LedgerStore
import Logging

/// A ledger that a server may have open: asks that one, and opens the folder where none has it.
struct LedgerAccess {
    let options: LedgerOptions

    /// Does long work in the process that has the ledger open, or here where there is none.
    ///
    /// Paths among the arguments must be absolute: see ``absolute(_:)``.
    func run(_ job: ControlJob, _ arguments: [String: String]) async throws(Failure) -> JSON.Object
    {
        let line = JobProgressLine()
        let arguments = ControlArguments(arguments)
        do {
            defer { line.clear() }
            if let result = try await client.call(job.name, arguments, progress: line.progress) {
                return result
            }
            let ledger = try open()
            defer { ledger.close() }
            return try job.work(ledger, arguments, line.progress)
        } catch {
            throw failure(error)
        }
    }

    /// The client of the socket beside the folder.
    var client: ControlClient {
        ControlClient(data: options.data)
    }

    /// Opens the folder here, without a word in any log.
    func open() throws(LedgerError) -> Ledger {
        let silence = Logger(label: "colophond") { _ in SwiftLogNoOpLogHandler() }
        var options = options
        options.servesHeads = false
        let ledger = try Ledger.open(options, logger: silence)
        if options.asksWitnesses {
            ledger.holdSigning(
                .cannotSign(
                    "nothing is signed before the witnesses were asked, which only \"colophond "
                        + "serve\" does: run this while it serves"))
        }
        return ledger
    }

    /// Says why the ledger refused.
    func failure(_ error: any Error) -> Failure {
        switch error {
        case let error as Failure: error
        case let error as LedgerError: Failure(error, data: options.data)
        case let error as ControlError: Failure("\(error)", code: error.remedy.rawValue)
        default: Failure("\(error)", code: Failure.unavailable)
        }
    }

    /// Returns `path` from the root, as another process understands it.
    static func absolute(_ path: String) throws(Failure) -> String {
        do throws(FileError) {
            return try NamedPath.absolute(path)
        } catch {
            throw Failure("\(error)")
        }
    }
}
