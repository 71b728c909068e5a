import Encoding
public import HTTPCalls
import Merkle
import Provenance

/// What a ledger says about one statement of a batch.
public enum BatchAnswer: Hashable, Sendable {
    /// It is an entry, with a receipt where that is ready.
    case accepted(Acceptance)

    /// It was refused, or must be sent again where the problem is transient.
    case refused(ProblemDetails)

    /// Reads `[status, EntryID / null, receipt / problem map / null]`.
    init?(_ item: [UInt8]) {
        guard let answer = NamedBatchAnswer(item)?.answer else { return nil }
        self = answer
    }

    fileprivate init?(status: Int, _ parts: [CBOR]) {
        switch status {
        case 200, 201:
            guard let receipt = Self.receipt(parts[2]) else { return nil }
            let known = status == 200
            self = .accepted(known ? .known(receipt: receipt) : .registered(receipt: receipt))
        case 202:
            self = .accepted(.pending(retryAfter: nil))
        case 400..<600:
            self = .refused(
                ProblemDetails(status: status, details: parts[2].mapValue ?? CBORMap([])))
        default:
            return nil
        }
    }

    /// A receipt stands in the answer as it is or wrapped in a byte string; both are read.
    private static func receipt(_ part: CBOR) -> [UInt8]? {
        if let bytes = part.bytesValue { return bytes }
        if case .tagged = part { return part.encoded() }
        return nil
    }
}

/// An answer of a batch with the name of what it is about.
struct NamedBatchAnswer {
    /// The entry; nil where the ledger could not read so far, or speaks of the whole body.
    let entry: EntryID?

    let answer: BatchAnswer

    /// Reads an item of the answer; nil for what is none.
    init?(_ item: [UInt8]) {
        guard let parts = (try? CBOR.decode(item, rules: .lenient))?.arrayValue,
            parts.count == 3,
            let status = parts[0].unsignedValue.flatMap({ Int(exactly: $0) }),
            let answer = BatchAnswer(status: status, parts)
        else { return nil }
        entry = parts[1].bytesValue.flatMap { Hash($0) }.map { EntryID($0) }
        self.answer = answer
    }
}

/// Takes the items of a batch's answer out of its bytes as they arrive.
struct BatchAnswerReader {
    private var buffer: [UInt8] = []
    private var position = 0

    /// Adds bytes; ask for all items in them before the next.
    mutating func append(_ bytes: [UInt8]) {
        buffer.removeFirst(position)
        position = 0
        buffer += bytes
    }

    /// Returns the next whole item; nil where more must come.
    mutating func next() throws(CallFailure) -> [UInt8]? {
        let rest = buffer[position...]
        guard !rest.isEmpty else { return nil }
        switch CBORItemLength(of: rest) {
        case .complete(let length):
            position += length
            return Array(rest.prefix(length))
        case .incomplete where rest.count <= ClientLimit.batchAnswerBytes:
            return nil
        case .incomplete, .malformed:
            throw CallFailure(
                .unexpected("POST /batch answers with something else than CBOR items"))
        }
    }
}
