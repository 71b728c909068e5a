public import Encoding
public import Merkle

/// An in-toto Statement in strict JSON, for people; kept beside the log and erasable.
///
/// A value of this type has the form that its predicate type prescribes. It is a claim: nothing in
/// it is proven, and who made it is known only from the statement that carries ``digest``.
public struct Manifest: Hashable, Sendable {
    /// The largest manifest, 256 KiB: an orthomosaic with thousands of parents fits.
    public static let byteLimit = 256 * 1_024

    /// The most subjects of our types: a file and its renditions, not an archive.
    public static let subjectLimit = 64

    /// The most subjects of foreign types: a release of some dozen programs for a few systems.
    ///
    /// Their digests, of 34 bytes each, leave room in a statement of 8 KiB for everything else.
    public static let foreignSubjectLimit = 200

    /// The value of `_type`.
    static let statementType: Text = "https://in-toto.io/Statement/v1"

    /// The value of `_type` before, which build services still write.
    static let olderStatementType: Text = "https://in-toto.io/Statement/v0.1"

    /// The exact bytes.
    public let bytes: [UInt8]

    /// SHA-256 of the bytes: what a statement signs.
    public let digest: Hash

    /// The subjects: 1 to 64 with digests that differ, in foreign types 1 to 200.
    public let subjects: [Subject]

    /// The type of the predicate, a URI.
    public let predicateType: Text

    /// The predicate, of the form its type prescribes; any object for foreign types.
    public let predicate: JSON.Object

    /// The digests of the subjects, each once, in the order of its first occurrence.
    ///
    /// A subject without one is left out. An image with two tags is two subjects with one digest.
    public let subjectDigests: [Hash]

    /// Reads a manifest and checks everything that can be known from it alone.
    ///
    /// Refuses with `tooLarge`, `malformed` (not strict JSON), `predicate` (a type with our prefix
    /// that this version does not know), `schema` (a member breaks its type's form) or `mismatch`
    /// (members contradict each other). That 16 KiB bound control manifests is the caller's rule.
    public init(_ bytes: [UInt8]) throws(Refusal) {
        guard bytes.count <= Self.byteLimit else {
            let rule = "must be at most \(Self.byteLimit) bytes, and is \(bytes.count)"
            throw Refusal(.tooLarge, field: "manifest", rule: rule)
        }
        let json: JSON
        do { json = try JSON.decode(bytes) } catch {
            throw Refusal(.malformed, field: "manifest", rule: "\(error)")
        }
        let type = try ManifestType.of(json)
        do { try type.shape.check(json) } catch {
            throw Refusal(
                .schema, field: error.path.isEmpty ? "manifest" : error.path, rule: error.rule)
        }
        self.bytes = bytes
        digest = .sha256(bytes)
        subjects = (json[.subject]?.array ?? []).map { Subject($0) }
        subjectDigests = Self.distinctDigests(of: subjects)
        predicateType = json[.predicateType]?.text ?? ""
        predicate = json[.predicate]?.object ?? [:]
        try checkSubjects()
        try type.rules(self)
    }

    private func checkSubjects() throws(Refusal) {
        try require(!subjectDigests.isEmpty, "subject", "must have at least one sha256 digest")
        guard PredicateType.isOurs(predicateType) else { return }
        try require(
            subjectDigests.count == subjects.count, "subject",
            "must not have the same sha256 digest twice")
    }

    private static func distinctDigests(of subjects: [Subject]) -> [Hash] {
        let digests = subjects.compactMap(\.digest)
        guard digests.count > 1 else { return digests }
        var seen: Set<Hash> = []
        return digests.filter { seen.insert($0).inserted }
    }
}

extension Subject {
    /// Reads a subject whose shape has been checked.
    fileprivate init(_ json: JSON) {
        self.init(
            name: json[.name]?.text ?? "",
            digest: json[.digest]?[.sha256]?.text.flatMap(Hex.decode).flatMap { Hash($0) },
            optionalMediaType: json[.mediaType]?.text)
    }
}

/// Throws that `field` contradicts another part of its manifest unless `condition` holds.
func require(
    _ condition: Bool, _ field: @autoclosure () -> String, _ rule: @autoclosure () -> String
) throws(Refusal) {
    guard condition else { throw Refusal(.mismatch, field: field(), rule: rule()) }
}
