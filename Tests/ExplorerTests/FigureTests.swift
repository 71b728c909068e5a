import Encoding
import Explorer
import Foundation
import HTTPService
import Testing

/// The figures that the operator sees are those that the alerts watch.
@Suite struct FigureTests {
    private static let alerts = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Schemas/alerts.yml")

    private static func sample(
        _ uptime: Double, size: UInt64 = 0, _ readings: [MetricReading] = []
    ) -> FigureSample {
        FigureSample(
            time: 1_800_000_000 + uptime, uptime: uptime, isReady: true, treeSize: size,
            headAhead: 0, readings: readings)
    }

    private static func number(
        _ name: String, _ value: Double, _ labels: [String: String] = [:]
    ) -> MetricReading {
        MetricReading(name: name, labels: labels, value: .number(value))
    }

    private static func values(_ title: String, _ ring: FigureRing) throws -> [Double?] {
        let place = try #require(Figure.all.firstIndex { $0.title == title })
        return ring.values[place]
    }

    /// Whether the process answers at all is what no page of its own can show.
    @Test func everyAlertOfALedgerHasItsFigure() throws {
        let text = try String(contentsOf: Self.alerts, encoding: .utf8)
        let own = text.components(separatedBy: "- name: colophon-audit")[0]
        let names = own.matches(of: #/- alert: (\w+)/#).map { String($0.output.1) }
        #expect(names.count > 10)
        #expect(Set(Figure.all.compactMap(\.alert)).union(["ColophonDown"]) == Set(names))
    }

    @Test func theRingHoldsAnHourAndNoMore() {
        let ring = FigureRing()
        for second in 0..<(FigureRing.pointCount + 50) {
            ring.take(Self.sample(Double(second * FigureRing.interval)))
        }
        #expect(ring.values.allSatisfy { $0.count == FigureRing.pointCount })
        #expect(FigureRing.pointCount * FigureRing.interval == 3_600)
    }

    @Test func countersBecomeGrowthAndNeverFall() throws {
        let ring = FigureRing()
        let name = "colophon_admissions_total"
        for (step, count) in [5.0, 5, 9, 2].enumerated() {
            ring.take(
                Self.sample(
                    Double(step * 30), size: UInt64(step * 60),
                    [
                        Self.number(name, count, ["result": "busy"]),
                        Self.number(name, 100 * count, ["result": "admitted"]),
                    ]))
        }
        #expect(try Self.values("Sent away, busy", ring) == [nil, 0, 4, 0])
        #expect(try Self.values("Registered", ring) == [nil, 2, 2, 2])
        #expect(try Self.values("Certificate left", ring) == [nil, nil, nil, nil])
    }

    /// A gauge that nothing has set yet is no time, least of all that of 1970.
    @Test func aQuorumThatNeverWasIsMissingSinceTheStart() throws {
        let ring = FigureRing()
        for (uptime, time) in [(400.0, 0.0), (430, 1_800_000_425)] {
            ring.take(
                Self.sample(
                    uptime, size: 2,
                    [
                        Self.number("colophon_quorum_seconds", time),
                        Self.number("colophon_quorum_size", 1),
                    ]))
        }
        #expect(try Self.values("Without a quorum", ring) == [400, 5])
    }

    /// A figure that is bad below its limit is not "over" it.
    @Test func aBadFigureIsSaidToBePastItsLimitWhicheverWayThatLies() throws {
        let rules = Figure.all.map(\.rule)
        #expect(rules.contains(.below(1)) && rules.contains(.above(0)))
        let page = try #require(PackedFiles.bytes("Templates/ops.mustache"))
        let text = String(decoding: page, as: UTF8.self)
        #expect(text.contains("past its limit") && !text.contains("over its limit"))
    }

    @Test func aQuantileIsOfWhatWasObservedSinceTheSampleBefore() throws {
        let ring = FigureRing()
        let name = "colophon_sync_seconds"
        func reading(_ counts: [UInt64]) -> MetricReading {
            MetricReading(
                name: name, labels: [:], value: .histogram(counts: counts, bounds: [0.1, 1]))
        }
        ring.take(Self.sample(0, [reading([1_000, 0, 0])]))
        ring.take(Self.sample(30, [reading([1_000, 10, 0])]))
        ring.take(Self.sample(60, [reading([1_000, 10, 0])]))
        ring.take(Self.sample(90, [reading([1_000, 10, 3])]))
        // Nothing was observed in the third; above all bounds is said as the largest.
        #expect(try Self.values("Sync, p99", ring) == [nil, 1, nil, 1])
        let report = OperationsReport(ring, trouble: nil, warnings: [])
        let line = try #require(report.lines.first { $0.title == "Sync, p99" })
        #expect(line.isBad && line.value == "1 s" && line.rule == "bad above 0.25 s")
    }

    /// Every number of it can be written as JSON, whatever was measured.
    @Test func aReportCanBeWritten() throws {
        let ring = FigureRing()
        ring.take(
            Self.sample(0, [Self.number("colophon_scrub_findings", .infinity)]))
        let report = OperationsReport(ring, trouble: "an old copy", warnings: ["look"])
        let text = JSON.object(report.json).encoded()
        #expect(try JSON.decode(text)["trouble"]?.text == "an old copy")
    }
}
