/// Reads the records of a map cell by cell.
package protocol IndexCellRows<Failure> {
    associatedtype Failure: Error

    /// Shows `body` the records whose keys are in these cells of a map that is cut at `depth`, in
    /// order of key and index.
    func forEach(
        in cells: Range<Int>, depth: Int, _ body: (IndexRecord) throws(Failure) -> Void
    ) throws(Failure)

    /// The error that says that a record does not stand behind the one before it.
    func failure(about record: IndexRecord) -> Failure
}
