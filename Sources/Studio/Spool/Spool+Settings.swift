package import Encoding
package import Merkle
import Provenance

extension Spool {
    /// What a spool is for: the content of its `spool.json` (spool.md §1).
    package struct Settings: Hashable, Sendable {
        /// The chain's id, 16 random bytes.
        package var spool: [UInt8]

        /// The number that the file system gave the spool's folder: a copy of it has another.
        package var folder: UInt64

        /// The number of the file `lock`, and when it was made: nothing that copies or restores a
        /// spool can keep both, even where the folder gets its number again.
        package var lock: String

        /// The PoP's URI.
        package var issuer: Text

        /// The path of the private key, never the key.
        package var key: String

        /// The thumbprint of the key.
        package var keyID: Hash

        /// The ledger's address.
        package var ledger: String

        /// The path of the trust kit; nil where none was named.
        package var trust: String?

        /// The origin of the only ledger that may register the records; nil where any may.
        package var origin: Text?

        /// What holds records back; nil where nothing does.
        package var gate: Gate?

        /// The issuers, beside the PoP, whose reconciliations count.
        package var reconcilers: [Text]

        /// The issuers, beside the PoP, whose milestones count.
        package var deciders: [Text]

        /// The hours in which a postmortem is waited for; nil for the usual ones.
        package var businessHours: Text?

        /// The names of business figures that telemetry reports.
        package var telemetry: [Text]

        /// What holds records back.
        package enum Gate: String, Hashable, Sendable, CaseIterable {
            /// Records of a drop wait for its reconciliation; it must be proven that none is left
            /// out of the ledger's list.
            case reconciliation

            /// The same, by the ledger's word that none is left out.
            case claimedReconciliation = "claimed-reconciliation"

            /// Whose word is enough that a list leaves no entry out.
            package var trust: ListTrust {
                switch self {
                case .reconciliation: .proof
                case .claimedReconciliation: .word
                }
            }
        }

        /// Creates the settings of a new spool; `folder` and `lock` are filled in where it is
        /// made.
        package init(
            spool: [UInt8] = .random(Limits.nonceBytes), folder: UInt64 = 0, lock: String = "-",
            issuer: Text,
            key: String, keyID: Hash, ledger: String, trust: String? = nil, origin: Text? = nil,
            gate: Gate? = nil, reconcilers: [Text] = [], deciders: [Text] = [],
            businessHours: Text? = nil, telemetry: [Text] = []
        ) {
            self.spool = spool
            self.folder = folder
            self.lock = lock
            self.issuer = issuer
            self.key = key
            self.keyID = keyID
            self.ledger = ledger
            self.trust = trust
            self.origin = origin
            self.gate = gate
            self.reconcilers = reconcilers
            self.deciders = deciders
            self.businessHours = businessHours
            self.telemetry = telemetry
        }
    }
}

/// `spool.json`: one object, a member a line, for people to read and to change.
extension Spool.Settings {
    /// A settings file is a page of text; this bounds what a wrong file can make us read.
    static let byteLimit = 64 << 10

    /// Names in one list at the most: a PoP has a handful of each.
    static let nameLimit = 64

    private static let format: Int64 = 1

    /// Every member, in the order in which they are written.
    private static let names: [Text] = [
        "format", "spool", "folder", "lock", "issuer", "key", "keyID", "ledger", "trust", "origin",
        "gate",
        "reconcilers", "deciders", "businessHours", "telemetry",
    ]

    /// Reads the bytes of a `spool.json`.
    package init(parsing bytes: [UInt8]) throws(SpoolSettingsError) {
        let value: JSON
        do throws(JSONError) {
            value = try JSON.decode(PlainText.unmarked(bytes))
        } catch {
            throw SpoolSettingsError("is not JSON: \(error)")
        }
        guard case .object(let object) = value else { throw SpoolSettingsError("is no object") }
        try self.init(object)
    }

    private init(_ object: JSON.Object) throws(SpoolSettingsError) {
        guard let format = object["format"]?.integer else {
            throw SpoolSettingsError("has no \"format\"")
        }
        guard format == Self.format else {
            throw SpoolSettingsError("is of format \(format); this version knows \(Self.format)")
        }
        for member in object.members where !Self.names.contains(member.name) {
            throw SpoolSettingsError("has an unknown member \"\(member.name.printable)\"")
        }
        let members = SpoolMembers(object)
        guard let id = Hex.decode(try members.text("spool")), id.count == Limits.nonceBytes else {
            throw SpoolSettingsError("\"spool\" must be 32 hexadecimal digits")
        }
        guard let folder = UInt64(try members.text("folder").string) else {
            throw SpoolSettingsError("\"folder\" must be a number, as text")
        }
        guard let keyID = Base64.decodeURL(try members.text("keyID").utf8).flatMap({ Hash($0) })
        else { throw SpoolSettingsError("\"keyID\" must be 43 characters of base64url") }
        var gate: Gate?
        if let name = try members.optionalText("gate") {
            gate = Gate(rawValue: name.string)
            guard gate != nil else {
                throw SpoolSettingsError(
                    "\"gate\" must be \"reconciliation\" or \"claimed-reconciliation\"")
            }
        }
        self.init(
            spool: id, folder: folder, lock: try members.text("lock").string,
            issuer: try members.text("issuer"),
            key: try members.text("key").string, keyID: keyID,
            ledger: try members.text("ledger").string,
            trust: try members.optionalText("trust")?.string,
            origin: try members.optionalText("origin"), gate: gate,
            reconcilers: try members.texts("reconcilers"), deciders: try members.texts("deciders"),
            businessHours: try members.optionalText("businessHours"),
            telemetry: try members.texts("telemetry"))
    }

    /// The bytes of a `spool.json` that says this.
    package func encoded() -> [UInt8] {
        let texts = { (list: [Text]) -> JSON? in
            list.isEmpty ? nil : .array(list.map { .string($0) })
        }
        let values: [Text: JSON?] = [
            "format": .integer(Self.format), "spool": .string(Text(Hex.encode(spool))),
            "folder": .string(Text("\(folder)")), "lock": .string(Text(lock)),
            "issuer": .string(issuer),
            "key": .string(Text(key)), "keyID": .string(Text(Base64.encodeURL(keyID.bytes))),
            "ledger": .string(Text(ledger)), "trust": trust.map { .string(Text($0)) },
            "origin": origin.map { .string($0) },
            "gate": gate.map { .string(Text($0.rawValue)) }, "reconcilers": texts(reconcilers),
            "deciders": texts(deciders), "businessHours": businessHours.map { .string($0) },
            "telemetry": texts(telemetry),
        ]
        let lines = Self.names.compactMap { name -> [UInt8]? in
            guard let value = values[name] ?? nil else { return nil }
            return Array("  ".utf8) + JSON.string(name).encoded() + Array(": ".utf8)
                + value.encoded()
        }
        return Array("{\n".utf8) + Array(lines.joined(separator: Array(",\n".utf8)))
            + Array("\n}\n".utf8)
    }
}

/// Reads the members of a `spool.json`; the error names the member.
private struct SpoolMembers {
    private let object: JSON.Object

    init(_ object: JSON.Object) {
        self.object = object
    }

    func text(_ name: Text) throws(SpoolSettingsError) -> Text {
        guard let text = try optionalText(name) else {
            throw SpoolSettingsError("has no \"\(name)\"")
        }
        return text
    }

    func optionalText(_ name: Text) throws(SpoolSettingsError) -> Text? {
        guard let value = object[name] else { return nil }
        guard let text = value.text, !text.isEmpty else {
            throw SpoolSettingsError("\"\(name)\" must be a text")
        }
        return text
    }

    func texts(_ name: Text) throws(SpoolSettingsError) -> [Text] {
        guard let value = object[name] else { return [] }
        let texts = (value.array ?? []).compactMap(\.text)
        let limit = Spool.Settings.nameLimit
        guard (1...limit).contains(texts.count), texts.count == value.array?.count else {
            throw SpoolSettingsError("\"\(name)\" must be a list of 1 to \(limit) texts")
        }
        return texts
    }
}

/// Why a `spool.json` says nothing that can be followed: the rule, after the file's name.
package struct SpoolSettingsError: Error, Hashable, CustomStringConvertible {
    /// The rule.
    package let description: String

    init(_ rule: String) {
        description = rule
    }
}
