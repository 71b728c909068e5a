/// How far index heads lag behind a log that grows: the longest that an entry waited for a head
/// which covers it.
///
/// Log and heads are looked at now and then. An entry counts as logged since the look before the
/// first that found it: what is said is too long by the time between two looks at the most, and
/// never too short.
struct HeadLag {
    /// The longest so far, in seconds.
    private(set) var longest = 0.0

    /// When which size was seen: first the newest look at which the oldest entry that waits was not
    /// there yet.
    private var looks: [(seconds: Double, size: Int)] = []

    /// Takes a look: `size` entries that wait for a head, or waited, of which `covered` have one.
    mutating func look(size: Int, covered: Int, at seconds: Double) {
        looks.append((seconds, size))
        let waits = looks.firstIndex { $0.size > covered } ?? looks.count
        looks.removeFirst(max(0, waits - 1))
        guard size > covered else { return }
        longest = max(longest, seconds - looks[0].seconds)
    }
}
