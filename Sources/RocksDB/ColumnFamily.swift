/// The name of one column family in one opening of a database.
///
/// It is a plain value that keeps nothing alive; using it with another opening is refused.
public struct ColumnFamily: Hashable, Sendable {
    /// The family's name.
    public let name: String

    /// Its place among the handles of the opening.
    let index: Int

    /// The opening it belongs to, unique in this process.
    let opening: UInt64
}
