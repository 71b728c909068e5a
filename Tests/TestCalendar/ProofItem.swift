/// What an OpenTimestamps tree is written of, item by item: also what no tree may have.
///
/// It is written from the format's definition, in the order that a test names.
package indirect enum ProofItem: Sendable {
    /// An attestation: its tag in hexadecimal digits, and its payload.
    case attestation(String, [UInt8])

    /// A step: its bytes, and what follows.
    case step([UInt8], [ProofItem])

    package static func append(_ argument: [UInt8], _ next: [ProofItem]) -> ProofItem {
        .step([0xf0] + Self.counted(argument), next)
    }

    package static func prepend(_ argument: [UInt8], _ next: [ProofItem]) -> ProofItem {
        .step([0xf1] + Self.counted(argument), next)
    }

    package static func sha256(_ next: [ProofItem]) -> ProofItem { .step([0x08], next) }

    package static func pending(_ calendar: String) -> ProofItem {
        .attestation("83dfe30d2ef90c8e", counted(Array(calendar.utf8)))
    }

    package static func bitcoin(_ height: Int) -> ProofItem {
        .attestation("0588960d73d71901", number(height))
    }

    /// The bytes of a tree with these items, in this order.
    package static func tree(_ items: [ProofItem]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, item) in items.enumerated() {
            if index < items.count - 1 { bytes.append(0xff) }
            bytes += item.bytes
        }
        return bytes
    }

    /// The bytes of a detached file about a digest.
    package static func file(_ digest: [UInt8], _ items: [ProofItem]) -> [UInt8] {
        var bytes: [UInt8] = [0]
        bytes += "OpenTimestamps".utf8
        bytes += [0, 0]
        bytes += "Proof".utf8
        bytes += [0x00, 0xbf, 0x89, 0xe2, 0xe8, 0x84, 0xe8, 0x92, 0x94, 0x01, 0x08]
        return bytes + digest + tree(items)
    }

    /// A number as the format has it: seven bits a byte, the lowest first.
    package static func number(_ value: Int) -> [UInt8] {
        value < 128 ? [UInt8(value)] : [UInt8(value & 127) | 128] + number(value >> 7)
    }

    package static func counted(_ bytes: [UInt8]) -> [UInt8] { number(bytes.count) + bytes }

    private var bytes: [UInt8] {
        switch self {
        case .attestation(let tag, let payload):
            var bytes: [UInt8] = [0]
            var rest = Substring(tag)
            while !rest.isEmpty {
                bytes.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
                rest = rest.dropFirst(2)
            }
            return bytes + Self.counted(payload)
        case .step(let step, let next): return step + Self.tree(next)
        }
    }
}
