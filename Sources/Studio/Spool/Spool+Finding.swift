import Files

/// All records of a spool, while others move them.
extension Spool {
    /// The records that `isMeant`, wherever they lie, in the order of their numbers; one that is
    /// moved meanwhile may be there twice.
    ///
    /// Records move from the first folder to the last, and the folders are read in this order, so
    /// none is missed.
    func records(where isMeant: (SpoolRecord) -> Bool) throws(SpoolError) -> [SpoolRecord] {
        var records: [SpoolRecord] = []
        for state in SpoolRecord.State.allCases {
            records += try self.records(in: state).filter(isMeant)
        }
        return records.sorted { $0.number < $1.number }
    }

    /// Reads a record wherever it is now; nil where it was taken away.
    func content(following record: SpoolRecord) throws(SpoolError) -> SpoolContent? {
        for state in [record.state] + SpoolRecord.State.allCases {
            do throws(SpoolError) {
                return try content(of: record.moved(to: state))
            } catch .unreadable(let error) where error.isMissing {
                continue
            }
        }
        return nil
    }
}
