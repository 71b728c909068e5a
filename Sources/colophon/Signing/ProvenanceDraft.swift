import Encoding
import Files
import Provenance
import Studio

/// What the command line says about works, the same for each file of one call.
struct ProvenanceDraft {
    private let members: JSON.Object
    private let options: RecordOptions
    private let extra: ExtraMembers
    private let parentThread: Text?
    private let issuer: Text

    /// Members that are chosen where nobody says anything, and that a file may say instead.
    private let defaults: Set<Text>

    init(
        _ options: RecordOptions, creator: String?, issuer: Text, extra: ExtraMembers
    ) throws(Failure) {
        self.options = options
        self.extra = extra
        self.issuer = issuer
        var defaults: Set<Text> = []
        if options.event == nil { defaults.insert("event") }
        if options.creator == nil { defaults.insert("creator") }
        if options.capturedAt == nil, options.clock == nil, options.uncertainty == nil {
            defaults.insert("capturedAt")
        }
        self.defaults = defaults
        let parents = try Self.parents(options.parent)
        parentThread = parents.first?.subject
        let event = options.event ?? (parents.isEmpty ? "capture" : "edit")
        var members: JSON.Object = ["event": .string(Text(event))]
        if let creator { members["creator"] = ["name": .string(Text(creator))] }
        members["record"] = try Self.record(options)
        if !parents.isEmpty { members["parents"] = .array(parents.map(Self.reference)) }
        if !options.action.isEmpty {
            members["actions"] = .array(options.action.map { .string(Text($0)) })
        }
        members["edition"] = try Self.edition(options)
        members["seen"] = try Self.seen(options.seen)
        self.members = members
        try checkRequired()
    }

    /// Returns the predicate of one work but for nonce and card.
    func predicate(modified: Int64) throws(Failure) -> JSON.Object {
        var own = JSON.Object()
        own["event"] = members["event"]
        own["creator"] = members["creator"]
        own["pop"] = .string(issuer)
        own["capturedAt"] = capturedAt(modified: modified)
        for member in members.members { own[member.name] = member.value }
        return try extra.merged(into: own, defaults: defaults)
    }

    /// Returns the thread that a work with this predicate belongs to.
    func thread(
        of predicate: JSON.Object, overriddenBy asked: Text?
    ) throws(Failure) -> Text {
        try EditionThread.thread(of: predicate, overriddenBy: asked, parent: parentThread)
    }

    private func checkRequired() throws(Failure) {
        guard members["creator"] != nil || extra.members["creator"] != nil else {
            throw .usage(
                "--creator is missing", hint: "give --creator NAME or set COLOPHON_CREATOR")
        }
        guard members["record"] != nil || extra.members["record"] != nil else {
            throw .usage("--title is missing", hint: "every record has a title that people read")
        }
    }

    private func capturedAt(modified: Int64) -> JSON {
        var time: JSON.Object = [
            "at": .string(Text(options.capturedAt ?? Clock.text(modified))),
            "clock": .string(Text(options.clock ?? "declared")),
        ]
        if let seconds = options.uncertainty {
            let whole = Int64(exactly: seconds)
            time["uncertaintySeconds"] = whole.map { .integer($0) } ?? .decimal(seconds)
        }
        return .object(time)
    }

    private static func record(_ options: RecordOptions) throws(Failure) -> JSON? {
        guard let title = options.title else {
            guard options.record == nil, options.lang == nil else {
                throw .usage("--title is missing: --record and --lang go with it")
            }
            return nil
        }
        var record: JSON.Object = [
            "lang": .string(Text(options.lang ?? "en")), "title": .string(Text(title)),
        ]
        if let text = options.record { record["text"] = .string(Text(text)) }
        return .object(record)
    }

    private static func edition(_ options: RecordOptions) throws(Failure) -> JSON? {
        guard let edition = options.edition else {
            guard options.drop == nil else { throw .usage("--drop goes with --edition") }
            return nil
        }
        guard let drop = options.drop else {
            throw .usage(
                "--drop is missing: a numbered copy belongs to a drop",
                hint: "--edition 7/50 --drop https://drops.example/estuary")
        }
        let parts = edition.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let serial = number(parts[0]), let total = number(parts[1]),
            serial <= total
        else {
            throw .usage("--edition \(edition) is not NUMBER/TOTAL, such as 7/50")
        }
        guard !drop.contains("#") else {
            throw .usage("--drop \(drop) contains \"#\", which separates drop and number")
        }
        return ["drop": .string(Text(drop)), "serial": .integer(serial), "total": .integer(total)]
    }

    private static func number(_ digits: Substring) -> Int64? {
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(digits),
            number >= 1, number <= JSON.maximumInteger
        else { return nil }
        return number
    }

    private static func seen(_ path: String?) throws(Failure) -> JSON? {
        guard let path else { return nil }
        let bytes = try InputFile.bytes(of: path, limit: FileLimit.checkpoint)
        guard let text = Text(utf8: bytes) else { throw .unreadable(path, "is not a checkpoint") }
        return ["checkpoint": .string(text)]
    }

    private static func parents(_ paths: [String]) throws(Failure) -> [Statement] {
        var statements: [Statement] = []
        for path in paths {
            statements.append(try ColophonFile(path).content.statement)
        }
        return statements
    }

    private static func reference(_ parent: Statement) -> JSON {
        ["entry": .string(Text("\(parent.id)")), "relation": "parentOf"]
    }
}
