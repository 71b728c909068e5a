import Encoding

/// What a spool says of the time in each provenance that it seals (spool.md §7).
extension ProvenanceDraft {
    /// Takes the state of the PoP's clock, and the newest head that the PoP has seen where nobody
    /// named another.
    package mutating func take(_ clock: PoPClock, _ seen: SeenHead?) {
        ext["popClock"] = clock.json
        if self.seen == nil, extra["seen"] == nil { self.seen = seen?.note }
    }
}
