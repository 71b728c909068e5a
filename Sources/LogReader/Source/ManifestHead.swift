import Encoding

/// The head of an item in a file of manifests, which is a CBOR sequence of byte strings and nulls
/// (log.md §5).
enum ManifestHead: Equatable {
    /// There is no manifest (any more).
    case null

    /// So many bytes of a manifest follow a head of so many bytes.
    case manifest(headBytes: Int, count: Int)

    /// More of it must come.
    case cut

    /// No such file has it.
    case malformed

    /// Reads the head at the beginning of `bytes`, of which there is one at least.
    init(_ bytes: ArraySlice<UInt8>) {
        guard let first = bytes.first else {
            self = .cut
            return
        }
        guard first != Self.nullByte else {
            self = .null
            return
        }
        // The low five bits are the length itself, or say in how many bytes it follows.
        let information = Int(first & 0x1F)
        // No manifest needs a length of more than four bytes.
        guard first >> 5 == CBOR.Major.bytes.rawValue, information <= 26 else {
            self = .malformed
            return
        }
        guard information >= 24 else {
            self = .manifest(headBytes: 1, count: information)
            return
        }
        let lengthBytes = 1 << (information - 24)
        guard bytes.count > lengthBytes else {
            self = .cut
            return
        }
        let length = bytes.dropFirst().prefix(lengthBytes).reduce(0) { $0 << 8 | Int($1) }
        // The sequence is deterministic: a length has its shortest form (encoding.md §2).
        let smallest = information == 24 ? 24 : 1 << (8 * lengthBytes / 2)
        guard length >= smallest, length <= LogLimits.manifestBytes else {
            self = .malformed
            return
        }
        self = .manifest(headBytes: 1 + lengthBytes, count: length)
    }

    /// The one byte of CBOR's null.
    static let nullByte: UInt8 = 0xF6

    /// What a file of manifests breaks that has other heads, to follow its name.
    static func rule(_ width: Int) -> String {
        "must hold \(width) byte strings or nulls, none of more than \(LogLimits.manifestBytes) "
            + "bytes"
    }
}

/// Reads the heads of a file of manifests as its bytes come, so that what can be none is refused
/// before the rest of it is there.
struct ManifestHeads: Sendable {
    /// Items that may still begin.
    private var items: Int

    /// The bytes of a head that is not whole.
    private var head: [UInt8] = []

    /// Bytes of the manifest that are still to come.
    private var rest = 0

    /// Expects no more than `width` items.
    init(width: Int) {
        items = width
    }

    /// Takes the next bytes; false where no file of manifests has them at this place.
    mutating func take(_ bytes: [UInt8]) -> Bool {
        var next = 0
        while next < bytes.count {
            guard rest == 0 else {
                let passed = min(rest, bytes.count - next)
                rest -= passed
                next += passed
                continue
            }
            guard items > 0 else { return false }
            head.append(bytes[next])
            next += 1
            switch ManifestHead(head[...]) {
            case .cut: continue
            case .malformed: return false
            case .null: rest = 0
            case .manifest(_, let count): rest = count
            }
            head = []
            items -= 1
        }
        return true
    }
}
