/// The row `migration` of `meta`: how far a folder of format 1 has become one of format 2.
///
///     base (8), size (8), done (8), all big-endian
///
/// The rows of `keys` are written in two places: of new entries from `base` on as of any ledger,
/// and in the background of those below `base`, from 0 up to `done`. Until `done` is `base`, lists
/// ask `subjects` and `threads` for entries below `base`. Both are removed then, and this row last.
package struct Migration: Hashable, Sendable {
    /// Entries below it have all their rows in `subjects` and `threads`.
    package let base: UInt64

    /// Number of entries when the folder became one of format 2: `subjects` has the rows of all of
    /// them, `threads` of those below `base`.
    package let size: UInt64

    /// Entries below it have their rows in `keys`.
    package var done: UInt64

    package init(base: UInt64, size: UInt64, done: UInt64 = 0) {
        self.base = base
        self.size = size
        self.done = done
    }

    /// Reads the row; nil for one of another form.
    package init?(_ value: [UInt8]) {
        guard value.count == 24, let base = StoreLayout.number(value[0..<8]),
            let size = StoreLayout.number(value[8..<16]),
            let done = StoreLayout.number(value[16..<24]), done <= base, base <= size
        else { return nil }
        self.init(base: base, size: size, done: done)
    }

    package var value: [UInt8] {
        StoreLayout.key(base) + StoreLayout.key(size) + StoreLayout.key(done)
    }

    /// Whether `keys` has the rows of all entries below `base`.
    package var isComplete: Bool { done == base }
}
