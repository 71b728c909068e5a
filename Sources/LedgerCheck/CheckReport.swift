public import Encoding

/// The result of a check of a store.
public struct CheckReport: Hashable, Sendable {
    /// One column family.
    public struct Family: Hashable, Sendable {
        /// Its name.
        public let family: String

        /// Rows that were read and held against the log.
        public let rows: UInt64

        /// Findings in it.
        public let findings: Int
    }

    /// Number of entries that were checked: the size of the newest head.
    public let size: UInt64

    /// The root of that head, in hexadecimal.
    public let root: String

    /// Whether every statement's signature was checked against the key that was valid then.
    public let signatures: Bool

    /// Wall-clock seconds of the whole check.
    public let seconds: Double

    /// Of these, the seconds that manifests took.
    public let manifestSeconds: Double

    /// Of these, the seconds that signatures took: of heads, and of statements where they are
    /// checked.
    public let signatureSeconds: Double

    /// Entries per second, without the time of manifests and signatures.
    public let leavesPerSecond: Double

    /// The rows that were read, family by family.
    public let families: [Family]

    /// Number of findings, of which the first of each family are listed.
    public let findingCount: Int

    /// The findings that are listed.
    public let findings: [CheckFinding]

    /// Number of entries that came back without their manifest from a copy, and which no
    /// erasure names: no finding, for their rows say so; nil where manifests were left out.
    public let missingManifests: UInt64?

    /// The first of these entries, ``missingLimit`` at the most.
    public let firstMissing: [UInt64]

    /// Entries without their manifest that a report names: as many as somebody reads.
    public static let missingLimit = 10

    /// Whether nothing was found.
    public var isClean: Bool { findingCount == 0 }
}

extension CheckReport {
    /// The report as JSON, for programs; the members have the names of the properties.
    ///
    /// `missingManifests` and `firstMissing` are only there where manifests were read.
    public var json: JSON.Object {
        var members: JSON.Object = [
            "size": Self.number(size), "root": .string(Text(root)),
            "signatures": .bool(signatures), "seconds": .decimal(seconds),
            "manifestSeconds": .decimal(manifestSeconds),
            "signatureSeconds": .decimal(signatureSeconds),
            "leavesPerSecond": Self.number(UInt64(leavesPerSecond)),
            "families": .array(
                families.map { family in
                    [
                        "family": .string(Text(family.family)), "rows": Self.number(family.rows),
                        "findings": Self.number(UInt64(family.findings)),
                    ]
                }),
            "findingCount": Self.number(UInt64(findingCount)),
            "findings": .array(
                findings.map { finding in
                    [
                        "family": .string(Text(finding.family)), "key": .string(Text(finding.key)),
                        "rule": .string(Text(finding.rule.rawValue)),
                        "detail": .string(Text(finding.detail)),
                    ]
                }),
        ]
        if let missingManifests {
            members["missingManifests"] = Self.number(missingManifests)
            members["firstMissing"] = .array(firstMissing.map(Self.number))
        }
        return members
    }

    private static func number(_ number: UInt64) -> JSON {
        .integer(min(Int64(clamping: number), JSON.maximumInteger))
    }
}
