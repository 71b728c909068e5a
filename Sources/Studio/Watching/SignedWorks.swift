import Encoding
import Files
import Merkle
import Provenance

/// The bytes that a spool has signed, by their SHA-256: none is signed a second time.
///
///     DIR/watch/signed    lines of SHA-256 (64 hexadecimal digits), space, number (10 digits), LF
///
/// The records of the spool decide; this file keeps what `spool prune` takes away. Each record is
/// looked at once: a kill between a record and its line leaves a record above the newest line.
struct SignedWorks {
    /// Works that are remembered: some 100 MB of memory, and a file of 76 MB. Of more the oldest
    /// are forgotten.
    static let limit = 1_000_000

    private static let name = "signed"
    private static let digestDigits = 2 * Hash.byteCount
    private static let lineBytes = digestDigits + 1 + SpoolRecord.digitCount + 1

    private let folder: Folder
    private let file: AppendFile
    private var size: Int

    /// Why a line could not be written. None is written after it: the next start would take the
    /// record without a line for one that has it.
    private(set) var writeError: FileError?

    private var numbers: [Hash: UInt64] = [:]

    /// The number up to which all records were looked at.
    private(set) var next: UInt64 = 0

    /// Reads what is remembered of a spool; `limit` is for tests of it.
    init(of spool: Spool, limit: Int = limit) throws(HotFolderError) {
        let lines: [UInt8]
        do throws(SpoolError) {
            folder = try spool.folder(.watch)
        } catch {
            throw .spool(error)
        }
        do throws(FileError) {
            let bytes = try folder.read(Self.name, limit: Self.byteLimit) ?? []
            let kept = Self.kept(of: bytes, limit: limit)
            if kept.count != bytes.count || bytes.isEmpty {
                try folder.write(Array(kept), to: Self.name, .replacing(.secret))
            }
            file = try AppendFile(Self.name, in: folder)
            size = kept.count
            lines = Array(kept)
        } catch {
            throw .memory(error)
        }
        try read(lines)
    }

    /// What a file may have that was written by a version with a higher limit.
    private static let byteLimit = 4 * limit * lineBytes

    /// The lines that are remembered: whole ones, for a crash may leave a part of the last; and
    /// where there are too many the newest three quarters of the limit, so that this is rare.
    private static func kept(of bytes: [UInt8], limit: Int) -> ArraySlice<UInt8> {
        let whole = bytes.prefix(bytes.count / lineBytes * lineBytes)
        return whole.count <= limit * lineBytes
            ? whole : whole.suffix(max(1, limit / 4 * 3) * lineBytes)
    }

    private mutating func read(_ bytes: [UInt8]) throws(HotFolderError) {
        for start in stride(from: 0, to: bytes.count, by: Self.lineBytes) {
            let line = bytes[start..<start + Self.lineBytes]
            let digits = String(decoding: line.prefix(Self.digestDigits), as: UTF8.self)
            let number = line.dropFirst(Self.digestDigits + 1).dropLast()
            guard let digest = Hex.decode(Text(digits)).flatMap({ Hash($0) }),
                line.dropFirst(Self.digestDigits).first == UInt8(ascii: " "),
                line.last == UInt8(ascii: "\n"),
                let number = UInt64(String(decoding: number, as: UTF8.self))
            else { throw .damagedMemory(folder.path(of: Self.name)) }
            numbers[digest] = number
            next = max(next, number + 1)
        }
    }

    /// The number under which these bytes were signed; nil where they were not.
    func number(of digest: Hash) -> UInt64? { numbers[digest] }

    /// Looks at the records that were sealed since the last call, by whomever.
    mutating func readRecords(of spool: Spool) throws(HotFolderError) {
        do throws(SpoolError) {
            guard try spool.tip().next > next else { return [] }
            var records: [SpoolRecord] = []
            for state in SpoolRecord.State.allCases {
                records += try spool.records(in: state).filter { $0.number >= next }
            }
            for record in records.sorted(by: { $0.number < $1.number }) {
                guard let content = try Self.content(of: record, in: spool) else { continue }
                add(content.content.statement.subjectDigests, number: record.number)
                threads.append(content.content.statement.subject)
            }
            next = max(next, try spool.tip().next)
            return threads
        } catch {
            throw .spool(error)
        }
    }

    /// Returns the threads of all records that the spool has: of a copy that has one, no other is
    /// to be signed.
    static func copies(in spool: Spool) throws(HotFolderError) -> Set<Text> {
        var threads: Set<Text> = []
        do throws(SpoolError) {
            for state in SpoolRecord.State.allCases {
                for record in try spool.records(in: state) {
                    guard let found = try content(of: record, in: spool) else { continue }
                    threads.insert(found.content.statement.subject)
                }
            }
        } catch {
            throw .spool(error)
        }
        return threads
    }

    /// Reads a record wherever it is now: a sync may have moved it; nil where it was pruned.
    private static func content(
        of record: SpoolRecord, in spool: Spool
    ) throws(SpoolError) -> SpoolContent? {
        // Records move from the first of these folders to the last.
        for state in [record.state] + SpoolRecord.State.allCases {
            do throws(SpoolError) {
                return try spool.content(of: record.moved(to: state))
            } catch .unreadable(let error) where error.isMissing {
                continue
            }
        }
        return nil
    }

    /// Remembers what the record with this number is about.
    mutating func add(_ digests: [Hash], number: UInt64) {
        var lines: [UInt8] = []
        for digest in digests where numbers[digest] == nil {
            numbers[digest] = number
            lines += Array("\(Hex.encode(digest.bytes)) \(SpoolRecord.digits(number))\n".utf8)
        }
        next = max(next, number + 1)
        guard !lines.isEmpty, writeError == nil else { return }
        do throws(FileError) {
            try file.append(lines, at: size)
            size += lines.count
        } catch {
            writeError = error
        }
    }
}
