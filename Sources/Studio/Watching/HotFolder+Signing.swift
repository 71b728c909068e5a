import Encoding
import Files
import Manifests
import Merkle
import Provenance

/// What becomes of a file that is complete.
extension HotFolder {
    /// Signs a file, or says why not.
    ///
    /// The file waits on where it was changed meanwhile, cannot be read, or the spool takes nothing
    /// now; else it is done with.
    mutating func sign(_ path: Text, at now: Instant) throws(HotFolderError) {
        let status: FileStatus
        let artifact: Artifact
        let beside: RecordBeside
        do throws(FileError) {
            let file = try top.file(path.string)
            status = file.status
            if let reason = Self.reason(against: status) { return end(path, reason, status) }
            guard try !isInSpool(path) else { return end(path, .spool, status) }
            // Told before and behind the reading, for a lease would keep a camera from opening it.
            guard file.hasWriter() != true else { return waiting.changed(path, at: now) }
            artifact = try Artifact(
                reading: file, named: top.path(of: path.string), looksInside: true,
                decoder: decoder)
            guard try top.status(of: path.string)?.isUnchanged(status) == true,
                try top.file(path.string).hasWriter() != true
            else { return waiting.changed(path, at: now) }
            beside = try RecordBeside(path, in: top)
        } catch {
            return failed(path, error, at: now)
        }
        try readRecords()
        if let number = signed.number(of: artifact.digest) {
            guard case .none = beside else { return waiting.remove(path) }
            return end(path, .signed(number: number), status)
        }
        switch beside {
        case .none: break
        case .about(let digests) where digests.contains(artifact.digest):
            return waiting.remove(path)
        case .about: return end(path, .changedSinceRecord, status)
        case .other(let error): return end(path, .noRecordBeside(error), status)
        }
        let draft: ProvenanceDraft
        do throws(SkipReason) {
            draft = try self.draft(for: artifact)
        } catch {
            return end(path, error, status)
        }
        try seal(path, artifact, draft, status, at: now)
    }

    /// Whether a folder on the way is a spool by now: one may be made where folders are watched.
    private func isInSpool(_ path: Text) throws(FileError) -> Bool {
        var folder = path.string.utf8[...]
        while let slash = folder.lastIndex(of: UInt8(ascii: "/")) {
            folder = folder[..<slash]
            let mark = "\(String(decoding: folder, as: UTF8.self))/\(FolderWalk.spoolMark)"
            if try top.status(of: mark) != nil { return true }
        }
        return false
    }

    /// Why no record is made of a file with this status; nil where one may be.
    private static func reason(against status: FileStatus) -> SkipReason? {
        if status.size == 0 { return .empty }
        return status.size > byteLimit ? .tooLarge(limit: byteLimit) : nil
    }

    private func draft(for artifact: Artifact) throws(SkipReason) -> ProvenanceDraft {
        var draft = try template.draft(for: artifact.name)
        if let edition = draft.edition,
            signed.number(of: SignedWorks.name(ofThread: Self.thread(of: edition))) != nil
        {
            throw .sameCopy(serial: edition.serial)
        }
        // Asked for each file: a watch lasts for days.
        let clock = clock()
        let seen = seenHead()
        draft.take(clock, seen)
        onEvent(.clock(clock, seen))
        return draft
    }

    /// The newest head that the PoP has seen.
    ///
    /// One that cannot be read is told, and signing goes on without it.
    private func seenHead() -> SeenHead? {
        do throws(SeenHeadError) {
            return try SeenHead.read(in: spool.folder, origin: spool.settings.origin)
        } catch {
            onEvent(.withoutSeen(error))
            return nil
        }
    }

    private static func thread(of edition: Edition) -> Text {
        edition.drop + Text("#\(edition.serial)")
    }

    private mutating func seal(
        _ path: Text, _ artifact: Artifact, _ draft: ProvenanceDraft, _ status: FileStatus,
        at now: Instant
    ) throws(HotFolderError) {
        let whole = top.path(of: path.string)
        let output: NewRecordFile?
        let sealed: SealedRecord
        let next = signed.next
        do throws(SpoolError) {
            output = try self.output(beside: whole)
            sealed = try spool.seal(name: artifact.name.string, beside: output) {
                link throws(SignerError) in
                // Under the spool's lock: what another command has sealed since our look may be
                // these very bytes. No number is used, and the file is looked at again.
                guard link.sequence <= next else { throw .overtaken }
                return try signer.sign(draft, of: artifact, chain: link)
            }
        } catch {
            switch error {
            case .notSigned(.overtaken): return waiting.changed(path, at: now)
            case .notSigned(let error): return end(path, .notSigned(error), status)
            case .place(.exists): return waiting.remove(path)
            case .place(let error): return end(path, .noRecordBeside(error), status)
            case .unwritable(let cause) where cause.passes:
                waiting.failed(path, at: now)
                return onEvent(.delayed(path: whole, error))
            default: throw .spool(error)
            }
        }
        waiting.remove(path)
        let copyPath = sealed.copyError == nil ? output?.path : nil
        if copyPath == nil {
            // Nothing beside it says that it is signed.
            keep(path, .signed(number: sealed.record.number), status)
        }
        try signed.took(sealed.signed.statement, number: sealed.record.number, in: spool)
        onEvent(
            .signed(
                WatchedWork(
                    path: whole, copyPath: copyPath, artifact: artifact, draft: draft,
                    sealed: sealed)))
    }

    private func output(beside path: String) throws(SpoolError) -> NewRecordFile? {
        guard takesCopies else { return nil }
        do throws(RecordFileError) {
            return try NewRecordFile(beside: path)
        } catch {
            throw .place(error)
        }
    }

    /// Done with a file that is not signed.
    private mutating func end(_ path: Text, _ reason: SkipReason, _ status: FileStatus) {
        waiting.remove(path)
        skip(path, reason, status)
    }

    private mutating func failed(_ path: Text, _ error: FileError, at now: Instant) {
        if error.isMissing { return waiting.remove(path) }
        switch error.reason {
        case .changed: return waiting.changed(path, at: now)
        case .isLink:
            waiting.remove(path)
            return skip(path, .kind(.link), nil)
        case .isKind(let kind, _):
            waiting.remove(path)
            return skip(path, .kind(kind), nil)
        default: break
        }
        waiting.failed(path, at: now)
        skip(path, .unreadable(error), nil)
    }

    /// Takes note of what anybody has sealed since the last look.
    mutating func readRecords() throws(HotFolderError) {
        try signed.readRecords(of: spool)
    }
}

/// What lies beside a work under the name of its record.
private enum RecordBeside {
    /// Nothing.
    case none

    /// A record about these bytes.
    case about([Hash])

    /// Something else.
    case other(RecordFileError)

    init(_ work: Text, in top: Folder) throws(FileError) {
        let name = work.string + RecordFile.suffix
        guard let bytes = try top.read(name, limit: FileLimit.colophon) else {
            self = .none
            return
        }
        do throws(Refusal) {
            self = .about(try TransparentStatement(bytes).statement.subjectDigests)
        } catch {
            self = .other(.damaged(top.path(of: name)))
        }
    }
}
