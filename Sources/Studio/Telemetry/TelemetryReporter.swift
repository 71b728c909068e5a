package import Encoding
package import Files
import Manifests
import Provenance

/// Measures a PoP, and seals what it measured into its spool, a statement for each window
/// (telemetry.md).
package struct TelemetryReporter: Sendable {
    /// How often is measured and told.
    package struct Options: Sendable {
        /// Seconds of a window.
        package var window = 3_600.0

        /// Seconds between two samples.
        package var interval = 60.0

        /// The folder in which `proc`, `sys` and `run` lie.
        package var root = "/"

        /// The bytes that are free on the file system of a folder.
        package var free: @Sendable (Folder) throws(FileError) -> UInt64 = {
            folder throws(FileError) in try folder.freeByteCount
        }

        /// What the kernel says of its clock.
        package var kernel: @Sendable () -> KernelClock = { .now }

        /// Creates the usual ones.
        package init() {}
    }

    /// What happened.
    package enum Event: Sendable {
        /// The first sample was taken, and others follow.
        case following

        /// A statement was sealed, about this window, because these left their bands.
        case sealed(SealedRecord, from: Text, to: Text, left: [String])

        /// Nothing was sealed: there were as many early statements today as there may be.
        case kept

        /// The clock was set, by so many seconds.
        case clockStepped(Double)

        /// The file at this path differs from the record beside it.
        case mismatch(String)

        /// A part of the spool could not be read for this sample.
        case notRead(SpoolError)

        /// Nothing was sealed; the next sample tries again.
        case notSealed(SpoolError)

        /// The state could not be saved.
        case notSaved(FileError)

        /// The state could not be understood; what it held is lost.
        case stateLost(String)
    }

    /// The name of the records, as it stands in their files' names.
    static let recordName = "telemetry"

    private static let lockName = "lock"

    let spool: Spool
    let signer: Signer?
    let options: Options
    let clock: ReportClock
    let figures: [BusinessFigure]
    let folder: Folder
    private let lock: FileLock?
    let onEvent: @Sendable (Event) -> Void

    var state: TelemetryState
    var samplesSinceSave = 0

    /// Whether the spool was adopted meanwhile: it is to be opened again.
    package internal(set) var isAdopted = false

    /// What both clocks said when the window began, and at the last sample.
    var begun: (wall: Double, steady: Double)
    var last: (wall: Double, steady: Double)?

    /// The processors' ticks at the last sample.
    var processors: ProcessorTime?

    /// Goes on where the last reporter of this spool has ended.
    ///
    /// - Parameter signer: signs; nil where nothing is to be sealed or saved.
    package init(
        _ spool: Spool, _ signer: Signer?, _ options: Options = Options(),
        clock: ReportClock = .system, onEvent: @escaping @Sendable (Event) -> Void = { _ in }
    ) throws(TelemetryError) {
        self.spool = spool
        self.signer = signer
        self.options = options
        self.clock = clock
        self.onEvent = onEvent
        figures = try Self.figures(spool.settings.telemetry)
        let now = (clock.wall(), clock.steady())
        begun = now
        let isDamaged: Bool
        do throws(SpoolError) {
            let folder = try spool.folder(Spool.Part.telemetry)
            self.folder = folder
            lock = signer == nil ? nil : try Self.lock(folder)
            (state, isDamaged) = try Self.state(spool, folder, now: now.0)
            begun = beginning
            try settle()
        } catch {
            throw .spool(error)
        }
        if isDamaged { onEvent(.stateLost(folder.path(of: TelemetryState.fileName))) }
    }

    private static func figures(_ names: [Text]) throws(TelemetryError) -> [BusinessFigure] {
        try names.map { name throws(TelemetryError) in
            guard let figure = BusinessFigure(rawValue: name.string) else {
                throw .unknownFigure(name)
            }
            return figure
        }
    }

    /// Takes the lock, and removes what reporters that were killed have left.
    private static func lock(_ folder: Folder) throws(SpoolError) -> FileLock {
        do throws(FileError) {
            let lock = try FileLock(lockName, in: folder, .none)
            for name in try folder.names() where Folder.isTemporary(name) {
                try folder.remove(name)
            }
            return lock
        } catch {
            throw .unwritable(error)
        }
    }

    private static func state(
        _ spool: Spool, _ folder: Folder, now: Double
    ) throws(SpoolError) -> (TelemetryState, isDamaged: Bool) {
        let saved: (state: TelemetryState?, isDamaged: Bool)
        do throws(FileError) {
            saved = try TelemetryState.read(in: folder)
        } catch {
            throw .unreadable(error)
        }
        if let state = saved.state { return (state, false) }
        let refused = try spool.records(in: .refused).count
        let state = TelemetryState(now: now, next: try spool.tip().next, refused: UInt64(refused))
        return (state, saved.isDamaged)
    }
}

/// Why nothing is measured.
package enum TelemetryError: Error, Hashable {
    /// The spool cannot be used, or another reporter has it.
    case spool(SpoolError)

    /// `telemetry` of `spool.json` names a figure that no reconciliation has.
    case unknownFigure(Text)
}
