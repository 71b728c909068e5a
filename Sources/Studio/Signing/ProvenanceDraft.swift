package import Encoding
package import Manifests
package import Provenance

/// What a PoP says about works: the predicate of provenance, before it is about one of them.
///
/// The same draft serves all works of one session; only what follows from the work itself, such
/// as the time of its file, is filled in for each.
package struct ProvenanceDraft: Sendable {
    /// What happened; where nil, `edit` for a work that has parents, else `capture`.
    package var event: Text?

    /// The creator's name.
    package var creator: Text?

    /// The creator where neither ``creator`` nor ``extra`` names one.
    package var usualCreator: Text?

    /// When the work was made; what is nil follows from the work's file.
    package var capturedAt = CaptureTime()

    /// What people read about it.
    package var record: RecordText?

    /// The records of what it was made from; the first one's thread goes on.
    package var parents: [Statement] = []

    /// The actions, by their C2PA names.
    package var actions: [Text] = []

    /// Which numbered copy it is.
    package var edition: Edition?

    /// A checkpoint that the PoP has seen before it signs: a signed note.
    package var seen: Text?

    /// Members that were written down beforehand; they go last.
    package var extra = JSON.Object()

    /// Creates a draft that says nothing yet.
    package init() {}

    /// Refuses a draft that no work can be signed with.
    package func check() throws(SignerError) {
        guard creator != nil || usualCreator != nil || extra["creator"] != nil else {
            throw .creatorMissing
        }
        guard record != nil || extra["record"] != nil else { throw .titleMissing }
    }

    /// Returns the manifest of one artifact.
    ///
    /// - Parameters:
    ///   - issuer: the URI of the PoP that will sign.
    ///   - nonce: 16 random bytes.
    package func manifest(
        of work: Artifact, issuer: Text, nonce: [UInt8]
    ) throws(SignerError) -> Manifest {
        let predicate = try predicate(issuer: issuer, modified: work.modified)
        do throws(Refusal) {
            return try .provenance(of: [work.subject], predicate, nonce: nonce)
        } catch {
            throw .refused(error)
        }
    }

    /// Returns the predicate but for nonce and card.
    private func predicate(issuer: Text, modified: Int64?) throws(SignerError) -> JSON.Object {
        var own = JSON.Object()
        own["event"] = .string(event ?? (parents.isEmpty ? "capture" : "edit"))
        own["creator"] = (creator ?? usualCreator).map { ["name": .string($0)] }
        own["pop"] = .string(issuer)
        own["capturedAt"] = try capturedAt.json(modified: modified)
        own["record"] = record?.json
        if !parents.isEmpty { own["parents"] = .array(parents.map(Self.reference)) }
        if !actions.isEmpty { own["actions"] = .array(actions.map { .string($0) }) }
        own["edition"] = edition?.json
        own["seen"] = seen.map { ["checkpoint": .string($0)] }
        return try ExtraMembers.merge(extra, into: own, defaults: defaults)
    }

    /// Returns the thread of an artifact with this predicate.
    func thread(
        of predicate: JSON.Object, overriddenBy asked: Text?
    ) throws(SignerError) -> Text {
        try EditionThread.thread(
            of: predicate, overriddenBy: asked, parent: parents.first?.subject)
    }

    /// Members that are chosen where nobody says anything, and that ``extra`` may say instead.
    private var defaults: Set<Text> {
        var defaults: Set<Text> = []
        if event == nil { defaults.insert("event") }
        if creator == nil { defaults.insert("creator") }
        if capturedAt.isEmpty { defaults.insert("capturedAt") }
        return defaults
    }

    private static func reference(_ parent: Statement) -> JSON {
        ["entry": .string(Text("\(parent.id)")), "relation": "parentOf"]
    }
}

/// When a work was made, and how that is known.
package struct CaptureTime: Hashable, Sendable {
    /// The time as RFC 3339 writes it; where nil, that of the last change of the work's file.
    package var at: Text?

    /// How the time is known: `gnss`, `ntp`, `device`, or `declared`, which is the default.
    package var clock: Text?

    /// By how many seconds the time may be off.
    package var uncertaintySeconds: Double?

    /// Creates a time; all that is left out is the default.
    package init(at: Text? = nil, clock: Text? = nil, uncertaintySeconds: Double? = nil) {
        self.at = at
        self.clock = clock
        self.uncertaintySeconds = uncertaintySeconds
    }

    var isEmpty: Bool { at == nil && clock == nil && uncertaintySeconds == nil }

    func json(modified: Int64?) throws(SignerError) -> JSON {
        guard let at = at ?? modified.map({ Text(UTC.text($0)) }) else { throw .timeMissing }
        var time: JSON.Object = ["at": .string(at), "clock": .string(clock ?? "declared")]
        if let seconds = uncertaintySeconds {
            let whole = Int64(exactly: seconds)
            time["uncertaintySeconds"] = whole.map { .integer($0) } ?? .decimal(seconds)
        }
        return .object(time)
    }
}

/// What people read about a work.
package struct RecordText: Hashable, Sendable {
    /// What the work is called.
    package let title: Text

    /// What a person should read about it.
    package let text: Text?

    /// The language of both, a tag of BCP 47.
    package let language: Text

    /// Creates the text of a record.
    package init(title: Text, text: Text? = nil, language: Text = "en") {
        self.title = title
        self.text = text
        self.language = language
    }

    var json: JSON {
        var record: JSON.Object = ["lang": .string(language), "title": .string(title)]
        if let text { record["text"] = .string(text) }
        return .object(record)
    }
}
