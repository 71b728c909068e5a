import Provenance

extension FuzzTarget {
    /// Whatever stands in a record's anchors, nothing is dated but what a block holds, and by that
    /// block's time.
    static func anchors(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        let known = KnownAnchors.shared
        let report = known.verifier.verify(
            file: bytes, artifact: nil, recordOnly: true, time: KnownTimestamps.later)
        try hold(report.evidence.count <= Limits.anchors, "so many anchors are checked at most")
        let held = report.evidence.filter { $0.verdict == .ok }
        for evidence in held {
            try hold(evidence.type == Anchor.openTimestamps, "no token is about this head")
            try hold(evidence.time == known.time, "a block has one time")
            try hold(!evidence.isSealed, "a block has no certificate")
        }
        for evidence in report.evidence where evidence.verdict != .ok {
            try hold(evidence.time == nil, "what does not hold dates nothing")
        }
        // The kit asks for no witnesses.
        try hold(
            report.existedBy?.time == held.first?.time, "the earliest bound is one that holds")
        try hold(
            report.reached.map { $0 < .timestamped } ?? true,
            "a kit with authorities asks for their word")
        return !held.isEmpty
    }
}
