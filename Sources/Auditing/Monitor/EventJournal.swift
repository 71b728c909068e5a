internal import Encoding
package import Files

/// Events on the disk, in the order in which they came, until all receivers have taken them.
///
///     NAME-00000000000000000000.jsonl     the first events, one a line
///     NAME-00000000000000001234.jsonl     from event 1234 on
///
/// A crash leaves a last line that is not whole: it was promised to nobody, and is passed over. The
/// events of a batch are on the disk when ``append(_:)`` returns.
///
/// Not trusted with anything: whoever can change these files can keep an alert from its receivers.
struct EventJournal {
    /// One file of whole lines.
    private struct Segment {
        let start: UInt64
        var count: UInt64
        var byteCount: Int

        /// Whether this process made it: others may end with a part of a line.
        let isOurs: Bool

        var end: UInt64 { start + count }
    }

    private let folder: Folder
    private let name: String
    private var segments: [Segment]

    /// Whether an append failed: nobody knows what of it is on the disk.
    private var isBroken = false

    /// Opens the journal `name` in a folder; a new one begins with event `start`.
    init(_ name: String, in folder: Folder, startingAt start: UInt64) throws(MonitorStateError) {
        let segments = try Self.segments(of: name, in: folder)
        self.folder = folder
        self.name = name
        self.segments = segments
        first = segments.first?.start ?? start
        next = segments.last?.end ?? start
    }

    private static func segments(
        of name: String, in folder: Folder
    ) throws(MonitorStateError) -> [Segment] {
        var segments: [Segment] = []
        do throws(FileError) {
            for file in try folder.names().sorted() {
                guard let start = start(of: file, name) else { continue }
                let bytes = try folder.read(file, limit: readLimit) ?? []
                let count = UInt64(bytes.count { $0 == UInt8(ascii: "\n") })
                segments.append(
                    Segment(start: start, count: count, byteCount: bytes.count, isOurs: false))
            }
        } catch {
            throw .file(error)
        }
        for (segment, next) in zip(segments, segments.dropFirst())
        where segment.end != next.start {
            throw .damaged(
                folder.path(of: file(segment.start, name)),
                "its last event is \(segment.end), and the next file begins with \(next.start)")
        }
        return segments
    }

    /// The number of the oldest event that is kept.
    private(set) var first: UInt64

    /// The number that the next event gets.
    private(set) var next: UInt64

    /// A file may be longer than a segment by what is written at once, which is as much and one
    /// event.
    private static let readLimit = 4 * MonitorLimit.segmentBytes

    /// Writes events behind all others, and waits until they are on the disk.
    mutating func append(_ lines: [String]) throws(MonitorStateError) {
        guard !lines.isEmpty else { return }
        let bytes = lines.flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] }
        guard !isBroken else {
            throw .damaged(folder.path(of: name), "could not be written before")
        }
        do throws(FileError) {
            if let last = segments.last, last.isOurs, last.byteCount < MonitorLimit.segmentBytes {
                try AppendFile(Self.file(last.start, name), in: folder).append(
                    bytes, at: last.byteCount)
                segments[segments.count - 1].count += UInt64(lines.count)
                segments[segments.count - 1].byteCount += bytes.count
            } else {
                // A file of this start may be there with a part of one line in it.
                try folder.write(bytes, to: Self.file(next, name), .replacing(.secret))
                segments.removeAll { $0.start == next }
                segments.append(
                    Segment(
                        start: next, count: UInt64(lines.count), byteCount: bytes.count,
                        isOurs: true))
            }
        } catch {
            isBroken = true
            throw .file(error)
        }
        next += UInt64(lines.count)
    }

    /// Returns whole events from `number` on: those of one file, or of its rest.
    ///
    /// Empty where there is none yet. An older event than the first is the first.
    func lines(from number: UInt64) throws(MonitorStateError) -> (start: UInt64, lines: [String]) {
        let number = max(number, first)
        guard let segment = segments.first(where: { $0.end > number }) else { return (number, []) }
        let bytes: [UInt8]?
        do throws(FileError) {
            bytes = try folder.read(Self.file(segment.start, name), limit: Self.readLimit)
        } catch {
            throw .file(error)
        }
        let lines = (bytes ?? []).split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // What stands behind the last line feed is no event.
        guard UInt64(lines.count) > segment.count else {
            throw .damaged(
                folder.path(of: Self.file(segment.start, name)), "lacks events that it had")
        }
        let wanted = lines[Int(number - segment.start)..<Int(segment.count)]
        for (place, line) in wanted.enumerated() where (try? JSON.decode(Array(line))) == nil {
            throw .damaged(
                folder.path(of: Self.file(segment.start, name)),
                "event \(number + UInt64(place)) is not what a monitor left: move the file away, "
                    + "and what it has is not told")
        }
        return (number, wanted.map { String(decoding: $0, as: UTF8.self) })
    }

    /// Returns the entry that the match of this number is about.
    func entry(of number: UInt64) throws(MonitorStateError) -> UInt64 {
        let (start, lines) = try lines(from: number)
        guard start == number, let line = lines.first,
            let entry = (try? JSON.decode(Array(line.utf8)))?["entry"]?.integer,
            let index = UInt64(exactly: entry)
        else { throw .damaged(folder.path(of: name), "event \(number) is about no entry") }
        return index
    }

    /// Removes the files in which nobody waits for an event any more.
    mutating func drop(before number: UInt64) throws(MonitorStateError) {
        while let segment = segments.first, segment.end <= number {
            do throws(FileError) {
                try folder.remove(Self.file(segment.start, name))
            } catch {
                throw .file(error)
            }
            segments.removeFirst()
            first = segments.first?.start ?? next
        }
    }

    // MARK: - Names

    private static let digits = 20
    private static let suffix = ".jsonl"

    private static func file(_ start: UInt64, _ name: String) -> String {
        let number = String(start)
        let zeros = String(repeating: "0", count: max(0, digits - number.utf8.count))
        return "\(name)-\(zeros)\(number)\(suffix)"
    }

    private static func start(of file: String, _ name: String) -> UInt64? {
        let prefix = name + "-"
        guard file.hasPrefix(prefix), file.hasSuffix(suffix) else { return nil }
        let number = file.dropFirst(prefix.utf8.count).dropLast(suffix.utf8.count)
        guard number.utf8.count == digits else { return nil }
        return UInt64(number)
    }
}

/// Why what a monitor keeps cannot be used.
package enum MonitorStateError: Error, Hashable {
    /// A file cannot be read or written; the same may succeed later.
    case file(FileError)

    /// A file is not what a monitor left: the path, and what is wrong with it.
    case damaged(String, String)
}

extension MonitorStateError: CustomStringConvertible {
    /// The file, and what is wrong.
    package var description: String {
        switch self {
        case .file(let error): error.description
        case .damaged(let path, let words): "\(path): \(words)"
        }
    }
}
