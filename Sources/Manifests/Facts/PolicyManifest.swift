public import Encoding

/// The policy of a ledger: the content of entry 0 and of every later `policy` statement.
///
/// A later policy is complete, not a patch; its origin and keys equal those of entry 0, which is
/// the registry's rule, as is that the keys can be read and differ.
public struct PolicyManifest: Hashable, Sendable {
    /// The part that an administrator may change: `policy.json`.
    public struct Settings: Hashable, Sendable {
        /// The COSE algorithms that statements may be signed with, of -8, -7 and -49.
        public var algorithms: [Int64]

        /// The types admitted beside the control types.
        public var predicateTypes: [Text]

        /// The largest manifest in bytes, up to 262,144.
        public var manifestBytes: Int

        /// The largest statement in bytes, up to 8,192; control statements have their own limit.
        public var statementBytes: Int

        /// The most subjects of a manifest, up to 64.
        public var subjects: Int

        /// How many seconds a statement's time may be ahead of the ledger's clock.
        public var maxAhead: UInt64

        /// Creates settings; the defaults are those of a new ledger.
        public init(
            algorithms: [Int64] = [-8, -7], predicateTypes: [Text] = PredicateType.defaults,
            manifestBytes: Int = Manifest.byteLimit, statementBytes: Int = 8_192,
            subjects: Int = Manifest.subjectLimit, maxAhead: UInt64 = 86_400
        ) {
            self.algorithms = algorithms
            self.predicateTypes = predicateTypes
            self.manifestBytes = manifestBytes
            self.statementBytes = statementBytes
            self.subjects = subjects
            self.maxAhead = maxAhead
        }
    }

    /// 16 random bytes; entry 0's are what makes a ledger's genesis unique.
    public let nonce: [UInt8]

    /// The ledger's name: a URL without its scheme.
    public let origin: Text

    /// The log's note key as a vkey string.
    public let noteKey: Text

    /// The key that signs receipts, as a coseKey string.
    public let receiptKey: Text

    /// The key that signs entries 0 and 1 and handovers, as a coseKey string.
    public let ledgerKey: Text

    /// The offline key that may replace the set of administrators, if there is one.
    public let recoveryKey: Text?

    /// The settings of the policy.
    public let settings: Settings

    /// Reads a manifest of type `policy`.
    public init(_ manifest: Manifest) throws(Refusal) {
        let predicate = try PredicateReader(manifest, PredicateType.policy)
        nonce = try predicate.hex("nonce")
        origin = try predicate.text("origin")
        noteKey = try predicate.text("noteKey")
        receiptKey = try predicate.text("receiptKey")
        ledgerKey = try predicate.text("ledgerKey")
        recoveryKey = predicate.optionalText("recoveryKey")
        settings = Settings(
            algorithms: try predicate.integers("algorithms"),
            predicateTypes: try predicate.texts("predicateTypes"),
            manifestBytes: try predicate.limit("manifestBytes"),
            statementBytes: try predicate.limit("statementBytes"),
            subjects: try predicate.limit("subjects"),
            maxAhead: try predicate.count("maxAhead"))
    }

    /// Makes the manifest of a new ledger's entry 0.
    ///
    /// - Parameter nonce: 16 random bytes.
    public static func make(
        origin: Text, noteKey: Text, receiptKey: Text, ledgerKey: Text, recoveryKey: Text?,
        settings: Settings, nonce: [UInt8]
    ) throws(Refusal) -> Manifest {
        var predicate: JSON.Object = [
            "nonce": .string(Text(Hex.encode(nonce))),
            "origin": .string(origin),
            "noteKey": .string(noteKey),
            "receiptKey": .string(receiptKey),
            "ledgerKey": .string(ledgerKey),
        ]
        predicate["recoveryKey"] = recoveryKey.map { .string($0) }
        for member in settings.json.members { predicate[member.name] = member.value }
        return try Manifest.control(PredicateType.policy, predicate, origin: origin)
    }

    /// Makes the manifest that puts `settings` in force; origin and keys stay those of this policy.
    ///
    /// - Parameter nonce: 16 random bytes.
    public func replacing(
        settings: Settings, nonce: [UInt8]
    ) throws(Refusal) -> Manifest {
        try Self.make(
            origin: origin, noteKey: noteKey, receiptKey: receiptKey, ledgerKey: ledgerKey,
            recoveryKey: recoveryKey, settings: settings, nonce: nonce)
    }
}

extension PolicyManifest.Settings {
    /// The members as `policy.json` and the manifest have them.
    public var json: JSON.Object {
        [
            "algorithms": .array(algorithms.map { .integer($0) }),
            "predicateTypes": .array(predicateTypes.map { .string($0) }),
            "limits": [
                "manifestBytes": .integer(Int64(manifestBytes)),
                "statementBytes": .integer(Int64(statementBytes)),
                "subjects": .integer(Int64(subjects)),
            ],
            "maxAhead": .integer(Int64(clamping: maxAhead)),
        ]
    }

    /// Reads `policy.json`: a policy's predicate without nonce, origin and keys.
    public init(policyFile bytes: [UInt8]) throws(Refusal) {
        let json: JSON
        do { json = try JSON.decode(bytes) } catch {
            throw Refusal(.malformed, field: "policy", rule: "\(error)")
        }
        do { try Self.shape.check(json) } catch {
            throw Refusal(
                .schema, field: error.path.isEmpty ? "policy" : error.path, rule: error.rule)
        }
        let limit = { (name: Text) in Int(json["limits"]?[name]?.integer ?? 0) }
        self.init(
            algorithms: (json["algorithms"]?.array ?? []).compactMap(\.integer),
            predicateTypes: (json["predicateTypes"]?.array ?? []).compactMap(\.text),
            manifestBytes: limit("manifestBytes"), statementBytes: limit("statementBytes"),
            subjects: limit("subjects"), maxAhead: UInt64(json["maxAhead"]?.integer ?? 0))
    }

    private static let shape = Shape.object(ManifestType.policySettings, isClosed: true)
}
