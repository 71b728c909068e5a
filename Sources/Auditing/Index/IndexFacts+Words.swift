extension IndexFacts {
    /// What is not checked of the index, a sentence each.
    var unchecked: [String] {
        var words: [String] = []
        if start > 0, let first {
            let met = first < start ? ", and met the index head at entry \(first)" : ""
            words.append(
                "the index below entry \(start), and all maps: an older version has read it in "
                    + "this state\(met); a new state has all")
        }
        if start == 0, unknownMaps > 0 {
            let (entry, why) =
                (unread ?? .max) < (ungathered ?? .max)
                ? (unread ?? 0, "cannot be read here, so its keys are not known")
                : (ungathered ?? 0, "was read without its keys; a new state has all")
            words.append(
                "the maps of \(Self.heads(unknownMaps)) that cover entry \(entry): it \(why)")
        }
        if unknownPlaces > 0 {
            words.append(
                "some rule of the place of \(Self.heads(unknownPlaces)): the registry below, the "
                    + "head before or the heads among the entries that it covers are not known")
        }
        if let next = pending.first {
            words.append(
                "the maps of \(Self.heads(UInt64(pending.count))), the first at entry "
                    + "\(next.index): they wait until keys are read again, a monitor does that now "
                    + "and then")
        }
        return words
    }

    private static func heads(_ count: UInt64) -> String {
        count == 1 ? "1 index head" : "\(count) index heads"
    }
}
