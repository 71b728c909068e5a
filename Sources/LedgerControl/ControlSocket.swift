/// The socket by which commands reach the process that has a ledger open.
///
/// HTTP over a Unix socket beside the ledger's folder, for its owner only. What it answers:
///
///     GET /trust-kit           a trust kit as one file
///     POST /NAME?ARGUMENT=...  application/x-ndjson, for each ``ControlJob``; see ``ControlRun``
package enum ControlSocket {
    /// Returns the path of the socket of the ledger in `data`.
    package static func path(data: String) -> String {
        data + ".control"
    }

    /// The path of the trust kit's request.
    package static let trustKitPath = "/trust-kit"

    /// The field of its answer that says whether the ledger has cosigned heads.
    package static let cosignedField = "Colophon-Cosigned"

    /// The value of a field that says yes.
    package static let yes = "yes"
}
