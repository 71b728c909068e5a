package import Encoding
import Manifests
import Merkle

/// One thing that a monitor tells: an alert, or an entry that somebody watches for (audit.md §5).
///
/// It is one JSON object on one line, the same for each receiver, and is told at least once. Its
/// identifier follows from what happened, not from when it was told, so that a receiver can drop
/// doubles.
package struct MonitorEvent: Hashable, Sendable {
    /// What happened.
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        /// The log has signed two heads that contradict each other.
        case splitView = "split-view"

        /// The source shows a smaller head than it did before.
        case behind

        /// The newest head is too old.
        case stale

        /// The newest head lacks its quorum of witnesses.
        case quorum

        /// An authority or a calendar has not dated a head for too long.
        case overdue

        /// The source cannot be read.
        case unreadable

        /// A control statement: a key, the policy, a key of the ledger, an erasure.
        case control

        /// Something in the log is not as it must be.
        case finding

        /// So many findings of one rule that they are not told one by one.
        case more

        /// An entry that somebody watches for.
        case match

        /// Entries whose manifests are not served, so that no creator can be read.
        case unserved

        /// Entries that an audit without a monitor has read.
        case missed

        /// Alerts that a receiver did not take in time, and will not get.
        case dropped

        /// Matches that a receiver gets later, because more wait for it than may.
        case owed

        /// Whether it says what is in the log and not what is wrong: it waits behind what is.
        package var isMatch: Bool { self == .match }
    }

    /// Whether a state begins or ends.
    package enum Turn: String, Hashable, Sendable {
        case begins, ends
    }

    /// What happened.
    package let kind: Kind

    /// 32 hexadecimal digits that are the same each time that it is told.
    package let id: String

    /// The object, as audit.md §5 has it.
    package let json: JSON.Object

    /// Creates an event.
    ///
    /// - Parameters:
    ///   - key: what tells it apart from all others of its kind and log.
    ///   - time: when the monitor found it, POSIX seconds.
    ///   - words: a sentence for a person.
    ///   - members: what else it says, behind the words.
    package init(
        _ kind: Kind, of origin: Text, key: String, turn: Turn? = nil, time: UInt64, words: String,
        _ members: [(Text, JSON?)] = []
    ) {
        self.kind = kind
        id = Self.id(kind, origin, "\(turn?.rawValue ?? "") \(key)")
        var all: [(Text, JSON?)] = [
            ("event", .string(Text(kind.rawValue))),
            ("state", turn.map { .string(Text($0.rawValue)) }),
            ("id", .string(Text(id))),
            ("origin", .string(origin)),
            ("time", .string(Self.text(time))),
            ("words", .string(Text(words))),
        ]
        all += members
        json = JSON.Object(all.compactMap { name, value in value.map { (name, $0) } })
    }

    /// The line, without its line feed: no character in it acts on a terminal.
    package var line: String { SafeText.json(.object(json)) }

    private static func id(_ kind: Kind, _ origin: Text, _ key: String) -> String {
        let text = "monitor event\n\(kind.rawValue)\n\(origin)\n\(key)"
        return String(Hex.encode(Hash.sha256(Array(text.utf8)).bytes).prefix(idDigits))
    }

    /// 128 bits: nobody has two events of one identifier.
    private static let idDigits = 32

    /// The time as RFC 3339 has it; a clock beyond the year 9999 is written as its last second.
    private static func text(_ seconds: UInt64) -> Text {
        Timestamp(seconds: Int64(min(seconds, latest))).text ?? ""
    }

    /// 9999-12-31T23:59:59Z.
    private static let latest: UInt64 = 253_402_300_799
}
