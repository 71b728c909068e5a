import Encoding
package import Provenance

/// The socket by which commands reach the process that has a ledger open.
///
/// HTTP over a Unix socket beside the ledger's folder, for its owner only. What it answers:
///
///     GET /trust-kit           application/cbor, {file name: bytes}
///     POST /NAME?ARGUMENT=...  application/x-ndjson, for each ``ControlJob``; see ``ControlRun``
package enum ControlSocket {
    /// Returns the path of the socket of the ledger in `data`.
    package static func path(data: String) -> String {
        data + ".control"
    }

    /// The path of the trust kit's request.
    package static let trustKitPath = "/trust-kit"

    /// Returns the kit's files as the socket sends them.
    package static func encoded(_ files: TrustKit.Files) -> [UInt8] {
        let pairs = files.named.map { (CBORLabel.text(Text($0.name)), CBOR.bytes($0.bytes)) }
        return CBOR.map(CBORMap(pairs)).encoded()
    }
}
