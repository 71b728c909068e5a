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

    /// The entries before this one are not told: the user wants new ones only.
    var from: UInt64 = 0

    /// Whether `from` was settled by the first head that was seen.
    var hasBegun = false

    /// The entries before this one were handed to the monitor; nil where none were.
    ///
    /// A state may be ahead of it: an audit without a monitor has read on.
    var place: UInt64?

    /// What goes on.
    var lasting: [Lasting] = []

    /// How often each condition has begun, by kind and subject.
    var begun: [String: UInt64] = [:]

    /// The findings that were told one by one, by their identifiers.
    var told: Set<String> = []

    /// How many findings of each rule there were when that was last told.
    var counts: [AuditRule: UInt64] = [:]

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

    /// Bytes of the file: two thousand identifiers, and a hundred names of authorities.
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
                "number": .integer(Int64(clamping: lasting.number)),
                "since": .integer(Int64(clamping: lasting.since)),
            ]
        }
        let begun = begun.sorted { $0.key < $1.key }.map { key, count -> JSON in
            ["key": .string(Text(key)), "count": .integer(Int64(clamping: count))]
        }
        let known = counts
        let counts = AuditRule.allCases.compactMap { rule -> (Text, JSON)? in
            known[rule].map { count in
                (Text(rule.rawValue), JSON.integer(Int64(clamping: count)))
            }
        }
        var object: JSON.Object = [
            "from": .integer(Int64(clamping: from)),
            "hasBegun": .bool(hasBegun),
            "lasting": .array(lasting),
            "begun": .array(begun),
            "told": .array(told.sorted().map { .string(Text($0)) }),
            "counts": .object(JSON.Object(counts)),
            "hasToldUnserved": .bool(hasToldUnserved),
        ]
        object["place"] = place.map { .integer(Int64(clamping: $0)) }
        return .object(object)
    }

    private init?(_ json: JSON) {
        guard let from = json["from"]?.unsignedInteger, let hasBegun = json["hasBegun"]?.bool,
            let lasting = json["lasting"]?.array, let begun = json["begun"]?.array,
            let told = json["told"]?.array, let counts = json["counts"]?.object,
            let hasToldUnserved = json["hasToldUnserved"]?.bool
        else { return nil }
        (self.from, self.hasBegun, self.hasToldUnserved) = (from, hasBegun, hasToldUnserved)
        place = json["place"]?.unsignedInteger
        for item in lasting {
            guard let lasting = Lasting(item) else { return nil }
            self.lasting.append(lasting)
        }
        for item in begun {
            guard let key = item["key"]?.text, let count = item["count"]?.unsignedInteger
            else { return nil }
            self.begun[key.string] = count
        }
        self.told = Set(told.compactMap { $0.text?.string })
        for member in counts.members {
            guard let rule = AuditRule(rawValue: member.name.string),
                let count = member.value.unsignedInteger
            else { return nil }
            self.counts[rule] = count
        }
    }
}

extension Standing.Lasting {
    fileprivate init?(_ json: JSON) {
        guard let kind = json["kind"]?.text.flatMap({ MonitorEvent.Kind(rawValue: $0.string) }),
            let subject = json["subject"]?.text, let number = json["number"]?.unsignedInteger,
            let since = json["since"]?.unsignedInteger
        else { return nil }
        self.init(kind: kind, subject: subject.string, number: number, since: since)
    }
}

extension JSON {
    /// An integer that is not negative.
    fileprivate var unsignedInteger: UInt64? { integer.flatMap { UInt64(exactly: $0) } }
}
