public import Encoding
public import Merkle

/// The members of a provenance predicate, typed: what programs ask a manifest about.
///
/// Everything here is a claim of the signer.
public struct ProvenanceFacts: Hashable, Sendable {
    /// The creator of the artifact.
    public struct Creator: Hashable, Sendable {
        /// The name.
        public let name: Text
        /// An identifier, such as a DID or a URL.
        public let id: Text?
    }

    /// When the event happened, by which clock.
    public struct Capture: Hashable, Sendable {
        /// The time as it was written.
        public let at: Text
        /// The source of the time: gnss, ntp, device or declared.
        public let clock: Text
        /// The uncertainty of the time, in seconds.
        public let uncertaintySeconds: Double?
    }

    /// Title and text.
    public struct Record: Hashable, Sendable {
        /// The language of title and text (BCP 47).
        public let lang: Text
        /// The artifact's title.
        public let title: Text
        /// More about it.
        public let text: Text?
    }

    /// A numbered copy.
    public struct Edition: Hashable, Sendable {
        /// The URI of the drop.
        public let drop: Text
        /// The copy's number, 1 to `total`.
        public let serial: UInt64
        /// The number of copies.
        public let total: UInt64

        /// The `sub` of the statement: the drop, "#" and the serial in decimal.
        public var subject: Text {
            drop + "#" + Text(String(serial))
        }
    }

    /// Another artifact that this one was made from.
    public struct Parent: Hashable, Sendable {
        /// The parent's EntryID, if it is named by that.
        public let entry: Text?
        /// The parent file's SHA-256, if it is named by that.
        public let sha256: Hash?
        /// parentOf, componentOf or inputTo.
        public let relation: Text
    }

    /// The Content Credentials that the artifact carries; nothing here says that they are valid.
    public struct ContentCredentials: Hashable, Sendable {
        /// The SHA-256 of the C2PA manifest store, as it stood in the file.
        public let manifestStoreSHA256: Hash
        /// The URN of the store's active manifest.
        public let manifestURN: Text

        /// Names a store and its active manifest.
        public init(manifestStoreSHA256: Hash, manifestURN: Text) {
            self.manifestStoreSHA256 = manifestStoreSHA256
            self.manifestURN = manifestURN
        }
    }

    /// The nonce, 16 bytes.
    public let nonce: [UInt8]

    /// capture, edit, publish, issue, transfer, correct or withdraw.
    public let event: Text

    /// The creator of the artifact.
    public let creator: Creator

    /// The URI of the PoP; equal to the statement's `iss`.
    public let pop: Text

    /// When, by which clock; nil where the signer does not say.
    public let capturedAt: Capture?

    /// Title and text.
    public let record: Record

    /// The numbered copy, if it is one.
    public let edition: Edition?

    /// The artifacts that it was made from.
    public let parents: [Parent]

    /// The actions, by their C2PA names.
    public let actions: [Text]

    /// What the artifact looks like, by each algorithm.
    public let perceptualHashes: [PerceptualHash]

    /// The Content Credentials that it carries, if it does.
    public let contentCredentials: ContentCredentials?

    /// The milestone it belongs to.
    public let milestone: Text?

    /// The newest cosigned checkpoint that the PoP had seen: the note with its signatures.
    public let seenCheckpoint: Text?

    /// Reads a manifest of type `provenance`.
    public init(_ manifest: Manifest) throws(Refusal) {
        let reader = try PredicateReader(manifest, PredicateType.provenance)
        let predicate = JSON.object(manifest.predicate)
        nonce = try reader.hex("nonce")
        event = try reader.text("event")
        creator = Creator(
            name: predicate["creator"]?["name"]?.text ?? "", id: predicate["creator"]?["id"]?.text)
        pop = try reader.text("pop")
        capturedAt = predicate["capturedAt"].map { Capture($0) }
        record = Record(predicate["record"])
        edition = Self.edition(in: manifest)
        parents = (predicate["parents"]?.array ?? []).map { Parent($0) }
        actions = (predicate["actions"]?.array ?? []).compactMap(\.text)
        perceptualHashes = Self.perceptualHashes(in: manifest)
        contentCredentials = predicate["c2pa"].flatMap { ContentCredentials($0) }
        milestone = reader.optionalText("milestone")
        seenCheckpoint = Self.seenCheckpoint(in: manifest)
    }

    /// Reads the edition alone.
    package static func edition(in manifest: Manifest) -> Edition? {
        manifest.predicate[.edition].flatMap { Edition($0) }
    }

    /// Reads what the artifact looks like, alone; none for manifests of another type.
    package static func perceptualHashes(in manifest: Manifest) -> [PerceptualHash] {
        guard manifest.predicateType == PredicateType.provenance else { return [] }
        return (manifest.predicate[.perceptualHashes]?.array ?? []).map { PerceptualHash($0) }
    }

    /// Reads the checkpoint alone; nil for manifests of another type.
    package static func seenCheckpoint(in manifest: Manifest) -> Text? {
        guard manifest.predicateType == PredicateType.provenance else { return nil }
        return manifest.predicate["seen"]?["checkpoint"]?.text
    }
}

// The shape has been checked, so the defaults below are never taken.

extension ProvenanceFacts.Capture {
    fileprivate init(_ json: JSON) {
        at = json["at"]?.text ?? ""
        clock = json["clock"]?.text ?? ""
        uncertaintySeconds = json["uncertaintySeconds"]?.number
    }
}

extension ProvenanceFacts.Record {
    fileprivate init(_ json: JSON?) {
        lang = json?["lang"]?.text ?? ""
        title = json?["title"]?.text ?? ""
        text = json?["text"]?.text
    }
}

extension ProvenanceFacts.Edition {
    fileprivate init?(_ json: JSON) {
        guard let drop = json["drop"]?.text,
            let serial = json["serial"]?.integer.flatMap({ UInt64(exactly: $0) }),
            let total = json["total"]?.integer.flatMap({ UInt64(exactly: $0) })
        else { return nil }
        self.init(drop: drop, serial: serial, total: total)
    }
}

extension ProvenanceFacts.Parent {
    fileprivate init(_ json: JSON) {
        entry = json["entry"]?.text
        sha256 = json["sha256"]?.text.flatMap(Hex.decode).flatMap { Hash($0) }
        relation = json["relation"]?.text ?? ""
    }
}

extension ProvenanceFacts.ContentCredentials {
    fileprivate init?(_ json: JSON) {
        guard
            let sha256 = json["manifestStoreSha256"]?.text.flatMap(Hex.decode).flatMap({ Hash($0) }
            ),
            let urn = json["manifestURN"]?.text
        else { return nil }
        self.init(manifestStoreSHA256: sha256, manifestURN: urn)
    }
}
