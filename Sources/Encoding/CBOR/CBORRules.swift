/// How much freedom a decoder leaves to whoever encoded.
public struct CBORRules: Hashable, Sendable {
    /// Whether only the one deterministic encoding is accepted (RFC 8949 §4.2.1).
    let isDeterministic: Bool

    /// How many arrays, maps and tags may lie inside each other; the outermost is 1.
    let maximumDepth: Int

    /// What every item of ours obeys: deterministic, at most 8 deep, no tag but 18.
    ///
    /// Eight is twice what the deepest of our structures needs.
    public static let strict = CBORRules(isDeterministic: true, maximumDepth: 8)

    /// The same for one array, map or tag with nothing of the kind in it: what it takes to decode is
    /// bounded by what its head says.
    public static let flat = CBORRules(isDeterministic: true, maximumDepth: 1)

    /// Any well-formed encoding of distinct keys, at most 16 deep.
    ///
    /// For parts of other people's receipts that are carried but not believed. Sixteen is
    /// room for their nesting while the decoder's recursion stays shallow.
    public static let lenient = CBORRules(isDeterministic: false, maximumDepth: 16)
}
