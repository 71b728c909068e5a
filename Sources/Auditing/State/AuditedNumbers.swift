package import Encoding
import Files
import Merkle
package import Provenance

/// What an audit has of the numbers of one issuer's spools (spool.md §6).
///
/// It is read beside an audit that is at work: a state is replaced at once, and its runs never
/// change.
package struct AuditedNumbers: Sendable {
    /// A numbered statement of the issuer.
    package struct Number: Hashable, Sendable {
        /// Its index in the log.
        package let index: UInt64

        /// Its name.
        package let entry: EntryID

        /// Its number.
        package let link: ChainLink
    }

    /// Numbers that are taken into memory: about 200 MB, as a check of a ledger's list takes.
    package static let limit = 1_000_000

    /// The log that was audited.
    package let log: AuditedLog

    /// Number of entries that were audited: of these none is left out.
    package let size: UInt64

    /// Number of entries that break a rule: they count for nothing here.
    package let violations: UInt64

    /// The numbers, by key, spool, number and index.
    package let numbers: [Number]

    /// Reads the numbers that the state in the folder at `path` has of an issuer.
    package init(
        of issuer: Text, in path: String, limit: Int = AuditedNumbers.limit
    ) throws(AuditStateError) {
        let folder: Folder
        do throws(FileError) {
            folder = try Folder(path)
            try Ownership.requireOwn(folder.status, path: path, isSecret: true)
        } catch {
            throw error.isMissing ? .none(path) : .file(error)
        }
        let (image, runs) = try Self.open(folder)
        log = image.name
        size = image.size
        violations = image.findings.count(of: .violation) + UInt64(image.faults.all.count)
        var look = RunLook(runs)
        var numbers: [Number] = []
        for key in try Self.keys(of: issuer, image, folder).sorted(by: <) {
            do throws(RunError) {
                let found = try look.records(
                    from: LinkRecord.first(of: key), through: LinkRecord.last(of: key),
                    limit: limit + 1 - numbers.count)
                numbers += found.map { Number($0.record) }
            } catch {
                throw AuditStateError(error)
            }
            guard numbers.count <= limit else { throw .tooMany(path, limit: limit) }
        }
        self.numbers = numbers
    }

    /// How often a state is read anew, because an audit has replaced it meanwhile: it does so each
    /// few seconds at the most.
    private static let tries = 3

    /// Opens the newest state, and its runs of numbers.
    private static func open(
        _ folder: Folder
    ) throws(AuditStateError) -> (StateImage, [RunFile<LinkRecord>]) {
        let file = StateFile(in: folder)
        var left = tries
        while true {
            guard let image = try StateImage(file, path: folder.path) else {
                throw .none(folder.path)
            }
            do throws(RunError) {
                return (image, try LogFacts.numbers(image.facts, in: folder))
            } catch {
                left -= 1
                guard left > 0, case .damaged = error else { throw AuditStateError(error) }
            }
        }
    }

    /// The keys that were ever the issuer's, by the control statements of the log.
    private static func keys(
        of issuer: Text, _ image: StateImage, _ folder: Folder
    ) throws(AuditStateError) -> [DigestName] {
        guard case .ledger(_, let genesis) = image.name.name else { return [] }
        let place = try ControlReader(
            in: folder, byteCount: image.controlBytes, digest: image.controlDigest
        ).place(before: image.size, of: genesis)
        return (place.registry?.keys ?? [:]).filter { $0.value.issuer == issuer }
            .keys.map { DigestName($0) }
    }
}

extension AuditedNumbers.Number {
    fileprivate init(_ record: LinkRecord) {
        self.init(
            index: record.index, entry: EntryID(record.entry.hash),
            link: ChainLink(
                keyID: record.keyID.hash, id: record.id, sequence: record.sequence,
                previous: record.previous.hash))
    }
}
