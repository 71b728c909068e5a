public import Encoding

/// The place of an entry among those that look like a picture: a search goes on behind it.
///
/// The nearest are the first, and of those that are as near the earlier ones. So a place stays what
/// it is while entries are added and erased.
public struct LikenessPlace: Hashable, Sendable, CustomStringConvertible {
    /// The bits that differ, 0 to ``LikenessBand/limit``.
    public let distance: Int

    /// The index of the entry.
    public let index: UInt64

    /// Creates a place; nil where what is so far away is not alike.
    public init?(distance: Int, index: UInt64) {
        guard (0...LikenessBand.limit).contains(distance) else { return nil }
        self.distance = distance
        self.index = index
    }

    /// Reads `DISTANCE:INDEX`, two numbers as they are written.
    public init?(_ text: Text) {
        let parts = text.string.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let distance = Int(parts[0]), let index = UInt64(parts[1]) else {
            return nil
        }
        self.init(distance: distance, index: index)
        guard "\(self)" == text.string else { return nil }
    }

    /// `DISTANCE:INDEX`.
    public var description: String { "\(distance):\(index)" }
}
