internal import Checkpoints
internal import Encoding

/// One fact in a journal.
///
///     kind      1 byte    1 witness, 2 head
///     length    4 bytes   of the rest, big-endian
///     witness             its vkey: the first record of a journal, and no other
///     head                time, 8 bytes of POSIX seconds, big-endian; then the signed note
enum JournalRecord: Hashable {
    /// Whose journal it is.
    case witness(VerifierKey)

    /// The head of a log that was cosigned.
    case head(WitnessedHead)

    private static let headByteCount = 5

    /// The record's bytes.
    var encoded: [UInt8] {
        switch self {
        case .witness(let key): Self.encode(1, Array(key.description.utf8))
        case .head(let head):
            Self.encode(2, Self.bigEndian(head.time) + head.signed.encoded)
        }
    }

    private static func encode(_ kind: UInt8, _ body: [UInt8]) -> [UInt8] {
        [kind] + bigEndian(UInt64(body.count)).suffix(4) + body
    }

    private static func bigEndian(_ number: UInt64) -> [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    /// Reads the records of a frame; nil where they are not all records.
    static func list(_ content: ArraySlice<UInt8>) -> [JournalRecord]? {
        var rest = content
        var records: [JournalRecord] = []
        while !rest.isEmpty {
            guard rest.count >= headByteCount else { return nil }
            let kind = rest[rest.startIndex]
            let length = rest.dropFirst().prefix(4).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(headByteCount)
            guard rest.count >= length, let record = JournalRecord(kind, rest.prefix(length)) else {
                return nil
            }
            records.append(record)
            rest = rest.dropFirst(length)
        }
        return records
    }

    private init?(_ kind: UInt8, _ body: ArraySlice<UInt8>) {
        switch kind {
        case 1:
            guard let text = Text(utf8: body), let key = try? VerifierKey(parsing: text) else {
                return nil
            }
            self = .witness(key)
        case 2:
            let note = Array(body.dropFirst(8))
            guard body.count > 8,
                let signed = try? SignedCheckpoint(parsing: note, allowingExtensions: true)
            else { return nil }
            let time = body.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
            self = .head(WitnessedHead(signed: signed, time: time))
        default: return nil
        }
    }
}
