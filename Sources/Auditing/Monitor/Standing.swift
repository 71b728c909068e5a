internal import Encoding
internal import Files

/// What a monitor must remember so as to tell nothing again and again: `monitor/standing.json`.
///
/// It is written after the events that follow from it are on the disk. A crash between the two
/// tells them once more, under the same identifiers.
struct Standing: Hashable {
    /// A condition that has begun, and not ended.
    struct Lasting: Hashable {
        let kind: MonitorEvent.Kind
        let subject: String

        /// How often it had begun before.
        let number: UInt64

        /// When, POSIX seconds.
        let since: UInt64
    }

    /// The entries before this one are not told where the user wants new ones only: the size of
    /// the first head that was seen; nil where none was.
    var from: UInt64?

    /// Whether a round has come to its end.
    var hasBegun = false

    /// The entries before this one were handed to the monitor; nil where none were.
    ///
    /// A state may be ahead of it: an audit without a monitor has read on.
    var place: UInt64?

    /// What goes on.
    var lasting: [Lasting] = []

    /// How often each condition has begun, by kind and subject.
    var begun: [String: UInt64] = [:]

    /// The findings that were told one by one and are not gone, by rule, the oldest first: what
    /// ``name(of:)`` gives.
    var told: [AuditRule: [String]] = [:]

    /// How many findings of each rule there were when that was last told.
    var counts: [AuditRule: UInt64] = [:]

    /// In how many rounds something that was told was gone.
    ///
    /// It is in the identifier of each finding: what comes back is another event.
    var departures: UInt64 = 0

    /// Whether it was told that manifests are not served.
    var hasToldUnserved = false

    /// Creates the standing of a monitor that has seen nothing.
    init() {}

    static func key(_ kind: MonitorEvent.Kind, _ subject: String) -> String {
        "\(kind.rawValue) \(subject)"
    }
}

/// The file of a standing.
extension Standing {
    private static let name = "standing.json"

    /// Bytes of the file: 200 names of findings of each rule have 160 KiB, and conditions are a
    /// handful.
    private static let byteLimit = 1 << 20

    /// Reads what was written; a standing that has seen nothing where nothing was.
    init(in folder: Folder) throws(MonitorStateError) {
        let bytes: [UInt8]?
        do throws(FileError) {
            bytes = try folder.read(Self.name, limit: Self.byteLimit)
        } catch {
            throw .file(error)
        }
        guard let bytes else { return }
        guard let json = try? JSON.decode(bytes), let standing = Standing(json) else {
            throw .damaged(
                folder.path(of: Self.name),
                "is not what a monitor left: remove it, and what was told is told again")
        }
        self = standing
    }

    func write(in folder: Folder) throws(MonitorStateError) {
        do throws(FileError) {
            try folder.write(json.encoded(), to: Self.name, .replacing(.secret))
        } catch {
            throw .file(error)
        }
    }

    private var json: JSON {
        let lasting = lasting.map { lasting -> JSON in
            [
                "kind": .string(Text(lasting.kind.rawValue)),
                "subject": .string(Text(lasting.subject)),
                "number": .number(lasting.number),
                "since": .number(lasting.since),
            ]
        }
        let begun = begun.sorted { $0.key < $1.key }.map { key, count -> JSON in
            ["key": .string(Text(key)), "count": .number(count)]
        }
        let told = Self.json(told) { .array($0.map { .string(Text($0)) }) }
        let counts = Self.json(counts) { .number($0) }
        var object: JSON.Object = [
            "hasBegun": .bool(hasBegun),
            "lasting": .array(lasting),
            "begun": .array(begun),
            "told": told,
            "counts": counts,
            "departures": .number(departures),
            "hasToldUnserved": .bool(hasToldUnserved),
        ]
        object["from"] = from.map { .number($0) }
        object["place"] = place.map { .number($0) }
        return .object(object)
    }

    /// An object with a member for each rule that has a value.
    private static func json<Value>(
        _ values: [AuditRule: Value], _ write: (Value) -> JSON
    ) -> JSON {
        let members = AuditRule.allCases.compactMap { rule in
            values[rule].map { (Text(rule.rawValue), write($0)) }
        }
        return .object(JSON.Object(members))
    }

    /// Reads what ``json(_:_:)`` wrote; nil for anything else.
    private static func values<Value>(
        _ json: JSON?, _ read: (JSON) -> Value?
    ) -> [AuditRule: Value]? {
        guard let members = json?.object?.members else { return nil }
        var values: [AuditRule: Value] = [:]
        for member in members {
            guard let rule = AuditRule(rawValue: member.name.string),
                let value = read(member.value)
            else { return nil }
            values[rule] = value
        }
        return values
    }

    private init?(_ json: JSON) {
        guard let hasBegun = json["hasBegun"]?.bool,
            let lasting = json["lasting"]?.array, let begun = json["begun"]?.array,
            let told = Self.values(json["told"], { $0.array?.compactMap { $0.text?.string } }),
            let counts = Self.values(json["counts"], \.unsigned),
            let departures = json["departures"]?.unsigned,
            let hasToldUnserved = json["hasToldUnserved"]?.bool
        else { return nil }
        (self.hasBegun, self.hasToldUnserved) = (hasBegun, hasToldUnserved)
        (self.told, self.counts, self.departures) = (told, counts, departures)
        (from, place) = (json["from"]?.unsigned, json["place"]?.unsigned)
        for item in lasting {
            guard let lasting = Lasting(item) else { return nil }
            self.lasting.append(lasting)
        }
        for item in begun {
            guard let key = item["key"]?.text, let count = item["count"]?.unsigned
            else { return nil }
            self.begun[key.string] = count
        }
    }
}

extension Standing.Lasting {
    fileprivate init?(_ json: JSON) {
        guard let kind = json["kind"]?.text.flatMap({ MonitorEvent.Kind(rawValue: $0.string) }),
            let subject = json["subject"]?.text, let number = json["number"]?.unsigned,
            let since = json["since"]?.unsigned
        else { return nil }
        self.init(kind: kind, subject: subject.string, number: number, since: since)
    }
}
