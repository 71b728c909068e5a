package import Encoding
package import Files
import Manifests
import Merkle
package import Provenance

/// What a PoP keeps of a milestone by itself: the newest observed value, and what it decided last.
///
///     NAME.observed.json    {"format": 1, "milestone": URI, "slice": URI,
///                            "value": 0.002, "at": TIME}
///     NAME.decided.json     {"format": 1, "milestone": URI, "slice": URI, "entry": ID,
///                            "decision": "promote", "start": ID, "record": FILE}
///
/// NAME is the beginning of SHA-256(milestone, LF, slice) in hexadecimal. An attacker who can
/// change the files can have the PoP decide by a value that nobody observed, so they are its
/// owner's alone.
package struct MilestoneState: Sendable {
    /// The decision that was signed last; it may not be registered yet.
    package struct Decided: Hashable, Sendable {
        /// The entry that it becomes.
        package let entry: EntryID

        /// What was decided.
        package let decision: MilestoneDecision

        /// The `start` of the round that it belongs to.
        package let start: EntryID

        /// The name of its record in a spool; nil where it was submitted at once.
        package let record: String?

        /// Creates it.
        package init(
            entry: EntryID, decision: MilestoneDecision, start: EntryID, record: String?
        ) {
            (self.entry, self.decision) = (entry, decision)
            (self.start, self.record) = (start, record)
        }
    }

    private let folder: Folder
    private let milestone: Text
    private let slice: Text
    private let name: String

    private static let format: JSON = 1

    /// A file with the longest URIs has less than 2 KiB.
    private static let byteLimit = 16 << 10

    /// Characters of a name: 128 bits of the digest.
    private static let nameLength = 32

    /// The state of a milestone for a slice, in a folder for all milestones.
    package init(in folder: Folder, of milestone: Text, for slice: Text) {
        self.folder = folder
        (self.milestone, self.slice) = (milestone, slice)
        let digest = Hash.sha256(milestone.utf8 + [UInt8(ascii: "\n")] + slice.utf8)
        name = String(Hex.encode(digest.bytes).prefix(Self.nameLength))
    }

    private var observedName: String { name + ".observed.json" }
    private var decidedName: String { name + ".decided.json" }

    /// Keeps an observed value, in the place of the one before.
    package func keep(_ observation: Observation) throws(MilestoneStateError) {
        try write(
            [
                ("value", observation.value.json),
                ("at", .string(Text(UTC.text(observation.at)))),
            ], to: observedName)
    }

    /// The newest observed value; nil where there is none.
    package func observation() throws(MilestoneStateError) -> Observation? {
        guard let object = try read(observedName) else { return nil }
        guard let value = object["value"].flatMap({ MetricNumber($0) }),
            let time = object["at"]?.text.flatMap({ Timestamp($0) }), time.seconds >= 0
        else { throw .malformed(folder.path(of: observedName)) }
        return Observation(value, at: UInt64(time.seconds))
    }

    /// Keeps what was decided.
    package func keep(_ decided: Decided) throws(MilestoneStateError) {
        var members: [(Text, JSON)] = [
            ("entry", .string(Text("\(decided.entry)"))),
            ("decision", .string(Text(decided.decision.rawValue))),
            ("start", .string(Text("\(decided.start)"))),
        ]
        if let record = decided.record { members.append(("record", .string(Text(record)))) }
        try write(members, to: decidedName)
    }

    /// What was decided last; nil where nothing was.
    package func decided() throws(MilestoneStateError) -> Decided? {
        guard let object = try read(decidedName) else { return nil }
        guard let entry = object["entry"]?.text.flatMap({ EntryID($0) }),
            let decision = object["decision"]?.text.flatMap({
                MilestoneDecision(rawValue: $0.string)
            }), let start = object["start"]?.text.flatMap({ EntryID($0) })
        else { throw .malformed(folder.path(of: decidedName)) }
        return Decided(
            entry: entry, decision: decision, start: start,
            record: object["record"]?.text?.string)
    }

    private func write(
        _ members: [(Text, JSON)], to name: String
    ) throws(MilestoneStateError) {
        let all: [(Text, JSON)] = [
            ("format", Self.format), ("milestone", .string(milestone)), ("slice", .string(slice)),
        ]
        let object = JSON.object(JSON.Object(all + members))
        do throws(FileError) {
            try folder.write(object.encoded() + [UInt8(ascii: "\n")], to: name, .replacing(.secret))
        } catch {
            throw .unwritable(error)
        }
    }

    private func read(_ name: String) throws(MilestoneStateError) -> JSON.Object? {
        let bytes: [UInt8]?
        do throws(FileError) {
            bytes = try folder.read(name, limit: Self.byteLimit)
        } catch {
            throw .unreadable(error)
        }
        guard let bytes else { return nil }
        guard let object = (try? JSON.decode(bytes))?.object, object["format"] == Self.format,
            object["milestone"]?.text == milestone, object["slice"]?.text == slice
        else { throw .malformed(folder.path(of: name)) }
        return object
    }
}

/// Why what a PoP keeps of a milestone was not read or written.
package enum MilestoneStateError: Error, Hashable {
    /// The system does not give the file out.
    case unreadable(FileError)

    /// The system does not take the file.
    case unwritable(FileError)

    /// The file is of another milestone or version, or damaged. Remove it, and observe again.
    case malformed(String)
}
