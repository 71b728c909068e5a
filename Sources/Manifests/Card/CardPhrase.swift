/// The fixed words inside the lines of template 1: what a translation says in another way.
///
/// Template 1 itself spells its words where it writes them, and is frozen.
package enum CardPhrase: String, CaseIterable, Sendable {
    /// "what the signer states; this card proves none of it".
    case heading

    /// "copy 1 of 2": the number and the total.
    case copy

    /// "1, clock 2": the time and the name of the clock.
    case capture

    /// ", within 1 s": seconds.
    case within

    /// "1 entry 2": the relation and the EntryID.
    case parentEntry

    /// "1 sha256 2": the relation and the digest.
    case parentFile

    /// "west 1, south 2, east 3, north 4".
    case bounds

    /// "1, 2 m a sample": the reference system and metres.
    case sample

    /// "1, quality 2, profile 3": the algorithm, the quality, the profile.
    case fingerprint

    /// "log 1 at size 2".
    case seen

    /// "without a name".
    case unnamed

    /// "members that are not recognised: 1".
    case unrecognised

    /// "members that are not shown: 1".
    case unshown

    /// "and 1 more".
    case more

    /// "1 to 2": the ends of a window, of a range or of a term.
    case span

    /// "from entry 1".
    case suspectEntries

    /// "heads from size 1".
    case suspectHeads
}
