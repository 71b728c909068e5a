/// Bytes that are gathered piece by piece, up to a limit, in no more room than that.
///
/// An array that grows by itself doubles its room, also for the last byte: for a moment it takes
/// three times what it holds. Here the room is never larger than the limit, and moves for the last
/// time while no more than half of that is there. What would pass the limit is not taken.
public struct BoundedBytes: Sendable {
    /// Number of bytes that may be gathered.
    public let limit: Int

    /// The bytes that were taken.
    public private(set) var bytes: [UInt8] = []

    /// Gathers up to `limit` bytes, which is 0 or more.
    public init(limit: Int) {
        precondition(limit >= 0, "a limit is a number of bytes")
        self.limit = limit
    }

    /// Number of bytes that may still come.
    public var room: Int { limit - bytes.count }

    /// Takes a piece; false, and nothing of it is taken, where it would pass the limit.
    public mutating func append(_ piece: [UInt8]) -> Bool {
        guard piece.count <= room else { return false }
        let needed = bytes.count + piece.count
        if needed > bytes.capacity {
            bytes.reserveCapacity(needed > limit / 4 ? limit : 2 * needed)
        }
        bytes += piece
        return true
    }

    /// Lets go of what was taken.
    public mutating func drop() {
        bytes = []
    }
}
