import Merkle

/// What the store has under the names of a statement.
package struct StoredNames {
    /// The index of this very statement.
    package var index: UInt64?

    /// The entry that holds its nonce: itself, where it is stored.
    package var nonceIndex: UInt64?

    package init(index: UInt64? = nil, nonceIndex: UInt64? = nil) {
        self.index = index
        self.nonceIndex = nonceIndex
    }
}

extension Store {
    /// The rows under the names of `statements`, one for one.
    ///
    /// The rows of a batch are written together, so a statement that is stored has its nonce's row
    /// as well. Most that are asked for are new: that row alone tells.
    package func names(of statements: [NamedStatement]) throws(LedgerError) -> [StoredNames] {
        var names = try indexes(of: statements.map(\.nonce), in: nonces).map {
            StoredNames(nonceIndex: $0)
        }
        let contested = names.indices.filter { names[$0].nonceIndex != nil }
        let found = try indexes(of: contested.map { statements[$0].name }, in: ids)
        for (position, index) in zip(contested, found) { names[position].index = index }
        return names
    }
}
