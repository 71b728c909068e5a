import Files

extension Spool {
    /// Puts all refused records back among those that are to be sent, and returns how many.
    ///
    /// A reason is removed behind its record: a kill in here leaves a reason without a record,
    /// which nobody reads.
    package func retryRefused() throws(SpoolError) -> Int {
        let refused = try records(in: .refused)
        var rest = refused[...]
        while !rest.isEmpty {
            let some = Array(rest.prefix(SyncLimit.completions))
            rest = rest.dropFirst(some.count)
            try move(some, to: .pending)
            let folder = try folder(SpoolRecord.State.refused)
            do throws(FileError) {
                for record in some { try folder.remove(Self.reasonName(record)) }
            } catch {
                throw .unwritable(error)
            }
        }
        return refused.count
    }
}
