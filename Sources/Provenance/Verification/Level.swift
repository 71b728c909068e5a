/// How far a proof reaches; each level contains those before it (verification.md §2).
public enum Level: String, CaseIterable, Comparable, Sendable {
    /// The PoP's key signed, and the registry says that the key was valid.
    case signed

    /// The entry is in a tree whose head a trusted log signed.
    case logged

    /// The policy's quorum of witnesses has seen that head.
    case witnessed

    /// A timestamp authority has seen that head (RFC 3161).
    case timestamped

    /// Other independent evidence exists for that head.
    case anchored

    /// Orders levels by how far they reach.
    public static func < (lhs: Level, rhs: Level) -> Bool {
        lhs.rank < rhs.rank
    }

    private var rank: Int {
        switch self {
        case .signed: 0
        case .logged: 1
        case .witnessed: 2
        case .timestamped: 3
        case .anchored: 4
        }
    }
}

extension Level {
    /// The checks that must hold for this level, beside those of the levels before it.
    var checks: [Check] {
        switch self {
        case .signed: [.signature, .issuer]
        case .logged: [.receipt]
        case .witnessed: [.cosignatures]
        case .timestamped: [.timestamp]
        case .anchored: [.anchor]
        }
    }

    /// The level that `findings` reach; what is false beside them is not asked about.
    ///
    /// A level for which nobody is named, by the kit or by the program, is one of `passed`: those
    /// after it can be reached without it.
    static func reached(by findings: [Finding], passingOver passed: Set<Level>) -> Level? {
        var reached: Level?
        for level in allCases {
            let isReached = level.checks.allSatisfy { check in
                findings.contains { $0.check == check && $0.verdict.holds }
            }
            guard isReached || passed.contains(level) else { break }
            if isReached { reached = level }
        }
        return reached
    }
}
