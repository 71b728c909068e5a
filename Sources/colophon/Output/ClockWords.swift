import Provenance
import Studio

/// Warns of a clock that cannot be right, or may be far off.
struct ClockWords {
    /// Each doubt, with the file that it is about.
    private let warnings: [(subject: String?, words: String)]

    /// Looks at a clock that says `now`.
    ///
    /// - Parameters:
    ///   - kit: the time of the newest head of the trust kit, and how the kit was named.
    ///   - seen: when witnesses saw the newest head of a spool, and its file.
    ///   - state: who keeps the clock; nil where nobody looked.
    init(
        now: UInt64, kit: (time: UInt64, path: String)? = nil,
        seen: (time: UInt64, path: String)? = nil, state: PoPClock? = nil
    ) {
        let doubts = ClockDoubt.all(now: now, kit: kit?.time, seen: seen?.time, state: state)
        warnings = doubts.map { doubt in
            let mend = "this machine's clock says \(UTC.text(now)): correct the clock, then sign"
            return switch doubt {
            case .beforeKit(let time):
                (kit?.path, "its newest head is of \(UTC.text(time)), and \(mend)")
            case .beforeSeen(let time):
                (seen?.path, "witnesses saw this head at \(UTC.text(time)), and \(mend)")
            case .beforeProgram: (nil, "this program was written later, and \(mend)")
            case .uncertain(let seconds):
                (
                    nil,
                    "this machine's clock may be off by \(Int(seconds)) s: no time server has been "
                        + "reached for long"
                )
            }
        }
    }

    /// Tells that nobody keeps the clock, where that is so: once, when a spool is made.
    ///
    /// From then on its status says it, for who signs at an event can do nothing about it.
    static func tellKeeper(_ state: PoPClock, _ console: Console) {
        guard state.source == PoPClock.Source.none else { return }
        console.warn(
            nil,
            "nobody keeps this machine's clock, as far as its kernel says: start chrony, or "
                + "another client of a time server")
    }

    /// Prints the warnings.
    func warn(_ console: Console) {
        for (subject, words) in warnings { console.warn(subject, words) }
    }
}
