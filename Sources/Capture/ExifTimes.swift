/// The times in a block of EXIF, and nothing else of it (CIPA DC-008).
///
/// Position, serial numbers, names and remarks are passed over unread.
struct ExifTimes: Hashable, Sendable {
    private enum Tag {
        static let exifDirectory: UInt16 = 0x8769
        static let gpsDirectory: UInt16 = 0x8825
        static let dateTimeOriginal: UInt16 = 0x9003
        static let offsetTimeOriginal: UInt16 = 0x9011
        static let gpsTimeStamp: UInt16 = 0x0007
        static let gpsDateStamp: UInt16 = 0x001D
    }

    /// The time of the camera's clock; nil where the block has none.
    let original: Result<CalendarTime?, PictureFault>

    /// The zone of that clock; nil where the block has none that can be read.
    let zone: ZoneOffset?

    /// The time that satellites gave, in UTC as RFC 3339 writes it.
    let satellite: Result<String?, PictureFault>

    /// Those of a block that says nothing of time.
    static let silent = ExifTimes(original: .success(nil), zone: nil, satellite: .success(nil))

    private init(
        original: Result<CalendarTime?, PictureFault>, zone: ZoneOffset?,
        satellite: Result<String?, PictureFault>
    ) {
        self.original = original
        self.zone = zone
        self.satellite = satellite
    }

    /// Reads the times of a file of TIFF's form; nil where it has a directory neither of EXIF nor
    /// of GPS.
    init?(_ source: some PictureBytes) throws(PictureFault) {
        let file = try TIFFFile(source)
        let first = try file.firstDirectory()
        let pointers: Set = [Tag.exifDirectory, Tag.gpsDirectory]
        guard first.entries.contains(where: { pointers.contains($0.tag) }) else { return nil }
        var zone: ZoneOffset?
        original = Result { () throws(PictureFault) in
            guard let exif = try file.directory(Tag.exifDirectory, in: first) else { return nil }
            let time = try Self.original(in: exif, of: file)
            zone = try Self.zone(in: exif, of: file)
            return time
        }
        self.zone = zone
        satellite = Result { () throws(PictureFault) in
            guard let gps = try file.directory(Tag.gpsDirectory, in: first) else { return nil }
            return try Self.satellite(in: gps, of: file)
        }
    }

    /// DateTimeOriginal: `YYYY:MM:DD HH:MM:SS`, blank where it is unknown.
    private static func original(
        in exif: TIFFDirectory, of file: TIFFFile<some PictureBytes>
    ) throws(PictureFault) -> CalendarTime? {
        guard let text = try text(Tag.dateTimeOriginal, in: exif, of: file) else {
            return nil
        }
        guard let time = time(date: text.prefix(10), clock: text.dropFirst(11)),
            text[10] == UInt8(ascii: " ")
        else { throw .malformed("has a DateTimeOriginal that is not YYYY:MM:DD HH:MM:SS") }
        return time
    }

    /// Reads OffsetTimeOriginal, which is `+hh:mm`.
    ///
    /// One of another form is as good as none: the zone is then asked for.
    private static func zone(
        in exif: TIFFDirectory, of file: TIFFFile<some PictureBytes>
    ) throws(PictureFault) -> ZoneOffset? {
        guard let text = try text(Tag.offsetTimeOriginal, in: exif, of: file) else {
            return nil
        }
        return ZoneOffset(text)
    }

    /// GPSDateStamp and GPSTimeStamp: a date, and three fractions.
    private static func satellite(
        in gps: TIFFDirectory, of file: TIFFFile<some PictureBytes>
    ) throws(PictureFault) -> String? {
        guard let date = try text(Tag.gpsDateStamp, in: gps, of: file),
            let entry = try gps.entry(Tag.gpsTimeStamp)
        else { return nil }
        let parts = try file.fractions(entry, limit: 3)
        let rule = PictureFault.malformed(
            "has a GPSDateStamp and GPSTimeStamp that are no date and time of day")
        guard parts.count == 3, let hour = whole(parts[0]), let minute = whole(parts[1]),
            parts[2].denominator > 0, date.count == 10
        else { throw rule }
        let (second, rest) = parts[2].numerator
            .quotientAndRemainder(dividingBy: parts[2].denominator)
        let clock = "\(digits(hour, 2)):\(digits(minute, 2)):\(digits(Int(second), 2))"
        guard let time = time(date: date[...], clock: Array(clock.utf8)[...]) else { throw rule }
        // To the millisecond: no receiver that a camera has is better.
        let thousandths = Int(rest * 1_000 / parts[2].denominator)
        return time.text + (thousandths > 0 ? "." + digits(thousandths, 3) : "") + "Z"
    }

    /// Returns the text of an entry without its zero byte; nil where it is blank or not there.
    private static func text(
        _ tag: UInt16, in directory: TIFFDirectory, of file: TIFFFile<some PictureBytes>
    ) throws(PictureFault) -> [UInt8]? {
        guard let entry = try directory.entry(tag) else { return nil }
        var text = try file.text(entry, limit: PictureLimit.timeBytes)
        if text.last == 0 { text.removeLast() }
        let blanks: Set<UInt8> = [UInt8(ascii: " "), UInt8(ascii: ":"), 0]
        return text.allSatisfy(blanks.contains) ? nil : text
    }

    /// Reads `YYYY:MM:DD` and `HH:MM:SS`.
    private static func time(
        date: ArraySlice<UInt8>, clock: ArraySlice<UInt8>
    ) -> CalendarTime? {
        guard let date = numbers(date, widths: [4, 2, 2]),
            let clock = numbers(clock, widths: [2, 2, 2])
        else { return nil }
        return CalendarTime(
            year: date[0], month: date[1], day: date[2], hour: clock[0], minute: clock[1],
            second: clock[2])
    }

    private static func numbers(_ text: ArraySlice<UInt8>, widths: [Int]) -> [Int]? {
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.map(\.count) == widths else { return nil }
        let numbers = parts.compactMap { number($0) }
        return numbers.count == widths.count ? numbers : nil
    }

    private static func whole(_ part: (numerator: UInt64, denominator: UInt64)) -> Int? {
        guard part.denominator > 0, part.numerator % part.denominator == 0 else { return nil }
        return Int(exactly: part.numerator / part.denominator)
    }
}
