/// How much a walk reads before it is used up.
public struct WalkLimits: Sendable {
    /// Bundles that are being read or wait at any moment, at least one.
    public var bundles = LogLimits.walkBundles

    /// Bytes of bundles that do, beside one bundle that is larger than those before it.
    public var bytes = LogLimits.walkBytes

    /// Whether the tile over each full bundle is looked at, too; whoever makes it of the leaves
    /// need not read it.
    public var readsTiles = true

    /// Creates the usual limits.
    public init() {}
}
