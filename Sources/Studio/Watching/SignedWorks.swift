import Encoding
import Files
import Merkle
import Provenance

/// The bytes that a spool has signed, and the copies of editions, by the SHA-256 of the bytes and
/// of DROP#SERIAL: none is signed a second time.
///
///     DIR/watch/signed    SHA-256 (64 hexadecimal digits), space, start of the chain's id (8),
///                         space, number (10 digits), LF
///
/// The records of the spool decide; this file keeps what `spool prune` takes away. Each record is
/// looked at once: a kill between a record and its line leaves a record above the newest line.
struct SignedWorks {
    /// Works that are remembered; of more the oldest are forgotten.
    ///
    /// They take some 100 MB of memory, and a file of 85 MB.
    static let limit = 1_000_000

    private static let name = "signed"

    private let folder: Folder
    private let file: AppendFile
    private let chain: String
    private var size: Int

    /// Why a line could not be written.
    ///
    /// None is written after it: the next start would take the record without a line for one that
    /// has it.
    private(set) var writeError: FileError?

    private var numbers: [Hash: UInt64] = [:]

    /// The number of the spool's chain up to which all records were looked at.
    private(set) var next: UInt64 = 0

    /// Reads what is remembered of a spool; `limit` is for tests of it.
    init(of spool: Spool, limit: Int = limit) throws(HotFolderError) {
        let bytes: [UInt8]
        do throws(SpoolError) {
            folder = try spool.folder(.watch)
        } catch {
            throw .spool(error)
        }
        do throws(FileError) {
            let found = try folder.read(Self.name, limit: Self.byteLimit) ?? []
            bytes = Self.kept(of: found, limit: limit)
            if bytes.count != found.count || found.isEmpty {
                try folder.write(bytes, to: Self.name, .replacing(.secret))
            }
            file = try AppendFile(Self.name, in: folder)
        } catch {
            throw .memory(error)
        }
        size = bytes.count
        chain = SignedLine.mark(of: spool.settings.spool)
        var earlier: Set<SignedLine.Place> = []
        for start in stride(from: 0, to: bytes.count, by: SignedLine.byteCount) {
            guard let line = SignedLine(bytes[start..<start + SignedLine.byteCount]) else {
                throw .damagedMemory(folder.path(of: Self.name))
            }
            numbers[line.digest] = line.place.number
            if line.place.chain == chain {
                next = max(next, line.place.number + 1)
            } else {
                earlier.insert(line.place)
            }
        }
        try readEarlier(than: earlier, in: spool)
    }

    /// What a file may have that was written by a version with a higher limit.
    private static let byteLimit = 4 * limit * SignedLine.byteCount

    /// The lines that are remembered: whole ones, for a crash may leave a part of the last; and
    /// where there are too many the newest three quarters of the limit, so that this is rare.
    private static func kept(of bytes: [UInt8], limit: Int) -> [UInt8] {
        let whole = bytes.prefix(bytes.count / SignedLine.byteCount * SignedLine.byteCount)
        return Array(
            whole.count <= limit * SignedLine.byteCount
                ? whole : whole.suffix(max(1, limit / 4 * 3) * SignedLine.byteCount))
    }

    /// The number under which these bytes were signed; nil where they were not.
    func number(of digest: Hash) -> UInt64? { numbers[digest] }

    // MARK: - Records

    /// Looks at the records that were sealed since the last call, by whomever.
    mutating func readRecords(of spool: Spool) throws(HotFolderError) {
        do throws(SpoolError) {
            let end = try spool.tip().next
            guard end > next else { return }
            let records = try spool.records { $0.earlierChain == nil }
            for record in records where record.number >= next {
                guard let found = try spool.content(following: record) else { continue }
                add(found.content.statement, number: record.number)
            }
            next = max(next, end)
        } catch {
            throw .spool(error)
        }
    }

    /// Looks at the records of chains that the spool had before it was adopted.
    private mutating func readEarlier(
        than known: Set<SignedLine.Place>, in spool: Spool
    ) throws(HotFolderError) {
        do throws(SpoolError) {
            for record in try spool.records(where: { $0.earlierChain != nil }) {
                let place = SignedLine.Place(
                    chain: record.earlierChain ?? "", number: record.number)
                guard !known.contains(place), let found = try spool.content(following: record)
                else { continue }
                for name in Self.names(of: found.content.statement) { write(name, at: place) }
            }
        } catch {
            throw .spool(error)
        }
    }

    /// Remembers what was just sealed with this number.
    ///
    /// Another command may have sealed records before it since the last look: those are looked at
    /// too, for what is above a line counts as looked at.
    mutating func took(
        _ statement: Statement, number: UInt64, in spool: Spool
    ) throws(HotFolderError) {
        guard number == next else { return try readRecords(of: spool) }
        add(statement, number: number)
    }

    // MARK: - Lines

    /// Remembers what the record with this number is about.
    private mutating func add(_ statement: Statement, number: UInt64) {
        let place = SignedLine.Place(chain: chain, number: number)
        for name in Self.names(of: statement) { write(name, at: place) }
        next = max(next, number + 1)
    }

    /// What is remembered of a statement: its artifacts, and the thread where it is a copy's.
    private static func names(of statement: Statement) -> [Hash] {
        let isCopy = statement.subject.utf8.contains(UInt8(ascii: "#"))
        return statement.subjectDigests + (isCopy ? [name(ofThread: statement.subject)] : [])
    }

    /// The name under which a copy is remembered: of one that has a record, no other is signed.
    static func name(ofThread thread: Text) -> Hash { .sha256(Array(thread.utf8)) }

    private mutating func write(_ digest: Hash, at place: SignedLine.Place) {
        numbers[digest] = place.number
        guard writeError == nil else { return }
        let line = SignedLine(digest, at: place).bytes
        do throws(FileError) {
            try file.append(line, at: size)
            size += line.count
        } catch {
            writeError = error
        }
    }
}

/// A line of the file of signed works.
private struct SignedLine {
    /// A record by its chain and its number.
    struct Place: Hashable {
        /// The first digits of the chain's id.
        let chain: String

        let number: UInt64
    }

    let digest: Hash
    let place: Place

    static let byteCount =
        2 * Hash.byteCount + 1 + SpoolRecord.markDigitCount + 1
        + SpoolRecord.digitCount + 1

    init(_ digest: Hash, at place: Place) {
        self.digest = digest
        self.place = place
    }

    /// Reads a line; nil for anything but its one form.
    init?(_ line: ArraySlice<UInt8>) {
        let parts = line.split(separator: UInt8(ascii: " "))
        guard parts.count == 3,
            let digest = Hex.decode(Text(String(decoding: parts[0], as: UTF8.self)))
                .flatMap({ Hash($0) }),
            let number = UInt64(String(decoding: parts[2].dropLast(), as: UTF8.self))
        else { return nil }
        self.init(
            digest, at: Place(chain: String(decoding: parts[1], as: UTF8.self), number: number))
        guard bytes == Array(line) else { return nil }
    }

    var bytes: [UInt8] {
        let digits = SpoolRecord.digits(place.number)
        return Array("\(Hex.encode(digest.bytes)) \(place.chain) \(digits)\n".utf8)
    }

    /// The start of a chain's id, as the names of an earlier chain's records have it.
    static func mark(of chain: [UInt8]) -> String {
        String(Hex.encode(chain).prefix(SpoolRecord.markDigitCount))
    }
}
