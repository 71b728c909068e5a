import Compression
import Encoding
import NIOCore

/// Takes statements out of a batch's body as it arrives.
///
/// A pure reader: bytes in, items out. What ends the batch early (framing that is broken, too
/// many items, too many bytes) is its last item, with the answer that says why.
package struct BatchReader {
    private let limits: ServerLimits
    private var sequence: CBORSequenceReader
    private var inflater: GzipInflater?
    private var itemCount = 0
    private var byteCount = 0

    /// Whether the rest of the body is of no use.
    package private(set) var isOver = false

    /// Creates a reader of a body that is gzip-encoded or plain.
    package init(limits: ServerLimits, isGzip: Bool) {
        self.limits = limits
        sequence = CBORSequenceReader(itemLimit: limits.statementBytes)
        inflater = isGzip ? GzipInflater() : nil
    }

    /// Returns the items that end in these bytes.
    package mutating func items(in bytes: [UInt8]) -> [BatchItem] {
        guard !isOver else { return [] }
        var items: [BatchItem] = []
        guard inflater != nil else {
            append(bytes, to: &items)
            return items
        }
        inflater?.append(bytes)
        do {
            // A piece at a time: a few bytes of gzip may inflate to a thousand times as many.
            while !isOver, let piece = try inflater?.next() {
                append(piece, to: &items)
            }
        } catch {
            end(with: .malformed("body: is not gzip"), &items)
        }
        return items
    }

    /// Returns what is to be said about how the body ended.
    package mutating func lastItems() -> [BatchItem] {
        guard !isOver else { return [] }
        var items: [BatchItem] = []
        if !sequence.isBetweenItems || inflater?.isComplete == false {
            end(with: .malformed("body: was cut in item \(itemCount)"), &items)
        }
        isOver = true
        return items
    }

    private mutating func append(_ bytes: [UInt8], to items: inout [BatchItem]) {
        byteCount += bytes.count
        guard byteCount <= limits.batchBytes else {
            end(with: .tooLarge("body: must not exceed \(limits.batchBytes) bytes"), &items)
            return
        }
        sequence.append(bytes)
        do throws(CBORError) {
            while !isOver, let item = try sequence.next() {
                take(item, &items)
            }
        } catch {
            end(with: .malformed("body: \(error)"), &items)
        }
    }

    private mutating func take(_ item: CBORSequenceReader.Item, _ items: inout [BatchItem]) {
        guard itemCount < limits.batchItems else {
            end(with: .tooLarge("body: must not exceed \(limits.batchItems) items"), &items)
            return
        }
        itemCount += 1
        switch item {
        case .bytes(let bytes):
            items.append(.statement(bytes))
        case .tooLarge:
            items.append(
                .problem(.tooLarge("statement: must not exceed \(limits.statementBytes) bytes")))
        }
    }

    private mutating func end(with problem: Problem, _ items: inout [BatchItem]) {
        isOver = true
        items.append(.problem(problem))
    }
}
