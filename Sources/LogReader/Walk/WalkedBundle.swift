/// What a walk found in one bundle.
public struct WalkedBundle<Value: Sendable>: Sendable {
    /// The number of the bundle.
    public let number: UInt64

    /// The indexes of the leaves that were asked for.
    public let indexes: Range<UInt64>

    /// What was made of its leaves, all of which are proven.
    public let value: Value

    /// The tiles that do not have the hashes of the leaves below them: that of this bundle, and
    /// with the last bundle below a tile of a higher level, that tile.
    ///
    /// The leaves are proven in spite of them.
    public let damage: [LogError]
}
