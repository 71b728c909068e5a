import Encoding
import Files

/// How far one receiver is with what an outbox has for it.
///
///     NAME.receiver.json    {"alerts":N,"matches":N,"again":N,"dropped":N,"owed":[FIRST,END]}
///
/// A file without `again` or `owed` is one of a release before they were, and means 0 and none.
struct OutboxReceiver: Hashable {
    /// The numbers of the events that it takes next: in the queue of alerts, in that of matches,
    /// and in its own of matches that were read again.
    var taken: [UInt64]

    /// The same, as the disk has it.
    private(set) var settled: [UInt64]

    /// How many alerts it did not take in time.
    var dropped: UInt64 = 0

    /// The entries whose matches it is still to get, and which no queue has: they are read again
    /// from the log; nil where there are none.
    var owed: Range<UInt64>?

    /// Begins at these places.
    init(taken: [UInt64]) {
        (self.taken, settled) = (taken, taken.map { _ in 0 })
    }

    /// Owes it the matches of these entries, too.
    mutating func owe(_ entries: Range<UInt64>) {
        guard let known = owed else { return owed = entries }
        owed =
            min(known.lowerBound, entries.lowerBound)..<max(known.upperBound, entries.upperBound)
    }
}

/// The file of a receiver.
extension OutboxReceiver {
    private static let suffix = ".receiver.json"

    /// Bytes of such a file: six numbers.
    private static let byteLimit = 1 << 10

    /// Reads the files of all receivers in a folder.
    static func all(in folder: Folder) throws(MonitorStateError) -> [Text: OutboxReceiver] {
        var receivers: [Text: OutboxReceiver] = [:]
        do throws(FileError) {
            for name in try folder.names() where name.hasSuffix(suffix) {
                let bytes = try folder.read(name, limit: byteLimit) ?? []
                guard let json = try? JSON.decode(bytes), let receiver = OutboxReceiver(json) else {
                    throw FileError(folder.path(of: name), .changed)
                }
                receivers[Text(String(name.dropLast(suffix.utf8.count)))] = receiver
            }
        } catch {
            throw error.reason == .changed
                ? .damaged(error.path, "is not what a monitor left: remove it") : .file(error)
        }
        return receivers
    }

    /// Writes the file of `name`, and waits until it is on the disk.
    mutating func write(_ name: Text, in folder: Folder) throws(MonitorStateError) {
        var object: JSON.Object = [
            "alerts": .integer(Int64(clamping: taken[0])),
            "matches": .integer(Int64(clamping: taken[1])),
            "again": .integer(Int64(clamping: taken[2])),
            "dropped": .integer(Int64(clamping: dropped)),
        ]
        object["owed"] = owed.map { owed -> JSON in
            [
                .integer(Int64(clamping: owed.lowerBound)),
                .integer(Int64(clamping: owed.upperBound)),
            ]
        }
        do throws(FileError) {
            try folder.write(
                JSON.object(object).encoded(), to: name.string + Self.suffix, .replacing(.secret))
        } catch {
            throw .file(error)
        }
        settled = taken
    }

    /// Removes the file of `name`.
    static func forget(_ name: String, in folder: Folder) throws(MonitorStateError) {
        do throws(FileError) {
            try folder.remove(name + suffix)
        } catch {
            throw .file(error)
        }
    }

    private init?(_ json: JSON) {
        guard let alerts = Self.number(json["alerts"]), let matches = Self.number(json["matches"]),
            let again = json["again"] == nil ? 0 : Self.number(json["again"]),
            let dropped = Self.number(json["dropped"])
        else { return nil }
        taken = [alerts, matches, again]
        settled = taken
        self.dropped = dropped
        guard let owed = json["owed"] else { return }
        guard let ends = owed.array, ends.count == 2, let first = Self.number(ends[0]),
            let end = Self.number(ends[1]), first < end
        else { return nil }
        self.owed = first..<end
    }

    private static func number(_ json: JSON?) -> UInt64? {
        json?.integer.flatMap { UInt64(exactly: $0) }
    }
}
