/// Which entries can be listed by rows of the store.
package struct KeysCover: Hashable, Sendable {
    /// All entries below it have rows: of `keys`, or of format 1 as far as a migration says.
    package var end: UInt64

    /// The migration that goes on; nil where none does.
    package var migration: Migration?

    package init(end: UInt64, migration: Migration? = nil) {
        self.end = end
        self.migration = migration
    }

    /// The entries below it are listed by the rows of format 1.
    package var oldEnd: UInt64 {
        guard let migration, !migration.isComplete else { return 0 }
        return migration.base
    }
}
