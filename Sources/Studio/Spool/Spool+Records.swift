import Files
import Manifests
import Provenance

/// The records of a spool, where they lie and where they go.
extension Spool {
    /// The records in this state, in the order of their numbers.
    package func records(in state: SpoolRecord.State) throws(SpoolError) -> [SpoolRecord] {
        try names(in: state).compactMap { SpoolRecord($0, in: state) }
            .sorted { ($0.number, $0.fileName) < ($1.number, $1.fileName) }
    }

    /// All names in the folder of this state, what is no record's included.
    func names(in state: SpoolRecord.State) throws(SpoolError) -> [String] {
        let folder = try folder(state)
        do throws(FileError) {
            return try folder.names()
        } catch {
            throw .unreadable(error)
        }
    }

    /// Reads a record; what is missing there, or is no record, is an error.
    package func content(of record: SpoolRecord) throws(SpoolError) -> SpoolContent {
        let folder = try folder(record.state)
        let path = folder.path(of: record.fileName)
        let bytes: [UInt8]
        do throws(FileError) {
            guard let read = try folder.read(record.fileName, limit: FileLimit.colophon) else {
                throw FileError(path, .missing)
            }
            bytes = read
        } catch {
            throw .unreadable(error)
        }
        do throws(Refusal) {
            return SpoolContent(
                record: record, bytes: bytes, content: try TransparentStatement(bytes))
        } catch {
            throw .broken(path, "is no record: \(error)")
        }
    }

    /// Gives records other contents, each in its place, so that every moment shows the old or the
    /// new; ``move(_:to:)`` makes them durable.
    package func replace(
        _ contents: [(record: SpoolRecord, bytes: [UInt8])]
    ) throws(SpoolError) {
        try locked { () throws(SpoolError) in
            for (record, bytes) in contents {
                let folder = try folder(record.state)
                do throws(FileError) {
                    // Not where it was taken away meanwhile: it would come back.
                    guard try folder.status(of: record.fileName) != nil else {
                        throw FileError(folder.path(of: record.fileName), .missing)
                    }
                    try folder.writeUnsettled(
                        bytes, to: record.fileName, .replacing(.secret))
                } catch {
                    throw .unwritable(error)
                }
            }
        }
    }

    /// Puts records into the folder of `state`, and waits until they are there on the disk.
    ///
    /// A kill in here leaves each in one of both folders. All are moved, or the error names the
    /// first that was not; what lies there already is not overwritten.
    @discardableResult
    package func move(
        _ records: [SpoolRecord], to state: SpoolRecord.State
    ) throws(SpoolError) -> [SpoolRecord] {
        guard !records.isEmpty else { return [] }
        return try locked { () throws(SpoolError) in try moveLocked(records, to: state) }
    }

    /// The same, by whoever has the lock.
    private func moveLocked(
        _ records: [SpoolRecord], to state: SpoolRecord.State
    ) throws(SpoolError) -> [SpoolRecord] {
        let target = try folder(state)
        var sources: [SpoolRecord.State: Folder] = [state: target]
        for record in records where sources[record.state] == nil {
            sources[record.state] = try folder(record.state)
        }
        do throws(FileError) {
            for record in records where record.state != state {
                guard let source = sources[record.state] else { continue }
                try Self.move(record.fileName, from: source, to: target)
            }
            // The new name first: a crash between both may show two, never none.
            try target.synchronize()
            for (from, source) in sources where from != state { try source.synchronize() }
        } catch {
            throw error.reason == .exists ? .taken(error.path) : .unwritable(error)
        }
        return records.map { $0.moved(to: state) }
    }

    private static func move(
        _ name: String, from source: Folder, to target: Folder
    ) throws(FileError) {
        if let there = try target.status(of: name) {
            // A crash may have left both names of one record.
            guard try isSame(name, source, target) else {
                throw FileError(target.path(of: name), .exists)
            }
            // A rename between two names of one file does nothing.
            guard try source.status(of: name)?.identity != there.identity else {
                return try source.remove(name)
            }
        }
        try source.rename(name, to: name, in: target)
    }

    /// Whether two folders have the same statement under a name.
    private static func isSame(
        _ name: String, _ one: Folder, _ other: Folder
    ) throws(FileError) -> Bool {
        let bytes = try [one, other].map { folder throws(FileError) in
            try folder.read(name, limit: FileLimit.colophon)
        }
        let statements = bytes.compactMap { $0 }.compactMap { try? TransparentStatement($0) }
            .map(\.statement)
        return statements.count == 2 && statements[0] == statements[1]
    }

    /// Puts a record among those that the ledger refuses for good, with its reason beside it.
    @discardableResult
    package func refuse(
        _ record: SpoolRecord, _ reason: String
    ) throws(SpoolError) -> SpoolRecord {
        try locked { () throws(SpoolError) in
            let refused = try folder(SpoolRecord.State.refused)
            do throws(FileError) {
                try refused.write(
                    Array((reason + "\n").utf8), to: Self.reasonName(record),
                    .replacing(.secret))
            } catch {
                throw .unwritable(error)
            }
            return try moveLocked([record], to: .refused)[0]
        }
    }

    /// Why the ledger refuses a record; nil where nothing stands beside it.
    package func reason(of record: SpoolRecord) throws(SpoolError) -> String? {
        let refused = try folder(SpoolRecord.State.refused)
        do throws(FileError) {
            let bytes = try refused.read(Self.reasonName(record), limit: Self.reasonByteLimit)
            return bytes.map { String(decoding: $0, as: UTF8.self) }
        } catch {
            throw .unreadable(error)
        }
    }

    /// The path of the copy beside the work; nil for a record that has none.
    package func place(of record: SpoolRecord) throws(SpoolError) -> String? {
        do throws(FileError) {
            let bytes = try folder.folder(ifThere: Part.places.rawValue)?
                .read(record.placeName, limit: Self.placeByteLimit)
            guard let bytes, !bytes.isEmpty else { return nil }
            return NativeText.spelled(bytes)
        } catch {
            throw .unreadable(error)
        }
    }

    /// A problem document of a ledger, and what we say around it.
    private static let reasonByteLimit = 64 << 10

    /// What the names of reasons end in.
    static let reasonSuffix = ".reason"

    static func reasonName(_ record: SpoolRecord) -> String {
        record.stem + reasonSuffix
    }
}
