import Encoding
package import Manifests

/// The question that a search asks: which entries are near to a picture's hash.
///
/// It has the hash of each orientation that counts, never the picture.
package struct LikenessQuery: Hashable, Sendable {
    /// The hashes, one for each orientation: 1 to ``SimilarityLimit/orientations``.
    package let hashes: [PDQHash]

    /// The largest distance that counts, 0 to ``SimilarityLimit/distance``.
    package let distance: Int

    /// The most entries that are answered, 1 to ``SimilarityLimit/entries``.
    package let limit: Int

    /// Behind this place are the entries that count; nil where all do.
    package let after: LikenessPlace?

    /// Creates a question whose numbers are within their limits.
    package init(
        _ hashes: [PDQHash], distance: Int = SimilarityLimit.distance,
        limit: Int = SimilarityLimit.usualEntries, after: LikenessPlace? = nil
    ) throws(LikenessQueryError) {
        guard (1...SimilarityLimit.orientations).contains(hashes.count) else {
            throw LikenessQueryError(
                "value", "must be a hash, or 1 to \(SimilarityLimit.orientations) of them")
        }
        guard (0...SimilarityLimit.distance).contains(distance) else {
            throw LikenessQueryError(
                "distance", "must be a whole number from 0 to \(SimilarityLimit.distance)")
        }
        guard (1...SimilarityLimit.entries).contains(limit) else {
            throw LikenessQueryError(
                "limit", "must be a whole number from 1 to \(SimilarityLimit.entries)")
        }
        self.hashes = hashes
        self.distance = distance
        self.limit = limit
        self.after = after
    }

    /// Reads `{"alg": "pdq", "value": HASH or [HASH...], "distance": D, "limit": N,
    /// "after": PLACE}`.
    ///
    /// `distance`, `limit` and `after` may be left out. Other members are refused: a misspelled one
    /// would silently be another question.
    package init(json bytes: [UInt8]) throws(LikenessQueryError) {
        let object = try Self.object(bytes)
        guard object["alg"]?.text == PerceptualHash.pdq else {
            throw LikenessQueryError("alg", "must be \"\(PerceptualHash.pdq)\"")
        }
        let values: [JSON]
        switch object["value"] {
        case .array(let items)?: values = items
        case let value?: values = [value]
        case nil: throw LikenessQueryError("value", "is missing")
        }
        guard values.count <= SimilarityLimit.orientations else {
            throw LikenessQueryError(
                "value", "must be a hash, or 1 to \(SimilarityLimit.orientations) of them")
        }
        let hashes = try values.map { value throws(LikenessQueryError) in
            guard let hash = value.text.flatMap({ PDQHash($0) }) else {
                throw LikenessQueryError(
                    "value", "must be 64 lower-case hexadecimal digits, or a list of such")
            }
            return hash
        }
        try self.init(
            hashes,
            distance: Self.number(object["distance"], or: SimilarityLimit.distance),
            limit: Self.number(object["limit"], or: SimilarityLimit.usualEntries),
            after: Self.place(object["after"]))
    }

    private static let members: Set<Text> = ["alg", "value", "distance", "limit", "after"]

    private static func place(_ value: JSON?) throws(LikenessQueryError) -> LikenessPlace? {
        guard let value else { return nil }
        guard let place = value.text.flatMap({ LikenessPlace($0) }) else {
            throw LikenessQueryError(
                "after", "must be the \"next\" of an answer: DISTANCE:INDEX, such as \"6:3\"")
        }
        return place
    }

    private static func object(_ bytes: [UInt8]) throws(LikenessQueryError) -> JSON.Object {
        let json: JSON
        do {
            json = try JSON.decode(bytes)
        } catch {
            throw LikenessQueryError("body", "must be JSON: \(error)")
        }
        guard let object = json.object else {
            throw LikenessQueryError("body", "must be a JSON object")
        }
        if let unknown = object.members.first(where: { !members.contains($0.name) }) {
            throw LikenessQueryError(
                "body",
                "has the member \"\(SafeText.line(unknown.name.string))\"; a search has alg, "
                    + "value, distance, limit and after, and never a picture")
        }
        return object
    }

    /// A number that is out of every range stands for what is no whole number.
    private static func number(_ value: JSON?, or usual: Int) -> Int {
        guard let value else { return usual }
        return value.integer.flatMap { Int(exactly: $0) } ?? -1
    }
}

/// Why a question cannot be asked: the member and the rule that it breaks.
package struct LikenessQueryError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The member.
    package let field: String

    /// The rule, as the second half of a sentence that begins with the field.
    package let rule: String

    init(_ field: String, _ rule: String) {
        self.field = field
        self.rule = rule
    }

    /// `FIELD: RULE`.
    package var description: String { "\(field): \(rule)" }
}
