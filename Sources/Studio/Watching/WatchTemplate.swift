package import Encoding
import Merkle

/// What a hot folder says of each file: a template of its records (spool.md §5).
///
///     {"creator": "Ana Example", "title": "Estuary, {name}", "lang": "en", "event": "capture"}
///     {"drop": "https://drops.example/estuary", "total": 50, "serial": "estuary-{serial}", ...}
package struct WatchTemplate: Sendable {
    /// Who makes what is dropped, where the template does not say.
    package var usualCreator: Text?

    private let draft: ProvenanceDraft
    private let title: WatchPattern
    private let text: WatchPattern?
    private let language: Text
    private let edition: (drop: Text, total: Int64, serial: WatchPattern)?

    /// A template that says no more than the file's name.
    package static let plain = WatchTemplate()

    private init() {
        draft = ProvenanceDraft()
        title = WatchPattern.name
        text = nil
        language = "en"
        edition = nil
    }

    /// Members that are the predicate's own (manifests.md §4), as they stand.
    private static let passedOn: Set<Text> = [
        "capturedAt", "ext", "geo", "inventory", "milestone", "parents",
    ]

    /// Members that are a text, or a list of them.
    private static let own: Set<Text> = [
        "creator", "title", "record", "lang", "event", "actions", "drop", "total", "serial",
    ]

    /// Reads a template; the error names the member.
    package init(_ object: JSON.Object) throws(WatchTemplateError) {
        var draft = ProvenanceDraft()
        for member in object.members {
            if Self.passedOn.contains(member.name) {
                draft.extra[member.name] = member.value
            } else if !Self.own.contains(member.name) {
                throw .unknown(member.name)
            }
        }
        let members = TemplateMembers(object)
        if case .object? = object["creator"] {
            draft.extra["creator"] = object["creator"]
        } else {
            draft.creator = try members.text("creator")
        }
        draft.event = try members.text("event")
        draft.actions = try members.texts("actions")
        self.draft = draft
        edition = try members.edition()
        title = try members.pattern("title", serial: edition != nil) ?? WatchPattern.name
        text = try members.pattern("record", serial: edition != nil)
        language = try members.text("lang") ?? "en"
    }

    /// The actions that are stated of each file.
    package var actions: [Text] { draft.actions }

    /// Whether each file is a numbered copy.
    package var numbersCopies: Bool { edition != nil }

    /// Returns the draft of the record of a file of this name, without its folders.
    package func draft(for name: Text) throws(SkipReason) -> ProvenanceDraft {
        var draft = draft
        draft.usualCreator = usualCreator
        var serial: Int64?
        if let edition {
            guard let number = edition.serial.serial(in: name), number <= edition.total else {
                throw .noSerial(pattern: edition.serial.source, total: edition.total)
            }
            do throws(EditionError) {
                draft.edition = try Edition("\(number)/\(edition.total)", of: edition.drop)
            } catch {
                throw .noSerial(pattern: edition.serial.source, total: edition.total)
            }
            serial = number
        }
        draft.record = RecordText(
            title: title.filled(name, serial: serial), text: text?.filled(name, serial: serial),
            language: language)
        return draft
    }

    /// Refuses a template that no file can be signed by: what is wrong is told before anything is
    /// dropped.
    package func check(issuer: Text) throws(WatchTemplateError) {
        let name = edition?.serial.filled("work", serial: 1) ?? "work.jpg"
        let work = Artifact(name: name, digest: .emptyTree, mediaType: "image/jpeg")
        do throws(SkipReason) {
            let draft = try draft(for: name)
            do throws(SignerError) {
                try draft.check()
                _ = try draft.manifest(of: work, issuer: issuer, nonce: .random(16))
            } catch {
                throw .notSigned(error)
            }
        } catch {
            throw .refused(error)
        }
    }
}

/// The members of a template; each error names its member.
private struct TemplateMembers {
    private let object: JSON.Object

    init(_ object: JSON.Object) {
        self.object = object
    }

    func text(_ name: Text) throws(WatchTemplateError) -> Text? {
        guard let value = object[name] else { return nil }
        guard let text = value.text, !text.isEmpty else { throw .mustBe(name, "a text") }
        return text
    }

    func texts(_ name: Text) throws(WatchTemplateError) -> [Text] {
        guard let value = object[name] else { return [] }
        let texts = (value.array ?? []).compactMap(\.text)
        guard !texts.isEmpty, texts.count == value.array?.count else {
            throw .mustBe(name, "a list of texts")
        }
        return texts
    }

    func pattern(_ name: Text, serial: Bool) throws(WatchTemplateError) -> WatchPattern? {
        guard let text = try text(name) else { return nil }
        let fields: [WatchPattern.Field] = serial ? [.name, .file, .serial] : [.name, .file]
        return try WatchPattern(text, of: name, fields: fields)
    }

    /// Drop, number of copies, and where in a file's name the number of its copy stands: all three,
    /// or none.
    func edition() throws(WatchTemplateError) -> (drop: Text, total: Int64, serial: WatchPattern)? {
        let names: [Text] = ["drop", "total", "serial"]
        guard names.contains(where: { object[$0] != nil }) else { return nil }
        for name in names where object[name] == nil { throw .missing(name, with: names) }
        guard let drop = try text("drop"), let total = object["total"]?.integer, total >= 1 else {
            throw .mustBe("total", "a number from 1 on")
        }
        guard !drop.utf8.contains(UInt8(ascii: "#")) else {
            throw .mustBe("drop", "a URI without \"#\"")
        }
        guard let text = try text("serial") else { throw .missing("serial", with: names) }
        let pattern = try WatchPattern(text, of: "serial", fields: [.serial])
        guard pattern.fieldCount == 1 else {
            throw .mustBe("serial", "a file's name without its ending, with one {serial} in it")
        }
        return (drop, total, pattern)
    }
}

/// Why a template is none.
package enum WatchTemplateError: Error, Hashable, CustomStringConvertible {
    /// A member that no template has.
    case unknown(Text)

    /// A member has another form.
    case mustBe(Text, String)

    /// A member is missing that goes with others.
    case missing(Text, with: [Text])

    /// Braces in a member stand around no name that is filled in.
    case unknownField(Text, in: Text)

    /// No file could be signed by it.
    case refused(SkipReason)

    /// The member and the rule.
    package var description: String {
        switch self {
        case .unknown(let name): "has an unknown member \"\(name)\""
        case .mustBe(let name, let rule): "\"\(name)\" must be \(rule)"
        case .missing(let name, let all):
            "\"\(name)\" is missing: \(all.map(\.string).joined(separator: ", ")) go together"
        case .unknownField(let field, let name):
            "\"\(name)\" has {\(field)}, which is filled by nothing"
        case .refused(let reason): "no file can be signed by it: \(reason)"
        }
    }
}
