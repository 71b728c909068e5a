package import Checkpoints
package import Encoding
package import Merkle

/// Evidence that a head existed, as it is stored: under the head's size, the kind and the source.
///
///     key    size (8), kind (1), SHA-256 of the source's URL (32)
///     value  [url: tstr, state: uint, asked: uint, time: uint, checkpoint: bstr, evidence: bstr]
///
/// Nothing of it was checked when it is read: neither that the checkpoint is the head's, nor what
/// the evidence proves.
package struct AnchorRow: Hashable, Sendable {
    /// The kind of evidence; the raw value is its byte in the key.
    package enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        /// An RFC 3161 token of an authority.
        case timestamp = 1

        /// A proof of an OpenTimestamps calendar.
        case openTimestamps = 2
    }

    /// How far the evidence is.
    package enum State: UInt64, Hashable, Sendable {
        /// A calendar has promised.
        case pending = 0

        /// It needs nobody any more to be checked.
        case complete = 1

        /// A promise that was never kept.
        case abandoned = 2
    }

    /// Size of the head that is dated.
    package let size: UInt64

    /// The kind of evidence.
    package let kind: Kind

    /// The URL of the authority or the calendar.
    package let url: Text

    /// How far it is.
    package let state: State

    /// When it was asked for, POSIX seconds of the ledger's clock.
    package let asked: UInt64

    /// The time that it gives, POSIX seconds.
    package let time: UInt64

    /// What is dated: the head's text, an empty line and the ledger's own signature line.
    package let checkpoint: [UInt8]

    /// A DER TimeStampToken, or a detached `.ots` file.
    package let evidence: [UInt8]

    package init(
        size: UInt64, kind: Kind, url: Text, state: State, asked: UInt64, time: UInt64,
        checkpoint: [UInt8], evidence: [UInt8]
    ) {
        self.size = size
        self.kind = kind
        self.url = url
        self.state = state
        self.asked = asked
        self.time = time
        self.checkpoint = checkpoint
        self.evidence = evidence
    }

    /// Reads a row, which has one form only.
    package init(_ key: Key, value: [UInt8]) throws(LedgerError) {
        let parts = (try? CBOR.decode(value))?.arrayValue ?? []
        guard parts.count == 6, let url = parts[0].textValue,
            let state = parts[1].unsignedValue.flatMap({ State(rawValue: $0) }),
            let asked = parts[2].unsignedValue, let time = parts[3].unsignedValue,
            let checkpoint = parts[4].bytesValue, let evidence = parts[5].bytesValue
        else { throw .corrupt("the row \(key) of anchors cannot be read") }
        self.init(
            size: key.size, kind: key.kind, url: url, state: state, asked: asked, time: time,
            checkpoint: checkpoint, evidence: evidence)
        guard self.key == key else {
            throw .corrupt("the row \(key) of anchors is of another source: \(url)")
        }
        guard self.value == value else {
            throw .corrupt("the row \(key) of anchors is not deterministic CBOR")
        }
    }

    /// The key of the row.
    package var key: Key { Key(size: size, kind: kind, source: Key.source(url)) }

    /// Whether its checkpoint is this note, with one of its signature lines alone.
    package func isAbout(_ note: SignedNote) -> Bool {
        guard let cut = try? SignedNote(parsing: checkpoint) else { return false }
        return cut.text == note.text && cut.signatures.count == 1
            && note.signatures.contains(cut.signatures)
    }

    /// The source's name for people: host and path of its URL, without what lets somebody in.
    package var name: String {
        let text = url.string
        let start = text.firstRange(of: "://")?.upperBound ?? text.startIndex
        let authority = text[start...].prefix { $0 != "/" }
        let host = authority.lastIndex(of: "@").map(text.index(after:)) ?? start
        return String(text[host...].prefix { !"?#".contains($0) })
    }

    /// The row's value.
    package var value: [UInt8] {
        CBOR.array([
            .text(url), .unsigned(state.rawValue), .unsigned(asked), .unsigned(time),
            .bytes(checkpoint), .bytes(evidence),
        ]).encoded()
    }

    /// Where the state of a stored row is, without the evidence behind it; nil for a row of
    /// another form.
    package static func state(of value: Span<UInt8>) -> State? {
        // An array of six, and the head of a text: most URLs have fewer than 256 bytes.
        guard value.count > 3, value[0] == 0x86, value[1] >> 5 == 3 else { return nil }
        let place: Int
        switch value[1] & 31 {
        case let count where count < 24: place = 2 + Int(count)
        case 24: place = 3 + Int(value[2])
        case 25: place = 4 + Int(value[2]) << 8 + Int(value[3])
        default: return nil
        }
        guard place < value.count else { return nil }
        return State(rawValue: UInt64(value[place]))
    }
}

extension AnchorRow {
    /// The key of a row.
    package struct Key: Hashable, Sendable, CustomStringConvertible {
        /// Size of the head that is dated.
        package let size: UInt64

        /// The kind of evidence.
        package let kind: Kind

        /// SHA-256 of the source's URL.
        package let source: Hash

        package init(size: UInt64, kind: Kind, source: Hash) {
            self.size = size
            self.kind = kind
            self.source = source
        }

        /// Bytes of a key.
        package static let byteCount = 41

        /// Reads a key; nil for one of another form.
        package init?(_ bytes: [UInt8]) {
            guard bytes.count == Self.byteCount, let size = StoreLayout.number(bytes.prefix(8)),
                let kind = Kind(rawValue: bytes[8]), let source = Hash(bytes.dropFirst(9))
            else { return nil }
            self.init(size: size, kind: kind, source: source)
        }

        package var bytes: [UInt8] { StoreLayout.key(size) + [kind.rawValue] + source.bytes }

        /// How a source is named in keys.
        package static func source(_ url: Text) -> Hash { .sha256(url.utf8) }

        /// The key for people: `17/rfc3161/DIGEST`.
        package var description: String {
            let name =
                switch kind {
                case .timestamp: "rfc3161"
                case .openTimestamps: "opentimestamps"
                }
            return "\(size)/\(name)/\(Hex.encode(source.bytes))"
        }
    }
}
