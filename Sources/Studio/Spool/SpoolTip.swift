import Encoding
import Manifests
import Merkle
package import Provenance

/// The end of a spool's chain: the content of its file `tip` (spool.md §2).
///
///     42 9oTmmr1XyNV5DVb3QZ3YgkhXyCiXOC7BXDpIjwGYKcE
///     0 -
package struct SpoolTip: Hashable, Sendable {
    /// The number of the next record.
    package let next: UInt64

    /// The entry before it; nil exactly where `next` is 0.
    package let previous: EntryID?

    /// Where a chain begins.
    static let start = SpoolTip(next: 0, previous: nil)

    /// A line of the largest number and an EntryID, with a line feed.
    static let byteLimit = 64

    /// The end of a chain whose last record is this one.
    init(after number: UInt64, _ id: EntryID) {
        self.init(next: number + 1, previous: id)
    }

    private init(next: UInt64, previous: EntryID?) {
        self.next = next
        self.previous = previous
    }

    /// Reads the file; nil for anything but its one form.
    init?(parsing bytes: [UInt8]) {
        guard let text = Text(utf8: bytes), let line = text.string.utf8.last else { return nil }
        guard line == UInt8(ascii: "\n") else { return nil }
        let parts = text.string.dropLast().split(
            separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, let next = UInt64(parts[0]) else { return nil }
        let previous = parts[1] == "-" ? nil : EntryID(Text(String(parts[1])))
        self.init(next: next, previous: previous)
        guard (next == 0) == (previous == nil), encoded() == bytes else { return nil }
    }

    /// The bytes of the file.
    func encoded() -> [UInt8] {
        Array("\(next) \(previous.map { "\($0)" } ?? "-")\n".utf8)
    }

    /// Where the next record stands in its chain.
    func link(in chain: [UInt8]) -> Chain {
        do throws(Refusal) {
            return try Chain(id: chain, sequence: next, previous: previous?.hash ?? .zero)
        } catch {
            preconditionFailure("a tip makes a link that obeys the rules: \(error)")
        }
    }
}
