/// The row `erasures` of `meta`: how far erasures have come in this folder.
///
///     doneBelow (8), coveredSince (8), both big-endian
package struct ErasureMark: Hashable {
    /// No file has bytes any more that an erasure below this index has taken.
    package let doneBelow: UInt64

    /// Size of the tree when all rows that share an erased manifest were first marked.
    ///
    /// Older versions marked only the entries that an erasure names; what was exported until then
    /// may still have the bytes of the others.
    package let coveredSince: UInt64

    package init(doneBelow: UInt64, coveredSince: UInt64) {
        self.doneBelow = doneBelow
        self.coveredSince = coveredSince
    }

    /// Reads the row; nil for one of another form.
    package init?(_ value: [UInt8]) {
        guard value.count == 16, let done = StoreLayout.number(value.prefix(8)),
            let covered = StoreLayout.number(value.suffix(8))
        else { return nil }
        self.init(doneBelow: done, coveredSince: covered)
    }

    package var value: [UInt8] { StoreLayout.key(doneBelow) + StoreLayout.key(coveredSince) }
}
