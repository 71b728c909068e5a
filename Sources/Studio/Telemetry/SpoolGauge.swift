import Files

/// How full a spool is, and how long what is in it has waited.
enum SpoolGauge {
    /// Returns the values of `waiting`, `bytes`, `oldest`, `offline` and `disk`.
    ///
    /// - Parameters:
    ///   - now: the time of this machine's clock, in POSIX seconds.
    ///   - free: the bytes that are free where a folder lies.
    static func read(
        _ spool: Spool, now: Double, free: (Folder) throws(FileError) -> UInt64
    ) throws(SpoolError) -> [TelemetryValue: Double] {
        let waiting = try spool.records(in: .pending) + spool.records(in: .submitted)
        let (bytes, oldest) = try sizes(of: waiting, spool)
        var values: [TelemetryValue: Double] = [
            .waiting: Double(waiting.count), .bytes: bytes,
            .oldest: oldest.map { max(0, now - Double($0)) } ?? 0,
        ]
        do throws(FileError) {
            if let answered = try LedgerContact.last(in: spool.folder) {
                values[.offline] = max(0, now - Double(answered))
            }
            values[.disk] = Double(try free(spool.folder)) / 1_048_576
        } catch {
            throw .unreadable(error)
        }
        return values
    }

    /// The bytes of records, and when the first of them was written.
    private static func sizes(
        of records: [SpoolRecord], _ spool: Spool
    ) throws(SpoolError) -> (bytes: Double, oldest: Int64?) {
        let sized = records.sorted { $0.number < $1.number }.prefix(TelemetryLimit.sizedRecords)
        var (bytes, oldest) = (0.0, Int64?.none)
        let pending = try spool.folder(SpoolRecord.State.pending)
        let submitted = try spool.folder(SpoolRecord.State.submitted)
        for record in sized {
            let folder = record.state == .pending ? pending : submitted
            do throws(FileError) {
                // A sync may have moved it meanwhile.
                guard let status = try folder.status(of: record.fileName) else { continue }
                bytes += Double(status.size)
                oldest = min(oldest ?? status.modified, status.modified)
            } catch {
                throw .unreadable(error)
            }
        }
        let share = sized.isEmpty ? 1 : Double(records.count) / Double(sized.count)
        return (bytes * share, oldest)
    }
}
