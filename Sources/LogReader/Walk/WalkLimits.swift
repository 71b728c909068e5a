/// How much a walk reads before it is used up.
public struct WalkLimits: Sendable {
    /// Bundles that are being read or wait at any moment, at least one.
    public var bundles = LogLimits.walkBundles

    /// Bytes of bundles that do, beside one bundle that is larger than those before it.
    public var bytes = LogLimits.walkBytes

    /// Creates the usual limits.
    public init() {}
}
