package import HTTPService
import Ledger
import Merkle
package import Provenance

/// One item of a batch on its way to the ledger.
package enum BatchItem: Sendable {
    /// A statement as it was sent.
    case statement([UInt8])

    /// The name of an entry that is asked about.
    case question(EntryID)

    /// An item that is no statement, with its answer.
    indirect case problem(Problem)

    /// Reads an item: 32 bytes are a name, for no statement is as short.
    init(_ bytes: [UInt8]) {
        if bytes.count == Hash.byteCount, let hash = Hash(bytes) {
            self = .question(EntryID(hash))
        } else {
            self = .statement(bytes)
        }
    }

    /// Bytes that the item keeps in memory, with its answer where it is refused: an empty item is
    /// one byte on the line, and its answer a hundred.
    var byteCount: Int {
        switch self {
        case .statement(let bytes): bytes.count + Self.refusalBytes
        case .question, .problem: Self.refusalBytes
        }
    }

    /// What a refusal takes, and the item beside its bytes.
    private static let refusalBytes = 256
}

/// Consecutive items that are registered together.
package struct BatchChunk: Sendable {
    /// Zero-based position among the batch's chunks.
    package let number: Int

    /// The items, in the order of the batch.
    package let items: [BatchItem]
}

/// The answer to one item.
enum ItemAnswer: Sendable {
    /// What the ledger says of a statement, or of an entry that is asked about.
    case registration(Registration)

    /// Why there is nothing to say, with the name that was asked about.
    indirect case problem(Problem, EntryID?)
}

/// The answers of one chunk.
struct BatchAnswers: Sendable {
    /// What the answers are.
    enum Content: Sendable {
        /// A CBOR sequence with one item for each of the chunk's.
        case bytes([UInt8])

        /// What they are made of, once all entries are published or the deadline has come.
        case unpublished([ItemAnswer], deadline: ContinuousClock.Instant)
    }

    /// The chunk's number.
    let number: Int

    let content: Content

    /// Bytes that they keep in memory.
    var byteCount: Int {
        switch content {
        case .bytes(let bytes): bytes.capacity
        case .unpublished(let answers, _): answers.count * Self.registrationBytes
        }
    }

    /// What one registration without a receipt takes, or a problem.
    private static let registrationBytes = 256
}
