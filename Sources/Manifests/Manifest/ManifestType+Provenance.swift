import Encoding
import Merkle

/// An artifact's life; `Schemas/provenance.v1.schema.json` says the same.
extension ManifestType {
    static let provenance = aboutFiles(
        .object(
            required: [
                "nonce": .nonce,
                "event": .oneOf(
                    "capture", "edit", "publish", "issue", "transfer", "correct", "withdraw"),
                "creator": .object(
                    required: ["name": .text(.label)], optional: ["id": .text(.label)]),
                "pop": .text(.absoluteURI),
                "record": .object(
                    required: ["lang": .text(.language), "title": .text(.line)],
                    optional: ["text": .text(.prose)]),
            ],
            optional: [
                "capturedAt": .object(
                    required: [
                        "at": .text(.time),
                        "clock": .oneOf("gnss", "ntp", "device", "declared"),
                    ],
                    optional: ["uncertaintySeconds": .zeroOrMore]),
                "perceptualHashes": .array(of: perceptualHash, 0...64),
                "parents": .array(of: parent, 0...4_096),
                "actions": .array(of: .text(.action), 0...256),
                "edition": .object(required: [
                    "drop": .text(.drop),
                    "serial": .integer(
                        1...JSON.maximumInteger, "must be an integer from 1 to total"),
                    "total": .integer(1...JSON.maximumInteger),
                ]),
                "milestone": .text(.uri),
                "inventory": .object(required: ["system": .text(.label), "ref": .text(.label)]),
                "c2pa": .object(required: [
                    "manifestStoreSha256": .sha256, "manifestURN": .text(.urn),
                ]),
                "geo": geo,
                "seen": .object(required: ["checkpoint": .text(.prose)]),
                "card": .object(required: [
                    "template": .integer(1...JSON.maximumInteger), "sha256": .sha256,
                ]),
                "ext": .anyObject,
            ]),
        rules: { manifest throws(Refusal) in
            try checkEdition(manifest.predicate)
            try checkBounds(manifest.predicate)
            try checkCard(manifest)
        })

    private static let perceptualHash = Shape.object(required: [
        "alg": .text(.label),
        "value": .text(.line),
        "quality": .number(0...100, rule: "must be a number from 0 to 100"),
        "profile": .text(.label),
    ])

    private static let relation = Shape.oneOf("parentOf", "componentOf", "inputTo")

    private static let parent = Shape.either(
        [
            .object(required: ["entry": .text(.entryID), "relation": relation]),
            .object(required: ["sha256": .sha256, "relation": relation]),
        ],
        rule: "must have entry (an EntryID) or sha256 (64 lower-case hexadecimal digits), and "
            + "relation: parentOf, componentOf or inputTo")

    private static let geo = Shape.object(required: [
        "bounds": .tuple([.number, .number, .number, .number]),
        "crs": .text(.epsg),
        "groundSampleDistanceM": .number(
            Double.leastNonzeroMagnitude...Double.greatestFiniteMagnitude,
            rule: "must be a number greater than 0"),
    ])

    private static func checkEdition(_ predicate: JSON.Object) throws(Refusal) {
        guard let edition = predicate[.edition], let serial = edition[.serial]?.integer,
            let total = edition[.total]?.integer
        else { return }
        try require(
            serial <= total, "predicate.edition.serial", "must be an integer from 1 to total")
    }

    /// West, south, east, north in the units of the reference system: degrees for EPSG:4326, in
    /// which a west greater than the east crosses the antimeridian; metres or others elsewhere.
    private static func checkBounds(_ predicate: JSON.Object) throws(Refusal) {
        guard let geo = predicate[.geo], let bounds = geo["bounds"]?.array?.compactMap(\.number),
            bounds.count == 4
        else { return }
        let field = "predicate.geo.bounds"
        try require(bounds[1] <= bounds[3], field, "must have its south not above its north")
        if geo["crs"]?.text == "EPSG:4326" {
            try require(
                abs(bounds[0]) <= 180 && abs(bounds[2]) <= 180 && abs(bounds[1]) <= 90
                    && abs(bounds[3]) <= 90, field,
                "must be within 180 degrees west and east and 90 south and north")
        } else {
            try require(bounds[0] <= bounds[2], field, "must have its west not beyond its east")
        }
    }

    private static func checkCard(_ manifest: Manifest) throws(Refusal) {
        guard let sha256 = manifest.cardDigest else { return }
        try require(
            sha256 == Text(Card.digest(of: manifest)), "predicate.card.sha256",
            "must be the SHA-256 of the card's text by template \(Card.template)")
    }
}

extension Manifest {
    /// The digest that it has of its card by template 1; nil where it has none.
    ///
    /// Whoever reads a manifest compares it with the text, and refuses another one.
    var cardDigest: Text? {
        guard predicateType == PredicateType.provenance, let card = predicate[.card],
            card[.template]?.integer == Card.template
        else { return nil }
        return card[.sha256]?.text
    }
}

extension Shape {
    /// A number that is not negative.
    fileprivate static let zeroOrMore = Shape.number(
        0...Double.greatestFiniteMagnitude, rule: "must be a number not below 0")
}
