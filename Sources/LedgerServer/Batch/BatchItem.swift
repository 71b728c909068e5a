package import HTTPService
import Ledger
/// One item of a batch on its way to the ledger.
package enum BatchItem: Sendable {
    /// A statement as it was sent.
    case statement([UInt8])

    /// An item that is no statement, with its answer.
    indirect case problem(Problem)

    /// Bytes that the item keeps in memory, with its answer where it is refused: an empty item is
    /// one byte on the line, and its answer a hundred.
    var byteCount: Int {
        switch self {
        case .statement(let bytes): bytes.count + Self.refusalBytes
        case .problem: Self.refusalBytes
        }
    }

    /// What a refusal takes, and the item beside its bytes.
    private static let refusalBytes = 256
}

/// Consecutive items that are registered together.
struct BatchChunk: Sendable {
    /// Zero-based position among the batch's chunks.
    let number: Int

    let items: [BatchItem]
}

/// The answers of one chunk.
struct BatchAnswers: Sendable {
    /// What the answers are.
    enum Content: Sendable {
        /// A CBOR sequence with one item for each of the chunk's.
        case bytes([UInt8])

        /// What they are made of, once all entries are published or the deadline has come: for each
        /// item its problem, or nil where the next registration answers it.
        case unpublished(
            [Problem?], [Registration], deadline: ContinuousClock.Instant)
    }

    /// The chunk's number.
    let number: Int

    let content: Content

    /// Bytes that they keep in memory.
    var byteCount: Int {
        switch content {
        case .bytes(let bytes): bytes.capacity
        case .unpublished(let problems, _, _): problems.count * Self.registrationBytes
        }
    }

    /// What one registration without a receipt takes, or a problem.
    private static let registrationBytes = 256
}
