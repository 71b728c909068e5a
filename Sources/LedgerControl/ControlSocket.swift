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

    /// The names of a kit's files: what an answer calls otherwise is written nowhere.
    package static let kitNames: Set<String> = [
        "policy", "genesis", "registry.cbor", "receipt-keys.cbor", "tsa.pem",
    ]

    /// The path of the trust kit's request.
    package static let trustKitPath = "/trust-kit"

    /// Returns the kit's files as the socket sends them.
    package static func encoded(_ files: TrustKit.Files) -> [UInt8] {
        let pairs = names(files).map { (CBORLabel.text(Text($0.name)), CBOR.bytes($0.bytes)) }
        return CBOR.map(CBORMap(pairs)).encoded()
    }

    /// Returns a kit's files under their names in its folder (trust-kit.md).
    package static func names(_ files: TrustKit.Files) -> [(name: String, bytes: [UInt8])] {
        var named: [(name: String, bytes: [UInt8])] = [
            ("policy", files.policy), ("genesis", files.genesis),
            ("registry.cbor", files.registry), ("receipt-keys.cbor", files.receiptKeys),
        ]
        if let roots = files.timestampRoots { named.append(("tsa.pem", roots)) }
        return named
    }
}
