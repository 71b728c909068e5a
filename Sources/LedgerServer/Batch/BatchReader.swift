import Compression
import Encoding
import HTTPService

/// Takes statements out of a batch's body as it arrives.
///
/// A pure reader: bytes in, items out. What ends the batch early (framing that is broken, too
/// many items, too many bytes) is its last item, with the answer that says why.
package struct BatchReader {
    private let limits: LedgerLimits
    private var sequence: CBORSequenceReader
    private var inflater: GzipInflater?

    /// The unread bytes of a body without encoding.
    private var arrived: [UInt8]?

    private var itemCount = 0
    private var byteCount = 0

    /// Whether the rest of the body is of no use.
    package private(set) var isOver = false

    /// Creates a reader of a body that is gzip-encoded or plain.
    package init(limits: LedgerLimits, isGzip: Bool) {
        self.limits = limits
        sequence = CBORSequenceReader(itemLimit: limits.statementBytes)
        inflater = isGzip ? GzipInflater() : nil
    }

    /// Adds bytes that arrived; ask for all their items before the next.
    package mutating func append(_ bytes: [UInt8]) {
        guard !isOver else { return }
        if inflater == nil { arrived = bytes } else { inflater?.append(bytes) }
    }

    /// Returns the items that end in the next piece of what arrived, or nil where more is needed.
    ///
    /// A piece at a time: a few bytes of gzip may inflate to a thousand times as many.
    package mutating func next() -> [BatchItem]? {
        guard !isOver else { return nil }
        var items: [BatchItem] = []
        do throws(GzipError) {
            guard let piece = try piece() else { return nil }
            read(piece, &items)
        } catch {
            items.append(end(with: .malformed("body: is not gzip")))
        }
        return items
    }

    /// Ends the batch early; returns its last item, which says why.
    mutating func end(with problem: Problem) -> BatchItem {
        isOver = true
        return .problem(problem)
    }

    /// Number of bytes that are kept in memory of items that are not complete.
    var heldByteCount: Int { sequence.heldByteCount }

    /// Returns the answer about the end of the body.
    package mutating func lastItems() -> [BatchItem] {
        guard !isOver else { return [] }
        var items: [BatchItem] = []
        if !sequence.isBetweenItems || inflater?.isComplete == false {
            items.append(end(with: .malformed("body: was cut in item \(itemCount)")))
        }
        isOver = true
        return items
    }

    private mutating func piece() throws(GzipError) -> [UInt8]? {
        guard inflater == nil else { return try inflater?.next() }
        defer { arrived = nil }
        return arrived
    }

    private mutating func read(_ bytes: [UInt8], _ items: inout [BatchItem]) {
        byteCount += bytes.count
        guard byteCount <= limits.batchBytes else {
            items.append(
                end(with: .tooLarge("body: must not exceed \(limits.batchBytes) bytes")))
            return
        }
        sequence.append(bytes)
        do throws(CBORError) {
            while !isOver, let item = try sequence.next() {
                take(item, &items)
            }
        } catch {
            items.append(end(with: .malformed("body: \(error)")))
        }
    }

    private mutating func take(_ item: CBORSequenceReader.Item, _ items: inout [BatchItem]) {
        guard itemCount < limits.batchItems else {
            items.append(
                end(with: .tooLarge("body: must not exceed \(limits.batchItems) items")))
            return
        }
        itemCount += 1
        switch item {
        case .bytes(let bytes):
            items.append(BatchItem(bytes))
        case .tooLarge:
            items.append(
                .problem(.tooLarge("statement: must not exceed \(limits.statementBytes) bytes")))
        }
    }
}
