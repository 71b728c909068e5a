import Encoding
import Merkle
import Provenance

/// Where and when something was seen.
package struct Sighting: Hashable, Sendable {
    /// The name of the source, for words.
    package let source: String

    /// POSIX seconds.
    package let time: UInt64

    /// Puts both together.
    package init(source: String, time: UInt64) {
        (self.source, self.time) = (source, time)
    }
}

/// A file of a source that was not what the log says each time that it was asked for.
///
/// It is a fault of who serves the file, and no proof against the log: it stands until the file is
/// right.
struct SourceFault: Hashable, Sendable {
    /// What was found.
    let finding: AuditFinding

    /// The number of the bundle that it was found with.
    let bundle: UInt64

    /// Where and when it was first found.
    let first: Sighting

    /// When this process looked at it last, POSIX seconds; nil where it has not.
    var lookedAt: UInt64?

    /// The notice that remembers it once it is mended.
    func mended(_ remark: String) -> AuditFinding {
        AuditFinding(
            .mended, finding.place,
            "was wrong at \(first.source), seen \(Instant(first.time)), and is right now\(remark): "
                + finding.detail)
    }
}

/// The faults that stand.
struct FaultList: Hashable, Sendable {
    /// Faults that are kept: with a detail of 600 bytes each they are some 800 KiB, which are
    /// written again with each commit.
    ///
    /// What is more stays found: such a copy is replaced, and not mended.
    static let limit = 1_024

    /// Bundles that are looked at again in one run: each costs what it costs to audit it.
    static let bundlesInRun = 16

    /// Seconds after which a process looks again: a monitor's rounds are shorter.
    static let pause: UInt64 = 600

    /// The faults, in the order in which they were found.
    private(set) var all: [SourceFault] = []

    /// Takes a fault; false where there is no room.
    mutating func add(_ fault: SourceFault) -> Bool {
        if let place = all.firstIndex(where: { $0.finding.isAbout(fault.finding) }) {
            all[place].lookedAt = fault.lookedAt
            return true
        }
        guard all.count < Self.limit else { return false }
        all.append(fault)
        return true
    }

    /// The bundles to look at again at `now`, rising: those whose entries the log has up to
    /// `size`, the ones that waited longest first.
    func due(at now: UInt64, below size: UInt64) -> [UInt64] {
        let waiting = all.filter { fault in
            fault.lookedAt.map { now >= $0 && now - $0 >= Self.pause } ?? true
        }
        var bundles: [UInt64] = []
        for fault in waiting.sorted(by: { ($0.lookedAt ?? 0) < ($1.lookedAt ?? 0) })
        where fault.bundle * UInt64(TileID.width) < size {
            if !bundles.contains(fault.bundle) { bundles.append(fault.bundle) }
            if bundles.count == Self.bundlesInRun { break }
        }
        return bundles.sorted()
    }

    /// Takes what a look at a bundle found, and returns the faults that are mended.
    ///
    /// - Parameters:
    ///   - wrong: what is wrong with its files now.
    ///   - isKnown: whether the look says anything of what a fault is about.
    mutating func look(
        at bundle: UInt64, _ wrong: [AuditFinding], now: UInt64,
        isKnown: (AuditFinding) -> Bool
    ) -> [SourceFault] {
        var mended: [SourceFault] = []
        for place in all.indices where all[place].bundle == bundle {
            let finding = all[place].finding
            all[place].lookedAt = now
            if !wrong.contains(where: { $0.isAbout(finding) }), isKnown(finding) {
                mended.append(all[place])
            }
        }
        all.removeAll { mended.contains($0) }
        return mended
    }
}

extension AuditFinding {
    /// Whether both say that one thing is wrong, in whatever words.
    func isAbout(_ other: AuditFinding) -> Bool {
        rule == other.rule && place == other.place
    }
}

extension FaultList {
    /// The array in a state.
    var json: JSON {
        .array(
            all.map { fault in
                [
                    "finding": fault.finding.json, "bundle": .number(fault.bundle),
                    "source": .string(Text(fault.first.source)),
                    "time": .number(fault.first.time),
                ]
            })
    }

    /// Reads what ``json`` made; nil where it is anything else.
    init?(_ json: JSON) {
        guard let items = json.array, items.count <= Self.limit else { return nil }
        for item in items {
            guard let finding = item["finding"].flatMap({ AuditFinding($0) }),
                let bundle = item["bundle"]?.unsigned, let source = item["source"]?.text,
                let time = item["time"]?.unsigned
            else { return nil }
            all.append(
                SourceFault(
                    finding: finding, bundle: bundle,
                    first: Sighting(source: source.string, time: time), lookedAt: nil))
        }
    }
}
