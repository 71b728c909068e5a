import LedgerStore

/// A place in the order of a family's keys that can be moved on by any number.
///
/// Eight bytes of a key count as a number: the index, or the beginning of a digest. Tiles and
/// threads have one byte before them.
struct KeyPlace {
    private var lead: UInt8?
    private(set) var number: UInt64

    init(_ key: [UInt8], in family: StoreLayout.Family) {
        var rest = key[...]
        switch family {
        case .tiles, .threads: lead = rest.popFirst() ?? 0
        default: lead = nil
        }
        number = (0..<8).reduce(0) { number, _ in number << 8 | UInt64(rest.popFirst() ?? 0) }
    }

    /// The smallest key at this place.
    var key: [UInt8] { (lead.map { [$0] } ?? []) + StoreLayout.key(number) }

    /// Moves on; nil past the last key that there can be.
    func advanced(by step: UInt64) -> KeyPlace? {
        var place = self
        let (sum, overflow) = number.addingReportingOverflow(step)
        place.number = sum
        guard overflow else { return place }
        guard let lead, lead < .max else { return nil }
        place.lead = lead + 1
        place.number = 0
        return place
    }

    /// The place in the middle of this one and a later one; nil where there is none between.
    func middle(to later: KeyPlace) -> KeyPlace? {
        guard lead == later.lead, later.number > number + 1 else { return nil }
        var place = self
        place.number += (later.number - number) / 2
        return place
    }
}
