import Merkle

/// A map that an index head says, and that is still to be computed.
struct PendingMap: Hashable, Sendable {
    /// The index of the head.
    let index: UInt64

    /// The number of entries that it covers.
    let size: UInt64

    /// The root that it says.
    let map: Hash

    /// Bytes of one in a state.
    static let byteCount = 16 + Hash.byteCount

    /// Creates it of its parts.
    init(index: UInt64, size: UInt64, map: Hash) {
        (self.index, self.size, self.map) = (index, size, map)
    }

    /// Reads one that begins at `start`; the bytes are there.
    init?(at start: Int, of bytes: Span<UInt8>) {
        guard let map = Hash(bytes.extracting(start + 16..<(start + Self.byteCount))) else {
            return nil
        }
        self.init(index: bytes.word(at: start), size: bytes.word(at: start + 8), map: map)
    }

    /// Appends its bytes: index (8), size (8), map (32).
    func append(to bytes: inout [UInt8]) {
        bytes.append(word: index)
        bytes.append(word: size)
        map.append(to: &bytes)
    }
}
