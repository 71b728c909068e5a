import Encoding
public import LedgerStore
import Merkle
import Provenance

/// The manifests beside an entry bundle, a few at a time, as a CBOR sequence: each a byte string,
/// or null where there is none (any more).
///
/// Between two pieces nothing is kept of the store: a slow reader keeps nothing from being erased.
/// A manifest that is erased meanwhile is null where it has not been given out yet.
public struct ManifestPieces: Sendable {
    private let published: Published
    private var next: UInt64
    private let end: UInt64

    init(_ published: Published, _ entries: Range<UInt64>) {
        self.published = published
        next = entries.lowerBound
        end = entries.upperBound
    }

    /// Returns the next manifests, until they are as many bytes; nil where there are no more.
    public mutating func next(byteLimit: Int) throws(LedgerError) -> [UInt8]? {
        guard next < end else { return nil }
        var piece: [UInt8] = []
        var index = next
        // Asked first: a manifest that is erased later may be given out as if asked for before.
        let erased = published.erasures.unmarked
        let store = published.store
        func take(_ row: UInt64, _ value: [UInt8]) throws(LedgerError) -> Bool {
            while index < row, piece.count < byteLimit {
                CBOR.null.append(to: &piece)
                index += 1
            }
            guard piece.count < byteLimit else { return false }
            if case .present(let bytes, _) = try ManifestRow.read(
                value, at: row, without: erased)
            {
                CBOR.append(bytes, to: &piece)
            } else {
                CBOR.null.append(to: &piece)
            }
            index = row + 1
            return piece.count < byteLimit
        }
        try store.forEach(in: store.manifests, between: next, and: end, goingOn: take)
        while index < end, piece.count < byteLimit {
            CBOR.null.append(to: &piece)
            index += 1
        }
        next = index
        return piece
    }
}
