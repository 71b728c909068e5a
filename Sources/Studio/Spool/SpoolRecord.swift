import Encoding
import Files
package import Provenance

/// A record in a spool, by its name alone: the file is not read.
package struct SpoolRecord: Hashable, Sendable {
    /// How far a record has come: the folder that it lies in.
    package enum State: String, Hashable, Sendable, CaseIterable {
        /// Never sent.
        case pending

        /// Sent, and its end is not here yet.
        case submitted

        /// Has a receipt.
        case registered

        /// The ledger refuses it for good.
        case refused
    }

    /// The number of the record in its chain.
    package let number: UInt64

    /// The file's name: ten digits, a hyphen, a name for people, `.colophon`.
    package let fileName: String

    /// The folder that it lies in.
    package let state: State

    /// The name for people.
    package var name: String {
        // As bytes: a letter may join with the "." behind it to one character of Swift's.
        let rest = stem.utf8.dropFirst(Self.digitCount + 1)
        return String(decoding: rest, as: UTF8.self)
    }

    /// The file's name without what all records' names end in.
    var stem: String {
        NameEnding.cut(RecordFile.suffix.utf8.count, off: fileName)
    }

    /// The mark of the chain that it belongs to; nil for the spool's own, of this day.
    ///
    /// A spool that was adopted with a new chain keeps the records of the one before, whose numbers
    /// it uses again: their names for people begin with `~`, eight digits of that chain's id, `-`.
    package var earlierChain: String? {
        let start = name.utf8.prefix(Self.markDigitCount + 2)
        guard start.count == Self.markDigitCount + 2, start.first == UInt8(ascii: "~"),
            start.last == UInt8(ascii: "-")
        else { return nil }
        return String(decoding: start.dropFirst().dropLast(), as: UTF8.self)
    }

    /// The name of the file that holds the path of its copy.
    var placeName: String {
        Self.digits(number) + (earlierChain.map { "~" + $0 } ?? "")
    }

    /// Digits of a chain's id in the names of its records: spools are adopted by hand, a few times.
    static let markDigitCount = 8

    /// The digits of a number in a file's name: enough for a record a second for 300 years, and the
    /// names sort by number.
    package static let digitCount = 10

    /// The largest number that fits.
    package static let largestNumber: UInt64 = 9_999_999_999

    /// Bytes of a name for people at the most: a file system takes 255 in all.
    static let nameByteLimit = 200

    /// Takes a file's name; nil for one that is no record's.
    package init?(_ fileName: String, in state: State) {
        let bytes = Array(fileName.utf8)
        let digits = bytes.prefix(Self.digitCount)
        guard digits.count == Self.digitCount, digits.allSatisfy({ (48...57).contains($0) }),
            bytes.dropFirst(Self.digitCount).first == UInt8(ascii: "-"),
            fileName.utf8.count > Self.digitCount + 1 + RecordFile.suffix.utf8.count,
            bytes.suffix(RecordFile.suffix.utf8.count)
                .elementsEqual(RecordFile.suffix.utf8),
            let number = UInt64(String(decoding: digits, as: UTF8.self))
        else { return nil }
        self.number = number
        self.fileName = fileName
        self.state = state
    }

    /// Makes the name of a new record.
    init(_ number: UInt64, name: String) {
        self.number = number
        fileName = "\(Self.digits(number))-\(Self.short(name))\(RecordFile.suffix)"
        state = .pending
    }

    private init(_ record: SpoolRecord, in state: State) {
        number = record.number
        fileName = record.fileName
        self.state = state
    }

    /// The same record under the name that it has once its chain is an earlier one.
    func marked(_ chain: [UInt8]) -> SpoolRecord {
        let mark = Hex.encode(chain).prefix(Self.markDigitCount)
        return SpoolRecord(
            self,
            fileName: "\(Self.digits(number))-~\(mark)-\(name)\(RecordFile.suffix)")
    }

    private init(_ record: SpoolRecord, fileName: String) {
        (number, state) = (record.number, record.state)
        self.fileName = fileName
    }

    /// The same record in another folder.
    package func moved(to state: State) -> SpoolRecord { SpoolRecord(self, in: state) }

    /// The number as it stands in names.
    package static func digits(_ number: UInt64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, digitCount - digits.utf8.count)) + digits
    }

    /// The name for people, cut where a file system would not take it, between two scalars.
    private static func short(_ name: String) -> String {
        var kept = ""
        for scalar in name.unicodeScalars {
            // The start is the mark of an earlier chain.
            let isTaken = scalar == "~" && kept.isEmpty
            let scalar = scalar == "/" || scalar == "\0" || isTaken ? "_" : scalar
            guard kept.utf8.count + String(scalar).utf8.count <= nameByteLimit else { break }
            kept.unicodeScalars.append(scalar)
        }
        return kept.isEmpty ? "record" : kept
    }
}

/// The content of a record in a spool.
package struct SpoolContent: Sendable {
    /// Where it lies.
    package let record: SpoolRecord

    /// The file's bytes.
    package let bytes: [UInt8]

    /// What they hold.
    package let content: TransparentStatement

    /// The name of its entry.
    package var id: EntryID { content.statement.id }

    /// The same content in another folder.
    func moved(to state: SpoolRecord.State) -> SpoolContent {
        SpoolContent(record: record.moved(to: state), bytes: bytes, content: content)
    }
}
