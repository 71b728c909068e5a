import Files
import Manifests
import Provenance

/// Compares works with the records beside them, a few at each sample, all of them once a day.
struct WorkCheck {
    private let spool: Spool

    init(_ spool: Spool) {
        self.spool = spool
    }

    /// Compares the next works, and returns the paths of those that differ from their records.
    func check(
        _ state: inout TelemetryState, now: Double, below end: UInt64
    ) throws(SpoolError) -> [String] {
        if state.nextWork >= end {
            // A clock that was set back does not keep the next pass away.
            guard abs(now - state.passBegan) >= TelemetryLimit.day else { return [] }
            state.nextWork = 0
        }
        if state.nextWork == 0 { state.passBegan = now }
        var (works, bytes, differing) = (0, UInt64(0), [String]())
        var looked = 0
        while state.nextWork < end, works < TelemetryLimit.worksPerSample,
            bytes < TelemetryLimit.workBytesPerSample, looked < TelemetryLimit.recordsPerSample
        {
            let place = try spool.place(of: SpoolRecord(state.nextWork, name: ""))
            state.nextWork += 1
            looked += 1
            guard let place, let work = try Self.work(beside: place) else { continue }
            switch Self.compare(work, with: place) {
            case .same(let size): bytes += size
            case .differs(let size):
                bytes += size
                state.window.count(.mismatch)
                differing.append(work)
            case .notThere: continue
            case .unread:
                state.window.count(.unread)
                continue
            }
            state.window.count(.checked)
            works += 1
        }
        return differing
    }

    private enum Answer {
        case same(UInt64), differs(UInt64), notThere, unread
    }

    /// The file that the record at `path` is about; nil where it is not there any more.
    private static func work(beside path: String) throws(SpoolError) -> String? {
        do throws(FileError) {
            guard let name = RecordFile.artifactName(of: path) else { return nil }
            if try NamedPath.isTaken(name) { return name }
            guard let first = RecordFile.work(ofFurther: path) else { return nil }
            return try NamedPath.isTaken(first) ? first : nil
        } catch {
            throw .unreadable(error)
        }
    }

    private static func compare(_ work: String, with path: String) -> Answer {
        do throws(FileError) {
            let record = try InputFile(path).bytes(limit: FileLimit.colophon)
            guard let statement = try? TransparentStatement(record).statement else {
                return .unread
            }
            // What lies beside another record is no work of its own.
            guard statement.predicate == PredicateType.provenance else { return .notThere }
            let artifact = try Artifact(reading: work)
            let size = try NamedPath.status(work)?.size ?? 0
            return statement.subjectDigests.contains(artifact.digest)
                ? .same(size) : .differs(size)
        } catch {
            return error.isMissing ? .notThere : .unread
        }
    }
}
