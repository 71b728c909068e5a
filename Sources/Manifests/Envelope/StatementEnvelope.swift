public import Encoding
public import Merkle

/// What build services hand out around an in-toto Statement: a DSSE envelope, or a Sigstore bundle
/// with one inside.
///
/// Its payload is a manifest's bytes. Who signed the envelope is not checked here, and nothing of
/// it but the payload is used: a statement of ours signs that, byte for byte.
public struct StatementEnvelope: Hashable, Sendable {
    /// The forms in which statements are handed out.
    public enum Form: String, Hashable, Sendable {
        /// The envelope of the DSSE protocol, version 1.
        case dsse = "DSSE envelope"

        /// A bundle of Sigstore, with certificate and log entry of the envelope's signature.
        case sigstoreBundle = "Sigstore bundle"
    }

    /// Bytes of a file that may be an envelope: base64 of the largest manifest, with room for the
    /// certificates and log entries of a bundle.
    public static let byteLimit = 1 << 20

    /// The type of payload that is a manifest.
    public static let payloadType: Text = "application/vnd.in-toto+json"

    /// The form of the file.
    public let form: Form

    /// The bytes of the manifest.
    public let payload: [UInt8]

    /// SHA-256 of the payload: what a statement about it signs.
    public var payloadDigest: Hash { .sha256(payload) }

    /// Opens an envelope; nil where `file` is something else, such as the manifest itself.
    ///
    /// Throws where it is an envelope without a manifest in it, a file of several, or one that
    /// another reader may take for something else.
    public init?(_ file: [UInt8]) throws(EnvelopeError) {
        let file = PlainText.unmarked(file)
        let value: JSON
        do throws(JSONError) {
            value = try JSON.decode(file)
        } catch {
            let lines = Self.lines(file)
            if lines.count > 1 { throw .severalLines(lines) }
            return nil
        }
        guard let found = try Self.envelope(in: value) else { return nil }
        form = found.form
        payload = try Self.payload(of: found.envelope)
    }

    /// Returns the envelope that `value` is or holds; nil where it is none.
    private static func envelope(
        in value: JSON
    ) throws(EnvelopeError) -> (form: Form, envelope: JSON)? {
        if value["payloadType"] != nil, value["payload"] != nil {
            try requireOneReading(of: value)
            return (.dsse, value)
        }
        if let envelope = value["dsseEnvelope"] {
            try requireOneReading(of: value)
            try requireOneReading(of: envelope)
            return (.sigstoreBundle, envelope)
        }
        if value["messageSignature"] != nil, value["verificationMaterial"] != nil {
            throw .noStatement
        }
        return nil
    }

    /// What an object is by each of these members, as their names are folded; an object is one of
    /// it, and has each member once.
    private static let kinds: [String: String] = [
        "payload": "payload", "payloadtype": "payload", "dsseenvelope": "dsseEnvelope",
        "messagesignature": "messageSignature", "_type": "statement",
        "predicatetype": "statement",
    ]

    /// Refuses an object that has several contents: each reader would take the one that it looks
    /// for first.
    ///
    /// Readers of protobuf take `dsse_envelope` too, and those of Go take `Payload`, and the long s
    /// for an s.
    private static func requireOneReading(of value: JSON) throws(EnvelopeError) {
        var kind: String?
        var names: Set<String> = []
        for member in value.object?.members ?? [] {
            let name = member.name.string.uppercased().lowercased()
            let folded = name == "_type" ? name : name.filter { $0 != "_" }
            guard let found = kinds[folded] else { continue }
            guard names.insert(folded).inserted else { throw .severalContents }
            guard found == kind ?? found else { throw .severalContents }
            kind = found
        }
    }

    private static func payload(of envelope: JSON) throws(EnvelopeError) -> [UInt8] {
        guard let type = envelope["payloadType"]?.text else { throw .malformed("payloadType") }
        guard type == payloadType else { throw .otherPayload(type) }
        guard let text = envelope["payload"]?.text, let payload = bytes(ofBase64: text) else {
            throw .malformed("payload")
        }
        return payload
    }

    /// Readers of DSSE take both alphabets of base64; padding says nothing.
    private static func bytes(ofBase64 text: Text) -> [UInt8]? {
        var characters = text.utf8
        while characters.last == UInt8(ascii: "=") { characters.removeLast() }
        return Base64.decodeURL(
            characters.map { character in
                switch character {
                case UInt8(ascii: "+"): UInt8(ascii: "-")
                case UInt8(ascii: "/"): UInt8(ascii: "_")
                default: character
                }
            })
    }

    /// Returns what each line of a file is that has one object a line; empty for any other file.
    private static func lines(_ file: [UInt8]) -> [EnvelopeError.Line] {
        var lines: [EnvelopeError.Line] = []
        let all = file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in all.enumerated() where !line.allSatisfy({ $0 <= 0x20 }) {
            guard let value = try? JSON.decode(Array(line)), value.object != nil else { return [] }
            lines.append(EnvelopeError.Line(number: index + 1, type: type(of: value)))
        }
        return lines
    }

    /// Returns the type of the statement in one line, as far as it can be read.
    private static func type(of value: JSON) -> Text? {
        if let type = value["predicateType"]?.text { return type }
        guard let found = try? envelope(in: value), let payload = try? payload(of: found.envelope)
        else { return nil }
        return (try? JSON.decode(payload))?["predicateType"]?.text
    }
}

/// Why a file that is an envelope has no manifest to sign.
public enum EnvelopeError: Error, Hashable {
    /// One line of a file: its number, from 1, and the type of statement in it.
    public struct Line: Hashable, Sendable {
        /// The number of the line, from 1.
        public let number: Int

        /// The type of the statement; nil where it cannot be read.
        public let type: Text?
    }

    /// Each line is a statement or an envelope of its own. Put the one that is meant into a file.
    case severalLines([Line])

    /// The bundle signs the digest of a file and holds no statement. Sign the file itself.
    case noStatement

    /// The file holds more than one thing that may be meant: another reader sees another one.
    case severalContents

    /// The payload is of another type than a statement's.
    case otherPayload(Text)

    /// A member of the envelope cannot be read.
    case malformed(String)
}

extension EnvelopeError: CustomStringConvertible {
    /// How many lines are named, so that the message stays one that is read.
    private static let namedLines = 8

    /// The reason in words, without the file's name.
    public var description: String {
        switch self {
        case .severalLines(let lines):
            let named = lines.prefix(Self.namedLines).map { line in
                "line \(line.number) \(line.type?.printable ?? "(no statement)")"
            }
            let rest = lines.count > Self.namedLines ? ", ..." : ""
            return "has \(lines.count) statements, one a line: "
                + named.joined(separator: ", ") + rest
        case .noStatement:
            return "is a Sigstore bundle that signs a file's digest and holds no statement"
        case .severalContents:
            return "is an envelope of several contents: readers may differ in which one is meant"
        case .otherPayload(let type):
            return "is an envelope of \(type.printable), which is no in-toto Statement"
        case .malformed(let member):
            return "is an envelope whose \(member) cannot be read"
        }
    }
}
