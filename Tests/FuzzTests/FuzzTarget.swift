/// A reader of bytes that anyone may have made, and what must hold for every input.
///
/// `Tools/fuzz` looks for inputs that break a property; the tests replay those that were kept.
enum FuzzTarget: String, CaseIterable, Sendable {
    case cbor
    case cborSequence = "cbor-sequence"
    case coseKey = "cose-key"
    case coseSign1 = "cose-sign1"
    case json
    case note
    case checkpoint
    case tlogProof = "tlog-proof"
    case misbehaviour
    case policy
    case verifierKey = "vkey"
    case origin
    case tilePath = "tile-path"
    case manifest
    case statement
    case receipt
    case transparent
    case verify
    case complete
    case kit
    case kitFile = "kit-file"
    case gzip
    case pem
    case der
    case picture
    case credentials
    case batch
    case request
    case backupFolder = "backup-folder"
    case exportFolder = "export-folder"
    case controlPeer = "control-peer"
    case timestampProof = "timestamp-proof"
    case calendarReply = "calendar-reply"
    case blockHeaders = "block-headers"
    case timestampToken = "timestamp-token"
    case timestampReply = "timestamp-reply"
    case timestampAuthorities = "timestamp-cas"
    case recordAnchors = "record-anchors"
    case auditedLeaf = "audited-leaf"
    case evidence

    /// Whether the reader accepts `bytes`; throws where what it then says breaks the property.
    func accepts(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        switch self {
        case .cbor: try Self.cbor(bytes)
        case .cborSequence: try Self.cborSequence(bytes)
        case .coseKey: try Self.coseKey(bytes)
        case .coseSign1: try Self.coseSign1(bytes)
        case .json: try Self.json(bytes)
        case .note: try Self.note(bytes)
        case .checkpoint: try Self.checkpoint(bytes)
        case .tlogProof: try Self.tlogProof(bytes)
        case .misbehaviour: try Self.misbehaviour(bytes)
        case .policy: try Self.policy(bytes)
        case .verifierKey: try Self.verifierKey(bytes)
        case .origin: try Self.origin(bytes)
        case .tilePath: try Self.tilePath(bytes)
        case .manifest: try Self.manifest(bytes)
        case .statement: try Self.statement(bytes)
        case .receipt: try Self.receipt(bytes)
        case .transparent: try Self.transparent(bytes)
        case .verify: try Self.verify(bytes)
        case .complete: try Self.complete(bytes)
        case .kit: try Self.kit(bytes)
        case .kitFile: try Self.kitFile(bytes)
        case .gzip: try Self.gzip(bytes)
        case .pem: try Self.pem(bytes)
        case .der: try Self.der(bytes)
        case .picture: try Self.picture(bytes)
        case .credentials: try Self.credentials(bytes)
        case .batch: try Self.batch(bytes)
        case .request: try Self.request(bytes)
        case .backupFolder: try Self.backupFolder(bytes)
        case .exportFolder: try Self.exportFolder(bytes)
        case .controlPeer: try Self.controlPeer(bytes)
        case .timestampProof: try Self.timestampProof(bytes)
        case .calendarReply: try Self.calendarReply(bytes)
        case .blockHeaders: try Self.blockHeaders(bytes)
        case .timestampToken: try Self.timestampToken(bytes)
        case .timestampReply: try Self.timestampReply(bytes)
        case .timestampAuthorities: try Self.timestampAuthorities(bytes)
        case .recordAnchors: try Self.anchors(bytes)
        case .auditedLeaf: try Self.auditedLeaf(bytes)
        case .evidence: try Self.evidence(bytes)
        }
    }

    /// Longest input that is worth trying: beyond it inputs only become slow.
    var maximumByteCount: Int {
        switch self {
        case .origin, .tilePath, .verifierKey, .backupFolder, .exportFolder: 512
        case .manifest, .statement, .receipt, .transparent, .verify, .kit, .kitFile, .policy,
            .recordAnchors:
            16 * 1024
        default: 4 * 1024
        }
    }
}

/// What an input showed to be untrue.
struct BrokenProperty: Error, CustomStringConvertible {
    let description: String
}

/// Throws where `condition`, which `claim` puts into words, does not hold.
func hold(
    _ condition: Bool, _ claim: @autoclosure () -> String
) throws(BrokenProperty) {
    guard condition else { throw BrokenProperty(description: "untrue: \(claim())") }
}
