import Encoding
import Files
import Provenance
import Settings
import Studio

/// Reads what somebody named, and says why where that cannot be done.
enum NamedFile {
    /// Returns the whole file at `path`, which must not be larger than `limit` bytes.
    static func bytes(of path: String, limit: Int) throws(Failure) -> [UInt8] {
        do throws(FileError) {
            return try InputFile(path).bytes(limit: limit)
        } catch {
            throw Failure(reading: error)
        }
    }

    /// Whether something, if only a broken link, has this name.
    static func isTaken(_ path: String) throws(Failure) -> Bool {
        do throws(FileError) {
            return try NamedPath.isTaken(path)
        } catch {
            throw Failure(reading: error)
        }
    }

    /// Refuses a path where nothing is.
    static func requireThere(_ path: String) throws(Failure) {
        guard try isTaken(path) else { throw Failure(reading: FileError(path, .missing)) }
    }

    /// Returns `paths`, each folder replaced by the records in it; with `besideFirst` only where
    /// no record lies beside it.
    static func records(
        _ paths: [String], besideFirst: Bool = false
    ) throws(Failure) -> [String] {
        do throws(FolderWalkError) {
            return try FolderWalk.records(paths, besideFirst: besideFirst)
        } catch {
            throw Failure(error)
        }
    }

    /// Refuses records that lie in a spool, whose own commands change them under its lock.
    static func requireOutsideSpools(_ paths: [String]) throws(Failure) {
        var finder = SpoolFinder()
        for path in paths {
            let spool: String?
            do throws(FileError) {
                spool = try finder.spool(around: path)
            } catch {
                throw Failure(reading: error)
            }
            guard let spool else { continue }
            throw .unwritable(
                path, "it lies in a spool",
                hint: "colophon spool sync \(ShellWord.quoted(spool)) sends what waits there")
        }
    }

    /// Refuses a record that a spool keeps as one that its ledger has refused.
    static func requireNotRefused(_ path: String, _ finder: inout SpoolFinder) throws(Failure) {
        let spool: String
        do throws(FileError) {
            guard try finder.isRefused(path), let found = try finder.spool(around: path) else {
                return
            }
            spool = found
        } catch {
            throw Failure(reading: error)
        }
        throw .no(
            path, "was refused by the ledger: its address may never answer",
            hint: "colophon spool status \(ShellWord.quoted(spool)) says why")
    }

    /// Returns `paths`, each folder replaced by the works in it that have no record yet.
    static func unsignedWorks(
        _ paths: [String], _ console: Console
    ) throws(Failure) -> [String] {
        do throws(FolderWalkError) {
            let (works, signedCount) = try FolderWalk.unsignedWorks(paths)
            if signedCount > 0 {
                console.note("\(signedCount) of the works have a record already: those stay")
            }
            return works
        } catch {
            throw Failure(error)
        }
    }

    /// Whether the file at `path` is an ordinary one that begins as a record does.
    static func beginsAsRecord(_ path: String) throws(Failure) -> Bool {
        try begins(path) { TransparentStatement.mayBegin($0) }
    }

    /// Whether the file at `path` is an ordinary one, no larger than a record, whose first two
    /// bytes are as `expected` says.
    ///
    /// A pipe is not looked into: what is read of it is gone.
    static func begins(
        _ path: String, as expected: ([UInt8]) -> Bool
    ) throws(Failure) -> Bool {
        do throws(FileError) {
            guard let status = try NamedPath.status(path), status.kind == .file,
                status.size <= UInt64(FileLimit.colophon)
            else { return false }
            var isSo = false
            try InputFile(path).forEachChunk(size: 2, failing: { $0 }) {
                start throws(FileError) in
                isSo = expected(Array(start))
                return false
            }
            return isSo
        } catch {
            throw Failure(reading: error)
        }
    }

    /// Returns the object in the JSON file at `path`.
    static func object(_ path: String, limit: Int) throws(Failure) -> JSON.Object {
        do throws(JSONFileError) {
            return try JSONFile.object(path, limit: limit)
        } catch {
            throw Failure(error)
        }
    }

    /// Returns the record in the file at `path`.
    static func record(_ path: String) throws(Failure) -> RecordFile {
        do throws(RecordFileError) {
            return try RecordFile(path)
        } catch {
            throw Failure(error)
        }
    }

    /// Returns the bytes of the record in the file at `path`, whatever they hold: those that were
    /// read before, where they were.
    static func recordBytes(_ path: String, _ known: KnownRecords) throws(Failure) -> [UInt8] {
        do throws(RecordFileError) {
            return try known.bytes(of: path)
        } catch {
            throw Failure(error)
        }
    }

    /// Returns the trust kit at `path`: a folder, or one file.
    static func kit(_ path: String) throws(Failure) -> TrustKit {
        try kit(namedKit(path))
    }

    /// Verifies a trust kit from its genesis on.
    static func kit(_ named: NamedKit) throws(Failure) -> TrustKit {
        do throws(NamedKitError) {
            return try named.kit()
        } catch {
            throw Failure(error)
        }
    }

    /// Returns what checks the evidence in anchors: by the authorities of the kit, which was read
    /// from `named`, and by the block headers that the settings name.
    static func checkers(
        of kit: TrustKit, in named: NamedKit, _ settings: Settings,
        clock: @escaping @Sendable () -> UInt64
    ) throws(Failure) -> [EvidenceChecker] {
        var headers: NamedHeaders?
        do throws(NamedHeadersError) {
            headers = try settings["bitcoin-headers"].map { path throws(NamedHeadersError) in
                try NamedHeaders(path)
            }
        } catch {
            throw Failure(error)
        }
        do throws(TrustKitError) {
            return try KitEvidence.checkers(of: kit, headers: headers, clock: clock)
        } catch {
            throw Failure(named.refusal(error))
        }
    }

    /// Returns the files of the trust kit at `path`, not verified.
    static func namedKit(_ path: String) throws(Failure) -> NamedKit {
        do throws(NamedKitError) {
            return try NamedKit(path)
        } catch {
            throw Failure(error)
        }
    }

    /// The home of the person who runs this, where they keep what is theirs.
    static var home: String? { ProcessStart.variable("HOME") }

    /// Returns the collector's own names; where they cannot be read, that warns, for nothing is
    /// decided by them.
    static func names(_ console: Console) -> Names {
        do throws(NamesError) {
            return try Names(home: home)
        } catch {
            let failure = Failure(error)
            console.warn(failure.subject, failure.reason)
            return .none
        }
    }

    /// Returns the private key in the file at `path`, and warns where others may use it.
    static func privateKey(
        _ path: String, _ passphrases: PassphraseSource, _ console: Console
    ) throws(Failure) -> SigningKey {
        try NamedKey.privateKey(
            path, passphrase: { () throws(Failure) in try passphrases.passphrase(of: path) },
            onDanger: { danger in
                let advice =
                    switch danger.reason {
                    case .openToOthers:
                        "others can use this private key; chmod 600 keeps it yours"
                    default: "this private key \(danger.words): they can use it, or replace it"
                    }
                console.warn(path, advice)
            }, failing: { Failure($0) })
    }

    /// Returns the public key in the file at `path`.
    static func publicKey(_ path: String) throws(Failure) -> COSEKey {
        do throws(NamedKeyError) {
            return try NamedKey.publicKey(path)
        } catch {
            throw Failure(error)
        }
    }

    /// Reads the work at `path`, and shows how far that is; `looksInside` for time and place, with
    /// a `decoder` for the look of a picture.
    static func work(
        _ path: String, looksInside: Bool = false, decoder: PictureDecoder? = nil,
        _ console: Console
    ) throws(Failure) -> Artifact {
        let progress = ProgressLine(console)
        defer { progress.clear() }
        do throws(FileError) {
            return try Artifact(reading: path, looksInside: looksInside, decoder: decoder) {
                done, total in
                progress.report("reading \(path)", done, of: total)
            }
        } catch {
            throw Failure(reading: error)
        }
    }

    /// Reads the file at `path` to compare it with the record in `record`.
    ///
    /// Of an envelope that warns: the answer is then about what is in it.
    static func compared(
        _ path: String, with record: [UInt8], _ console: Console
    ) throws(Failure) -> ComparedFile {
        let progress = ProgressLine(console)
        defer { progress.clear() }
        let file: ComparedFile
        do throws(FileError) {
            file = try ComparedFile(reading: path, with: try? TransparentStatement(record)) {
                done, total in
                progress.report("reading \(path)", done, of: total)
            }
        } catch {
            throw Failure(reading: error)
        }
        if let form = file.envelope { console.warn(path, EnvelopeText.words(form)) }
        return file
    }

    /// Writes `bytes` to `path` durably.
    static func write(
        _ bytes: [UInt8], to path: String, _ mode: AtomicFile.Mode
    ) throws(Failure) {
        do throws(FileError) {
            try AtomicFile.write(bytes, to: path, mode)
        } catch {
            throw Failure(writing: error)
        }
    }
}
