import Encoding
package import Files
package import Merkle
package import Provenance

/// What became of a record that was sealed.
///
/// It is durable, and its number is used, whatever else failed.
package struct SealedRecord: Sendable {
    /// Where it lies in the spool.
    package let record: SpoolRecord

    /// The statement with its manifest.
    package let signed: SignedRecord

    /// Where the record that it replaced beside the work is kept; nil where none was.
    package let keptPath: String?

    /// Why there is no copy beside the work, where one was meant.
    package let copyError: RecordFileError?

    /// Why the spool's tip is behind; the next command mends it.
    package let tipError: FileError?
}

/// Gives each record its number, exactly once (spool.md §2, §3).
extension Spool {
    /// Signs a record with the next number, and puts it into `pending`, durably.
    ///
    /// A kill before the record has its name leaves the number free; a kill after it leaves a
    /// record that the next command completes.
    ///
    /// - Parameters:
    ///   - name: a name for people, part of the file's.
    ///   - output: where the copy beside the work goes; nil for none.
    ///   - work: the digest of the work, where it must not be sealed twice: a copy beside it may
    ///     never have been written.
    ///   - sign: signs with this place in the chain, and the spool's key.
    package func seal(
        name: String, beside output: NewRecordFile? = nil, of work: Hash? = nil,
        sign: (Chain) throws(SignerError) -> SignedRecord
    ) throws(SpoolError) -> SealedRecord {
        try locked { () throws(SpoolError) in
            try requireSameChain()
            let tip = try currentTip()
            guard tip.next <= SpoolRecord.largestNumber else { throw .full(path) }
            let place = try place(of: output)
            if let work, let place { try requireUnsealed(work, at: place, before: tip.next) }
            let link = tip.link(in: settings.spool)
            let signed: SignedRecord
            do throws(SignerError) {
                signed = try sign(link)
            } catch {
                throw .notSigned(error)
            }
            guard signed.statement.keyID == settings.keyID else { throw .otherKey(settings.key) }
            precondition(signed.statement.chain == link, "a spool signs with its own link")
            let record = SpoolRecord(tip.next, name: name)
            try put(record, signed.bytes, place: place)
            let copy = output.map { copied(signed, to: $0) }
            return SealedRecord(
                record: record, signed: signed, keptPath: copy?.keptPath, copyError: copy?.error,
                tipError: advance(to: SpoolTip(after: tip.next, signed.id)))
        }
    }

    /// Refuses where the tip has become that of another chain than the one that was opened.
    private func requireSameChain() throws(SpoolError) {
        guard try Self.settings(in: folder).spool == settings.spool else { throw .adopted(path) }
    }

    /// The absolute path of the copy, which must still be free: another command may have signed
    /// the same work since it was looked at.
    private func place(of output: NewRecordFile?) throws(SpoolError) -> String? {
        guard let output else { return nil }
        do throws(RecordFileError) {
            try output.requireFree()
        } catch {
            throw .place(error)
        }
        do throws(FileError) {
            return try NamedPath.absolute(output.path)
        } catch {
            throw .place(.unreadable(error))
        }
    }

    /// Refuses a work whose record, with the copy at `place`, the spool has.
    ///
    /// Another file may have had the same path, as on a camera's card: the digest decides.
    private func requireUnsealed(
        _ work: Hash, at place: String, before next: UInt64
    ) throws(SpoolError) {
        let folder = try folder(Part.places)
        let names: Set<Text>
        do throws(FileError) {
            names = try sealedPlaces.names(of: place, in: folder, upTo: next)
        } catch {
            throw .unreadable(error)
        }
        guard !names.isEmpty else { return }
        for record in try records(where: { names.contains(Text($0.placeName)) }) {
            guard let found = try content(following: record) else { continue }
            guard !found.content.statement.subjectDigests.contains(work) else {
                throw .sealed(place, found.record)
            }
        }
    }

    /// Writes the place, then the record, each durable before this returns; else neither stands.
    private func put(
        _ record: SpoolRecord, _ bytes: [UInt8], place: String?
    ) throws(SpoolError) {
        let (places, pending) = (try folder(Part.places), try folder(record.state))
        do throws(FileError) {
            try places.write(
                NativeText.bytes(place ?? ""), to: record.placeName, .replacing(.secret))
            try pending.write(bytes, to: record.fileName, .new(.secret))
        } catch {
            // What is told to have failed is not there. Where this fails too, the next command
            // takes what it finds for sealed: the place that stays tells it to look.
            if (try? pending.remove(record.fileName)) != nil {
                try? places.remove(record.placeName)
            }
            throw .unwritable(error)
        }
    }

    private func copied(
        _ signed: SignedRecord, to output: NewRecordFile
    ) -> (keptPath: String?, error: RecordFileError?) {
        do throws(RecordFileError) {
            return (try output.write(signed), nil)
        } catch {
            return (nil, error)
        }
    }

    private func advance(to tip: SpoolTip) -> FileError? {
        do throws(FileError) {
            try write(tip)
            return nil
        } catch {
            return error
        }
    }

    private func write(_ tip: SpoolTip) throws(FileError) {
        try folder.write(tip.encoded(), to: Self.tipName, .replacing(.secret))
    }

    // MARK: - After a crash

    /// The end of the chain, as the file says; it is one record behind after a crash.
    func tip() throws(SpoolError) -> SpoolTip {
        let bytes: [UInt8]?
        do throws(FileError) {
            bytes = try folder.read(Self.tipName, limit: SpoolTip.byteLimit)
        } catch {
            throw .unreadable(error)
        }
        guard let tip = bytes.flatMap({ SpoolTip(parsing: $0) }) else {
            throw .noTip(folder.path(of: Self.tipName))
        }
        return tip
    }

    /// The end of the chain, under the lock.
    ///
    /// The place of a record is written before it, so where the next number has none no process
    /// has been killed behind its record since this spool was opened.
    private func currentTip() throws(SpoolError) -> SpoolTip {
        let tip = try tip()
        let places = try folder(Part.places)
        do throws(FileError) {
            guard try places.status(of: SpoolRecord.digits(tip.next)) != nil else { return tip }
        } catch {
            throw .unreadable(error)
        }
        return try healed(tip)
    }

    /// Completes records that were sealed and whose commands did not come to their end, and
    /// returns the end of the chain.
    func healed(_ tip: SpoolTip) throws(SpoolError) -> SpoolTip {
        var end = tip
        for record in try records(from: tip.next) {
            let found = try nextContent(record)
            // A crash in the middle of a move may have left its second name.
            if record.number + 1 == end.next, found.id == end.previous { continue }
            guard found.content.statement.chain == end.link(in: settings.spool),
                found.content.statement.keyID == settings.keyID
            else {
                let path = try folder(record.state).path(of: record.fileName)
                throw .broken(path, "is not record \(end.next) of this spool")
            }
            try completeCopy(of: found)
            end = SpoolTip(after: record.number, found.id)
        }
        guard end != tip else { return tip }
        do throws(FileError) {
            for state in SpoolRecord.State.allCases {
                try folder.folder(state.rawValue).synchronize()
            }
            try write(end)
        } catch {
            throw .unwritable(error)
        }
        return end
    }

    /// Reads a record that stands where the next one would.
    private func nextContent(_ record: SpoolRecord) throws(SpoolError) -> SpoolContent {
        do throws(SpoolError) {
            return try content(of: record)
        } catch .unreadable(let error) where !error.passes && !error.isMissing {
            throw .broken(error.path, error.words)
        }
    }

    /// All records with this number and above, wherever they lie, in the order of their numbers.
    private func records(from number: UInt64) throws(SpoolError) -> [SpoolRecord] {
        var found: [SpoolRecord] = []
        for state in SpoolRecord.State.allCases {
            found += try names(in: state).compactMap { SpoolRecord($0, in: state) }
                .filter { $0.number >= number && $0.earlierChain == nil }
        }
        return found.sorted { $0.number < $1.number }
    }

    /// Writes the copy beside the work where nothing has its name: what lies there stays.
    private func completeCopy(of found: SpoolContent) throws(SpoolError) {
        guard let place = try place(of: found.record) else {
            return onEvent(.finished(found.record))
        }
        do throws(FileError) {
            if try !NamedPath.isTaken(place) {
                try AtomicFile.write(found.bytes, to: place, .create)
            }
            onEvent(.finished(found.record))
        } catch {
            onEvent(.finishedWithoutCopy(found.record, error))
        }
    }

    /// Removes what commands that were killed left of files that never got their names.
    ///
    /// Only under the lock. Where nobody writes without it all of them go; in the spool's own
    /// folder, to which a sync writes as well, those that are older than this process.
    func removeTemporaries() throws(SpoolError) {
        LeftTemporaries.remove(in: folder)
        var folders = [try folder(Part.places)]
        for state in SpoolRecord.State.allCases { folders.append(try folder(state)) }
        do throws(FileError) {
            for folder in folders {
                for name in try folder.names() where Folder.isTemporary(name) {
                    try folder.remove(name)
                }
            }
        } catch {
            throw .unwritable(error)
        }
    }
}
