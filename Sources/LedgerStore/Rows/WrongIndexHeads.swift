package import Merkle

/// The row `wrong` of `meta`: the index heads whose maps were found to be wrong.
///
///     EntryID (32)    of each head, once; the one that was found first comes first
///
/// They stay in the log, and stay a finding of `fsck`.
package struct WrongIndexHeads: Hashable {
    /// The most that are kept, those that were found first: each took a rebuild of the index, and
    /// more of them tell nobody more.
    package static let limit = 64

    /// Their EntryIDs.
    package private(set) var heads: [Hash] = []

    /// None yet.
    package init() {}

    /// Reads the row; nil for one of another form.
    package init?(_ value: [UInt8]) {
        let bytes = value.span
        guard let heads = Hash.list(bytes), !heads.isEmpty, heads.count <= Self.limit,
            Set(heads).count == heads.count
        else { return nil }
        self.heads = heads
    }

    /// Adds a head, unless it is there or the row is full.
    package mutating func add(_ head: Hash) {
        guard heads.count < Self.limit, !heads.contains(head) else { return }
        heads.append(head)
    }

    package var value: [UInt8] { heads.flatMap(\.bytes) }
}
