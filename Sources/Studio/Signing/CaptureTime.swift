package import Capture
package import Encoding

/// Where the time of capture comes from.
package struct CaptureTime: Hashable, Sendable {
    /// The sources of a time.
    package enum Source: Hashable, Sendable {
        /// The artifact's own file; the zone is that of an EXIF time that names none.
        case picture(zone: ZoneOffset?)

        /// The last change of the artifact's file.
        case modified

        /// Somebody who says it, and by which clock: `gnss`, `ntp`, `device` or `declared`.
        case stated(at: Text, clock: Text)

        /// Nothing: the record says no time.
        case nothing
    }

    /// Where the time comes from.
    package var source: Source

    /// By how many seconds the time may be off.
    package var uncertaintySeconds: Double?

    /// Takes the time from `source`.
    package init(_ source: Source = .picture(zone: nil), uncertaintySeconds: Double? = nil) {
        self.source = source
        self.uncertaintySeconds = uncertaintySeconds
    }

    /// Takes a time that somebody says.
    package init(at: Text, clock: Text = "declared") {
        self.init(.stated(at: at, clock: clock))
    }

    /// Whether nobody has said anything about the time.
    var isUsual: Bool { source == .picture(zone: nil) && uncertaintySeconds == nil }

    /// Returns the member `capturedAt`; nil where there is no time.
    func json(_ finding: CaptureFinding) -> JSON? {
        guard let (at, clock) = finding.time else { return nil }
        var time: JSON.Object = ["at": .string(at), "clock": .string(clock)]
        if let uncertaintySeconds { time["uncertaintySeconds"] = JSON(uncertaintySeconds) }
        return .object(time)
    }
}

/// The time of capture of one artifact, with its source.
package enum CaptureFinding: Hashable, Sendable {
    /// The file says it.
    case picture(PictureTime)

    /// The file says none.
    case notThere(NoTime)

    /// The last change of the file.
    case modified(Text)

    /// Somebody says it.
    case stated(at: Text, clock: Text)

    /// Nobody was to say one.
    case nothing

    /// It is among the members from a file.
    case written

    /// The time, and the clock that gave it.
    package var time: (at: Text, clock: Text)? {
        switch self {
        case .picture(let time):
            (Text(time.at), time.source == .satellite ? "gnss" : "device")
        case .modified(let at): (at, "declared")
        case .stated(let at, let clock): (at, clock)
        case .notThere, .nothing, .written: nil
        }
    }
}

extension ProvenanceDraft {
    /// Finds the time of capture of an artifact.
    package func capture(of artifact: Artifact) throws(SignerError) -> CaptureFinding {
        guard extra["capturedAt"] == nil else {
            guard capturedAt.isUsual else { throw .givenTwice("capturedAt") }
            return .written
        }
        switch capturedAt.source {
        case .stated(let at, let clock): return .stated(at: at, clock: clock)
        case .nothing: return .nothing
        case .modified:
            guard let modified = artifact.modified else { throw .timeMissing }
            return .modified(Text(UTC.text(modified)))
        case .picture(let zone):
            guard let picture = artifact.picture else { return .notThere(.notAPicture) }
            do throws(NoTime) {
                return .picture(try picture.time(zone: zone))
            } catch {
                return .notThere(error)
            }
        }
    }
}
