/// How much freedom a decoder leaves to the encoder.
public struct CBORRules: Hashable, Sendable {
    /// Whether only the one deterministic encoding is accepted (RFC 8949 §4.2.1).
    let isDeterministic: Bool

    /// The depth of nested arrays, maps and tags; the outermost is 1.
    let maximumDepth: Int

    /// The number of members of all arrays and maps together; a pair of a map counts once.
    ///
    /// Counted where an array or a map says how many it has, before the first is read: members
    /// are some forty times as large in memory as they may be in bytes.
    let maximumMembers: Int

    /// The rules of every item of ours: deterministic, at most 8 deep, no tag but 18.
    ///
    /// Eight is twice what the deepest of our structures needs.
    public static let strict = CBORRules(
        isDeterministic: true, maximumDepth: 8, maximumMembers: .max)

    /// The same for one array, map or tag with nothing of the kind in it: the memory of decoding is
    /// bounded by what its head says.
    public static let flat = CBORRules(
        isDeterministic: true, maximumDepth: 1, maximumMembers: .max)

    /// Any well-formed encoding of distinct keys, at most 16 deep.
    ///
    /// For parts of other people's receipts that are carried but not believed. Sixteen is
    /// room for their nesting while the decoder's recursion stays shallow.
    public static let lenient = CBORRules(
        isDeterministic: false, maximumDepth: 16, maximumMembers: .max)

    /// The same rules for the header of a message (``COSESign1``).
    func forHeader() -> CBORRules {
        CBORRules(
            isDeterministic: isDeterministic, maximumDepth: maximumDepth,
            maximumMembers: Self.headerMembers)
    }

    /// Members of a message's header: four times the largest of ours, which names 200 subjects.
    private static let headerMembers = 1024
}
