import Encoding
import Files
import Foundation
import Keys
import Manifests
import Merkle
import Provenance
import Studio
import Synchronization
import TestSupport
import Testing

/// A PoP whose device is a folder of files, and whose clocks go as a test says.
final class MeasuredPoP: Sendable {
    /// 2026-06-01T00:00:00Z.
    static let start = 1_780_272_000.0

    let folder: TemporaryFolder
    let spool: Spool
    let signer: Signer

    /// What its clocks say.
    private let time = Mutex<(wall: Double, steady: Double)>((start, 0))

    /// Waits until it is to end; nil for ever.
    private let waits = Mutex<Int?>(nil)

    private let told = Mutex<[TelemetryReporter.Event]>([])

    /// Called with each event, before it is kept.
    private let onEvent = Mutex<@Sendable () -> Void>({})

    init(
        issuer: Text = "https://pops.example/berlin", origin: Text = "ledger.example/prints",
        telemetry: [Text] = []
    ) throws {
        folder = try TemporaryFolder()
        signer = Signer(
            issuer: issuer, key: KeyFile.generate(.ed25519), audience: origin)
        spool = try Spool.make(
            at: folder.path("spool"),
            Spool.Settings(
                issuer: issuer, key: folder.path("berlin.pem"),
                keyID: try #require(Hash(signer.keyID)), ledger: "https://ledger.example/prints",
                origin: origin, telemetry: telemetry))
        try setLoad(0.5)
    }

    // MARK: - The device

    /// Writes a file of the device, with the folders on the way.
    func put(_ text: String, at path: String) throws {
        let url = folder.url("root/\(path)")
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    func setLoad(_ load: Double) throws {
        try put("\(load) 0.50 0.40 1/300 4711\n", at: "proc/loadavg")
    }

    func setProcessors(busy: Int, idle: Int) throws {
        try put(
            "cpu  \(busy) 0 0 \(idle) 0 0 0 0 0 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n", at: "proc/stat")
    }

    func setTemperature(_ degrees: Double) throws {
        try put("\(Int(degrees * 1_000))\n", at: "sys/class/thermal/thermal_zone0/temp")
    }

    func setTraffic(received: Int, sent: Int) throws {
        let zeros = " 0 0 0 0 0 0 0 "
        try put(
            "Inter-| Receive\n face |bytes\n    lo: 99\(zeros)99\(zeros)\n"
                + "  eth0: \(received)\(zeros)\(sent)\(zeros)\n", at: "proc/net/dev")
    }

    /// All that a device may have.
    func putEverything(load: Double = 0.5, degrees: Double = 48.2, mebibytes: Int = 3_122) throws {
        try setLoad(load)
        try setTemperature(degrees)
        try put(
            "MemTotal: 4000000 kB\nMemAvailable: \(mebibytes * 1_024) kB\n", at: "proc/meminfo")
        try put("Battery\n", at: "sys/class/power_supply/BAT0/type")
        try put("87\n", at: "sys/class/power_supply/BAT0/capacity")
        try put("Mains\n", at: "sys/class/power_supply/AC/type")
        try put("1\n", at: "sys/class/power_supply/AC/online")
    }

    // MARK: - The clocks

    var now: Double { time.withLock { $0.wall } }

    /// Lets time pass.
    func pass(_ seconds: Double) {
        time.withLock { $0 = ($0.wall + seconds, $0.steady + seconds) }
    }

    /// Sets the clock, while no time passes.
    func setClock(by seconds: Double) {
        time.withLock { $0.wall += seconds }
    }

    /// Has the reporter end at its wait number `count`.
    func end(afterWaits count: Int) { waits.withLock { $0 = count } }

    private var clock: ReportClock {
        ReportClock(
            wall: { self.now }, steady: { self.time.withLock { $0.steady } },
            sleep: { seconds throws(CancellationError) in
                let isOver = self.waits.withLock { left in
                    guard let count = left else { return false }
                    left = count - 1
                    return count <= 1
                }
                if isOver { throw CancellationError() }
                self.pass(seconds)
            })
    }

    // MARK: - The reporter

    func reporter(_ change: (inout TelemetryReporter.Options) -> Void = { _ in })
        throws -> TelemetryReporter
    {
        try reporter(signer, change)
    }

    func reporter(
        _ signer: Signer?, _ change: (inout TelemetryReporter.Options) -> Void = { _ in }
    ) throws -> TelemetryReporter {
        var options = TelemetryReporter.Options()
        options.root = folder.path("root")
        options.free = { _ in 20_000 << 20 }
        options.kernel = { KernelClock(isSynchronized: true, maximumError: 12_000) }
        change(&options)
        return try TelemetryReporter(
            spool, signer, options, clock: clock,
            onEvent: { event in
                self.onEvent.withLock { $0 }()
                self.told.withLock { $0.append(event) }
            })
    }

    /// Takes a sample a minute, `before` each being called with its number.
    func run(
        _ reporter: inout TelemetryReporter, samples: Int, before: (Int) throws -> Void = { _ in }
    ) rethrows {
        for number in 0..<samples {
            try before(number)
            reporter.step()
            pass(60)
        }
    }

    /// What it told.
    var events: [TelemetryReporter.Event] { told.withLock { $0 } }

    func onEvent(_ body: @escaping @Sendable () -> Void) { onEvent.withLock { $0 = body } }

    // MARK: - The statements

    /// All statements of telemetry in the spool, in their order.
    func statements() throws -> [Telemetry] {
        try SpoolRecord.State.allCases.flatMap { try spool.records(in: $0) }
            .sorted { $0.number < $1.number }.compactMap { record in
                let content = try spool.content(of: record)
                guard content.content.statement.predicate == PredicateType.telemetry else {
                    return nil
                }
                let manifest = try Manifest(#require(content.content.manifest))
                return Telemetry(predicate: manifest.predicate, byteCount: content.bytes.count)
            }
    }
}

/// What a statement of telemetry says.
struct Telemetry {
    let predicate: JSON.Object
    let byteCount: Int

    var from: String? { predicate["window"]?["from"]?.text?.string }
    var to: String? { predicate["window"]?["to"]?.text?.string }

    var left: [String] {
        (predicate["ext"]?["left"]?.array ?? []).compactMap { $0.text?.string }
    }

    func device(_ name: Text) -> Double? { predicate["device"]?[name]?.number }
    func integrity(_ name: Text) -> Double? { predicate["integrity"]?[name]?.number }
    func business(_ name: Text) -> Double? { predicate["business"]?[name]?.number }
}
