import Merkle

/// A TSTInfo as a test wants it (RFC 3161 §2.4.2), in DER.
struct TestInfo {
    var version: [UInt8] = [1]
    var policy: [UInt8] = [0x2a, 0x03, 0x04]
    var digest: [UInt8]
    /// SHA-256.
    var algorithm: [UInt8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01]
    var serial: [UInt8] = [5]
    var time = "20260301120000Z"
    var accuracy: [DERNode]?
    var nonce: [UInt8]?
    var isExtended = false
    var end: [UInt8] = []

    init(_ digest: Hash) { self.digest = digest.bytes }

    var bytes: [UInt8] {
        let algorithm = DERNode.constructed(
            0x30, [.primitive(0x06, algorithm), .primitive(0x05, [])])
        var nodes: [DERNode] = [
            .primitive(0x02, version), .primitive(0x06, policy),
            .constructed(0x30, [algorithm, .primitive(0x04, digest)]), .primitive(0x02, serial),
            .primitive(0x18, Array(time.utf8)),
        ]
        if let accuracy { nodes.append(.constructed(0x30, accuracy)) }
        if let nonce { nodes.append(.primitive(0x02, nonce)) }
        if isExtended {
            let unknown = DERNode.constructed(
                0x30,
                [.primitive(0x06, [0x2a, 0x03]), .primitive(0x01, [0xff]), .primitive(0x04, [0])])
            nodes.append(.constructed(0xa1, [unknown]))
        }
        return DERNode.constructed(0x30, nodes).bytes + end
    }

    /// POSIX seconds of ``time`` as it is unless changed.
    static let usualTime: UInt64 = 1_772_366_400
}
