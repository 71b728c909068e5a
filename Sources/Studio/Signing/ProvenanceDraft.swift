package import Encoding
package import Manifests
import Provenance

/// The provenance that a PoP states about artifacts: a predicate before it is about one of them.
///
/// The same draft serves all artifacts of one session; facts of the artifact itself, such as the
/// time in its EXIF, are filled in for each.
package struct ProvenanceDraft: Sendable {
    /// The event; where nil, `edit` for an artifact that has parents, else `capture`.
    package var event: Text?

    /// The creator's name.
    package var creator: Text?

    /// The creator where neither ``creator`` nor ``extra`` names one.
    package var usualCreator: Text?

    /// Where the time of capture comes from.
    package var capturedAt = CaptureTime()

    /// Whether the place of a GeoTIFF goes into its record.
    package var takesPlace = true

    /// Whether the perceptual hash of a picture goes into its record.
    package var takesLikeness = true

    /// The text that people read about it.
    package var record: RecordText?

    /// The records of the artifacts that it was made from; the first one's thread goes on.
    package var parents: [ParentRecord] = []

    /// The actions, by their C2PA names.
    package var actions: [Text] = []

    /// Which numbered copy it is.
    package var edition: Edition?

    /// A checkpoint that the PoP has seen before it signs: a signed note.
    package var seen: Text?

    /// Members of `ext` that the signer fills in, such as `popClock` (manifests.md §10).
    package var ext = JSON.Object()

    /// Members from a file; they go last.
    package var extra = JSON.Object()

    /// Creates a draft that says nothing yet.
    package init() {}

    /// Refuses a draft that no artifact can be signed with.
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
        of artifact: Artifact, issuer: Text, nonce: [UInt8]
    ) throws(SignerError) -> Manifest {
        let predicate = try predicate(of: artifact, issuer: issuer)
        do throws(Refusal) {
            return try .provenance(of: [artifact.subject], predicate, nonce: nonce)
        } catch {
            throw .refused(error)
        }
    }

    /// Returns the predicate but for nonce and card.
    private func predicate(
        of artifact: Artifact, issuer: Text
    ) throws(SignerError) -> JSON.Object {
        var own = JSON.Object()
        own["event"] = .string(event ?? (parents.isEmpty ? "capture" : "edit"))
        own["creator"] = (creator ?? usualCreator).map { ["name": .string($0)] }
        own["pop"] = .string(issuer)
        own["capturedAt"] = capturedAt.json(try capture(of: artifact))
        own["record"] = record?.json
        own["perceptualHashes"] = look(of: artifact).map { [$0.perceptualHash.json] }
        if !parents.isEmpty { own["parents"] = .array(parents.map(Self.reference)) }
        if !actions.isEmpty { own["actions"] = .array(actions.map { .string($0) }) }
        own["edition"] = edition?.json
        own["geo"] = place(of: artifact)?.json
        own["c2pa"] = credentials(of: artifact)?.json
        own["seen"] = seen.map { ["checkpoint": .string($0)] }
        var (ext, extra) = (self.ext, self.extra)
        ext[ParentDistance.member] = parentDistances(
            from: extra["perceptualHashes"] ?? own["perceptualHashes"])
        if let all = try ExtraMembers.ext(ext, extra["ext"]) { extra["ext"] = all }
        return try ExtraMembers.merge(extra, into: own, defaults: defaults)
    }

    /// Returns the thread of an artifact with this predicate.
    func thread(
        of predicate: JSON.Object, overriddenBy asked: Text?
    ) throws(SignerError) -> Text {
        try EditionThread.thread(
            of: predicate, overriddenBy: asked, parent: parents.first?.statement.subject)
    }

    /// Members that have a default value here, which ``extra`` may replace.
    private var defaults: Set<Text> {
        var defaults: Set<Text> = []
        if event == nil { defaults.insert("event") }
        if creator == nil { defaults.insert("creator") }
        return defaults
    }

    private static func reference(_ parent: ParentRecord) -> JSON {
        ["entry": .string(Text("\(parent.statement.id)")), "relation": "parentOf"]
    }

    /// How far the parents' looks are from the artifact's; nil where none can be compared.
    private func parentDistances(from hashes: JSON?) -> JSON? {
        let look = (hashes?.array ?? []).map { PerceptualHash($0) }
        let distances = parents.compactMap { $0.distance(to: look) }
        return distances.isEmpty ? nil : .array(distances.map(\.json))
    }
}

/// The text that people read about an artifact.
package struct RecordText: Hashable, Sendable {
    /// The title of the artifact.
    package let title: Text

    /// More text about it.
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
