public import Encoding

/// Which copies of an edition a leaf is about: what its title label says (index.md §1).
public struct TitleCopies: Hashable, Sendable {
    /// Most copies that one leaf is about: what one allotment gives.
    public static let maximumCount: UInt64 = 64

    /// The name of the drop.
    public let drop: Text

    /// The numbers of the copies; 0 alone is the edition itself.
    public let serials: ClosedRange<UInt64>

    /// Names the edition of a drop itself.
    public init(editionOf drop: Text) {
        self.drop = drop
        serials = 0...0
    }

    /// Names some copies of a drop: at most 64, the first at least 1.
    public init(_ serials: ClosedRange<UInt64>, of drop: Text) throws(IndexNameError) {
        guard serials.lowerBound > 0,
            serials.upperBound - serials.lowerBound < Self.maximumCount
        else { throw .copies }
        self.drop = drop
        self.serials = serials
    }
}
