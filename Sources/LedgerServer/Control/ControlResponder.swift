import HTTPTypes
import Hummingbird
import HummingbirdCore
import Ledger
import NIOCore

/// Answers on the control socket.
struct ControlResponder: HTTPResponder {
    typealias Context = LedgerResponder.Context

    let ledger: Ledger

    func respond(to request: Request, context: Context) async -> Response {
        do throws(Problem) {
            return try answer(request)
        } catch {
            return error.response(to: Accepted(request.headers))
        }
    }

    private func answer(_ request: Request) throws(Problem) -> Response {
        guard request.uri.path == ControlSocket.trustKitPath else {
            throw .notFound("no such request: the server may be older than this program")
        }
        guard request.method == .get else {
            throw Problem(
                status: .methodNotAllowed, title: "Method Not Allowed",
                detail: "\(request.uri.path) has GET", allow: "GET")
        }
        do {
            let files = try ledger.trustKit()
            return Answer.bytes(
                ControlSocket.encoded(files), MediaType.cbor, cache: CacheRule.never)
        } catch {
            throw .storage("the trust kit could not be made: \(error)")
        }
    }
}
