/// Numbers of spools that the log does not have: where they end, and how many such places there
/// are.
///
/// What comes later may close a gap, so this is how it stands, and no finding that stays.
package struct GapList: Hashable, Sendable {
    /// Gaps that are kept: a person reads no more.
    static let limit = 100

    /// Number of gaps.
    package internal(set) var count: UInt64 = 0

    /// The first statement after each of the first gaps.
    var ends: [LinkRecord] = []

    mutating func open(_ end: LinkRecord) {
        count += 1
        if ends.count < Self.limit { ends.append(end) }
    }

    mutating func close(_ end: LinkRecord) {
        count -= 1
        ends.removeAll { $0.isOfSpool(of: end) && $0.sequence == end.sequence }
    }
}
