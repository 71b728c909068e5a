import Encoding
public import LedgerStore
import Merkle
import Provenance

/// All control statements of one head in order, a few at a time, as a CBOR sequence of byte
/// strings.
public struct ControlPieces: Sendable {
    /// Number of statements: the same number of one log is the same statements.
    public let count: UInt64

    private let published: Published
    private var next: UInt64 = 0

    init(_ published: Published) {
        self.published = published
        count = published.registry.sequence
    }

    /// Returns the next statements, until they are as many bytes; nil where there are no more.
    public mutating func next(byteLimit: Int) throws(LedgerError) -> [UInt8]? {
        guard next < count else { return nil }
        var piece: [UInt8] = []
        let store = published.store
        while next < count, piece.count < byteLimit {
            CBOR.append(try store.leaf(store.controlIndex(next)), to: &piece)
            next += 1
        }
        return piece
    }
}
