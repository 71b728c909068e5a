import ArgumentParser
import Capture
import Encoding
import Manifests
import Studio

/// The flags about what is taken from the file of a work: time, place and look.
struct CaptureOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            When it was made: a time, such as 2026-10-02T14:10:00+02:00; mtime, the time of the \
            file; or none. Default: what its EXIF says.
            """, valueName: "time"))
    var capturedAt: String?

    // A zone west of Greenwich begins like a flag.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The zone of EXIF times that name none, such as +02:00.", valueName: "zone"))
    var exifZone: String?

    @Option(
        help: ArgumentHelp(
            """
            How the time of --captured-at is known: gnss, ntp, device or declared; default \
            declared.
            """, valueName: "clock"))
    var clock: String?

    @Option(help: ArgumentHelp("How far the time may be off.", valueName: "seconds"))
    var uncertainty: Double?

    @Flag(help: "Do not sign the place that a GeoTIFF says it has.")
    var noGeo = false

    @Flag(help: "Do not compute and sign what a picture looks like.")
    var noPerceptualHash = false

    /// Whether no flag says anything.
    var isEmpty: Bool {
        [capturedAt, exifZone, clock].allSatisfy { $0 == nil } && uncertainty == nil && !noGeo
            && !noPerceptualHash
    }

    /// Returns where the time comes from.
    func time() throws(Failure) -> CaptureTime {
        let source = try source()
        guard source != .nothing || uncertainty == nil else {
            throw .usage("--uncertainty and --captured-at none exclude each other")
        }
        return CaptureTime(source, uncertaintySeconds: uncertainty)
    }

    private func source() throws(Failure) -> CaptureTime.Source {
        if let capturedAt, exifZone != nil {
            throw .usage(
                "--exif-zone and --captured-at \(capturedAt) exclude each other",
                hint: "--exif-zone is the zone of a time that the file itself says")
        }
        switch capturedAt {
        case nil, "mtime", "none":
            guard clock == nil else {
                throw .usage(
                    "--clock goes with --captured-at and a time",
                    hint: "the clock of an EXIF time is device or gnss, that of mtime declared")
            }
        default: break
        }
        switch capturedAt {
        case "mtime"?: return .modified
        case "none"?: return .nothing
        case let time?:
            guard Timestamp(Text(time)) != nil else {
                throw .usage(
                    "--captured-at \(time) is no time with a zone",
                    hint: "such as 2026-10-02T14:10:00+02:00; or mtime, or none")
            }
            return .stated(at: Text(time), clock: Text(clock ?? "declared"))
        case nil: return .picture(zone: try zone())
        }
    }

    private func zone() throws(Failure) -> ZoneOffset? {
        guard let exifZone else { return nil }
        guard let zone = ZoneOffset(exifZone.utf8) else {
            throw .usage(
                "--exif-zone \(exifZone) is no zone: +hh:mm or -hh:mm, from -12:00 to +14:00",
                hint: "--exif-zone +02:00")
        }
        return zone
    }
}
