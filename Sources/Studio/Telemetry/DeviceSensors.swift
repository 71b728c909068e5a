import Files

/// Reads what the system says of the device, from `/proc` and `/sys`.
///
/// What is not there is absent; what is there and cannot be read is counted.
struct DeviceSensors {
    /// One look at all of it.
    struct Reading: Hashable, Sendable {
        var values: [TelemetryValue: Double] = [:]

        /// Ticks of all processors since the machine came up.
        var processors: ProcessorTime?

        /// Bytes since the interfaces came up.
        var received: UInt64?
        var sent: UInt64?

        /// Values that are there and could not be read.
        var unread = 0
    }

    /// A page of the kernel's, and its tables of a machine with many interfaces.
    private static let byteLimit = 64 << 10

    /// Zones, or power supplies, that are read: a machine has a dozen.
    private static let partLimit = 64

    private let root: String
    private var reading = Reading()

    private init(_ root: String) {
        self.root = root.hasSuffix("/") ? String(root.dropLast()) : root
    }

    /// Reads all of it below the folder `root`.
    static func read(root: String) -> Reading {
        var sensors = DeviceSensors(root)
        sensors.processors()
        sensors.load()
        sensors.memory()
        sensors.temperature()
        sensors.traffic()
        sensors.power()
        return sensors.reading
    }

    /// The first line has user, nice, system, idle, iowait, irq, softirq and steal (proc(5)).
    private mutating func processors() {
        guard let text = text("proc/stat") else { return }
        let fields = text.prefix { $0 != "\n" }.split(separator: " ").dropFirst().prefix(8)
        let ticks = fields.compactMap { UInt64($0) }
        guard ticks.count == 8 else {
            reading.unread += 1
            return
        }
        let total = ticks.reduce(UInt64(0)) { $0.addingCapped($1) }
        reading.processors = ProcessorTime(idle: ticks[3].addingCapped(ticks[4]), total: total)
    }

    private mutating func load() {
        guard let text = text("proc/loadavg") else { return }
        let first = text.split(separator: " ").first ?? ""
        reading.values[.load] = number(in: first, 0...1_000_000)
    }

    private mutating func memory() {
        guard let text = text("proc/meminfo") else { return }
        let line = text.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
        let kibibytes = line?.split(separator: " ").dropFirst().first ?? ""
        reading.values[.mem] = number(in: kibibytes, 0...1e15).map { $0 / 1_024 }
    }

    private mutating func temperature() {
        let zones = parts(of: "sys/class/thermal", prefix: "thermal_zone")
        let degrees = zones.compactMap { zone in
            number("sys/class/thermal/\(zone)/temp", -100_000...300_000).map { $0 / 1_000 }
        }
        if let hottest = degrees.max() { reading.values[.temp] = hottest }
    }

    private mutating func traffic() {
        guard let text = text("proc/net/dev") else { return }
        for line in text.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let name = line[..<colon].filter { $0 != " " }
            let fields = line[line.index(after: colon)...].split(separator: " ")
            guard name != "lo", fields.count >= 9, let received = UInt64(fields[0]),
                let sent = UInt64(fields[8])
            else { continue }
            reading.received = (reading.received ?? 0) &+ received
            reading.sent = (reading.sent ?? 0) &+ sent
        }
    }

    private mutating func power() {
        let folder = "sys/class/power_supply"
        for supply in parts(of: folder, prefix: "") {
            guard let type = text("\(folder)/\(supply)/type") else { continue }
            if type.hasPrefix("Battery") {
                // The battery of a mouse is not this device's.
                let scope = text("\(folder)/\(supply)/scope") ?? ""
                guard !scope.hasPrefix("Device"),
                    let level = number("\(folder)/\(supply)/capacity", 0...100)
                else { continue }
                reading.values[.battery] = min(level, reading.values[.battery] ?? level)
            } else if let isOn = number("\(folder)/\(supply)/online", 0...2) {
                reading.values[.mains] = max(isOn > 0 ? 1 : 0, reading.values[.mains] ?? 0)
            }
        }
    }

    private mutating func number(_ path: String, _ range: ClosedRange<Double>) -> Double? {
        text(path).flatMap { number(in: $0.filter { !$0.isWhitespace }, range) }
    }

    /// Reads a decimal number that the value can have; another text counts as not read.
    ///
    /// The kernel writes no `nan`, no `inf` and no exponent: whoever does is no sensor.
    private mutating func number(
        in text: some StringProtocol, _ range: ClosedRange<Double>
    ) -> Double? {
        let digits = text.utf8.drop { $0 == UInt8(ascii: "-") }
        let isDecimal =
            text.utf8.count - digits.count <= 1
            && digits.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
        guard isDecimal, let number = Double(text), range.contains(number) else {
            reading.unread += 1
            return nil
        }
        return number
    }

    private mutating func text(_ path: String) -> String? {
        do throws(FileError) {
            let bytes = try InputFile("\(root)/\(path)").bytes(limit: Self.byteLimit)
            return String(decoding: bytes, as: UTF8.self)
        } catch {
            if !error.isMissing { reading.unread += 1 }
            return nil
        }
    }

    /// The folders of a class of devices, which are links.
    private mutating func parts(of folder: String, prefix: String) -> [String] {
        do throws(FileError) {
            let names = try Folder("\(root)/\(folder)").names()
            return Array(names.filter { $0.hasPrefix(prefix) }.sorted().prefix(Self.partLimit))
        } catch {
            if !error.isMissing { reading.unread += 1 }
            return []
        }
    }
}

/// Ticks of all processors since the machine came up.
struct ProcessorTime: Hashable, Sendable {
    let idle: UInt64
    let total: UInt64

    /// The per cent of the time since `earlier` that they were busy; nil where none has passed.
    func busy(since earlier: ProcessorTime) -> Double? {
        guard total > earlier.total, idle >= earlier.idle else { return nil }
        let passed = Double(total - earlier.total)
        return max(0, 100 * (1 - Double(idle - earlier.idle) / passed))
    }
}
