import Files
package import Provenance

/// Where the record of an artifact goes: a `.colophon` file that may be written.
package struct NewRecordFile: Hashable, Sendable {
    /// The record's path.
    package let path: String

    /// Whether there was a record, which is replaced: the artifact gets a second entry.
    package let isReplacement: Bool

    /// What the record is about.
    private let artifact: String

    /// Further records of one work at the most: a name is looked for from 1 on.
    private static let furtherLimit = 9_999

    /// Finds the place of the record of `artifact`, before the record is made.
    ///
    /// - Parameters:
    ///   - replacing: whether a record that is there may be replaced. One that has a receipt, or
    ///     that cannot be read, is kept as `ARTIFACT.1.colophon`.
    ///   - parents: the entries that the new record refers to. Where the record that is there is
    ///     one of them, it stays, and the new one becomes `ARTIFACT.1.colophon`.
    package init(
        beside artifact: String, replacing: Bool = false, parents: [EntryID] = []
    ) throws(RecordFileError) {
        guard !RecordFile.isName(artifact) else { throw .isRecord(artifact) }
        self.artifact = artifact
        let usual = artifact + RecordFile.suffix
        guard try Self.isTaken(usual) else {
            (path, isReplacement) = (usual, false)
            return
        }
        if !parents.isEmpty, let old = try Self.record(usual), parents.contains(old.statement.id) {
            (path, isReplacement) = (try Self.free(beside: artifact), false)
            return
        }
        guard replacing else { throw .exists(usual) }
        (path, isReplacement) = (usual, true)
        // What cannot be kept is refused before the work is read.
        if try Self.worthKeeping(usual) != nil { _ = try Self.free(beside: artifact) }
    }

    /// The bytes of the file at `path`, unless it is a record without a receipt, or empty.
    private static func worthKeeping(_ path: String) throws(RecordFileError) -> [UInt8]? {
        do throws(RecordFileError) {
            let old = try RecordFile(path)
            return old.content.receipts.isEmpty ? nil : old.bytes
        } catch {
            switch error {
            case .empty: return nil
            case .malformed, .damaged, .noRecord: return try RecordFile.bytes(path)
            default: throw error
            }
        }
    }

    /// The record at `path`; nil for a file that holds none.
    private static func record(_ path: String) throws(RecordFileError) -> TransparentStatement? {
        do throws(RecordFileError) {
            return try RecordFile(path).content
        } catch {
            switch error {
            case .malformed, .damaged, .noRecord, .empty: return nil
            default: throw error
            }
        }
    }

    private static func free(beside artifact: String) throws(RecordFileError) -> String {
        for number in 1...furtherLimit {
            let path = RecordFile.further(number, of: artifact)
            if try !isTaken(path) { return path }
        }
        throw .exists(RecordFile.further(furtherLimit, of: artifact))
    }

    private static func isTaken(_ path: String) throws(RecordFileError) -> Bool {
        do throws(FileError) {
            return try NamedPath.isTaken(path)
        } catch {
            throw .unreadable(error)
        }
    }

    /// Refuses a place that something has taken since it was found.
    package func requireFree() throws(RecordFileError) {
        guard isReplacement else {
            guard try !Self.isTaken(path) else { throw .exists(path) }
            return
        }
    }

    /// Writes the record, and waits until it is on the disk.
    ///
    /// What it replaces is looked at only now: while a large work was read, `submit` may have put a
    /// receipt into it. A crash in here leaves no record, or the one that was there before, perhaps
    /// under two names.
    ///
    /// - Returns: where the record that was replaced is kept; nil where none was worth keeping.
    @discardableResult
    package func write(_ record: SignedRecord) throws(RecordFileError) -> String? {
        guard isReplacement else { return try put(record) }
        return try RecordFile.holding(path, failingBy: { $0 }) { () throws(RecordFileError) in
            try put(record)
        }
    }

    private func put(_ record: SignedRecord) throws(RecordFileError) -> String? {
        var old: [UInt8]?
        if isReplacement, try Self.isTaken(path) { old = try Self.worthKeeping(path) }
        let keptPath = old == nil ? nil : try Self.free(beside: artifact)
        do throws(FileError) {
            if let old, let keptPath { try AtomicFile.write(old, to: keptPath, .create) }
            try AtomicFile.write(record.bytes, to: path, isReplacement ? .replace : .create)
        } catch {
            throw .unwritable(error)
        }
        return keptPath
    }
}
