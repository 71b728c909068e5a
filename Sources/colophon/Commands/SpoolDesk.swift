import Checkpoints
import Encoding
import Files
import Merkle
import Provenance
import Settings
import Studio
import Synchronization

/// A spool that is open for sealing, and whoever signs into it.
struct SpoolDesk {
    let spool: Spool

    /// Signs with the spool's key, as its issuer, for its ledger.
    let signer: Signer

    /// How well this machine's clock is kept.
    let clock: PoPClock

    /// The newest head that the PoP has verified; nil where it has none that can be read.
    let seen: SeenHead?

    /// The time of the newest head of the trust kit, and how the kit was named; nil without one.
    private(set) var kit: (time: UInt64, path: String)?

    /// Opens the spool in the folder `path`, and reads its key.
    ///
    /// What a command that was cut off had sealed is completed, and told. A clock that cannot be
    /// right is told too.
    ///
    /// - Parameter flags: what the command line says of the signer; it must not contradict the
    ///   spool.
    init(
        _ path: String, _ flags: SignerOptions? = nil, _ passphrases: PassphraseSource,
        _ console: Console
    ) throws(Failure) {
        let told = ToldOnce()
        do throws(SpoolError) {
            spool = try Spool(path, for: .writing) { event in
                if told.isNews(event) { Self.tell(event, console) }
            }
        } catch {
            throw Failure(error)
        }
        let settings = spool.settings
        try Self.check(flags, against: settings, at: path)
        let keyPath = flags?.key ?? settings.key
        let key = try Self.key(keyPath, isOfSpool: flags?.key == nil, path, passphrases, console)
        signer = Signer(
            issuer: settings.issuer, key: key,
            audience: settings.origin ?? flags?.aud.map { Text($0) })
        clock = PoPClock.state()
        seen = Self.seen(in: spool, console)
        guard signer.keyID == settings.keyID.bytes else {
            guard flags?.key == nil else {
                throw .usage(
                    "--key \(keyPath) is not the key of the spool \(path)",
                    hint: "leave --key out: the spool knows its key")
            }
            throw Failure(SpoolError.otherKey(keyPath))
        }
        kit = try newestHead(ofKit: flags?.trust, console)
        warnOfClock(console)
    }

    /// Reads the key; where the spool names it, the hint says so.
    private static func key(
        _ keyPath: String, isOfSpool: Bool, _ path: String, _ passphrases: PassphraseSource,
        _ console: Console
    ) throws(Failure) -> SigningKey {
        do throws(Failure) {
            return try NamedFile.privateKey(keyPath, passphrases, console)
        } catch {
            guard isOfSpool, error.hint == nil else { throw error }
            var told = error
            told.hint =
                "spool.json in \(ShellWord.quoted(path)) names this path; --key takes another"
            throw told
        }
    }

    private static func check(
        _ flags: SignerOptions?, against settings: Spool.Settings, at path: String
    ) throws(Failure) {
        if let issuer = flags?.issuer, Text(issuer) != settings.issuer {
            throw .usage(
                "--issuer \(issuer) is not the issuer of the spool \(path): \(settings.issuer)",
                hint: "leave --issuer out: the spool knows its issuer")
        }
        if let aud = flags?.aud, let origin = settings.origin, Text(aud) != origin {
            throw .usage(
                "--aud \(aud) is not the ledger of the spool \(path): \(origin)",
                hint: "leave --aud out: the spool knows its ledger")
        }
    }

    /// The newest head that the PoP has verified.
    ///
    /// One that cannot be read warns: signing goes on without it.
    private static func seen(in spool: Spool, _ console: Console) -> SeenHead? {
        do throws(SeenHeadError) {
            return try SeenHead.read(in: spool.folder, origin: spool.settings.origin)
        } catch {
            let failure = Failure(error)
            console.warn(failure.subject, "\(failure.reason); the records will not refer to it")
            return nil
        }
    }

    private func warnOfClock(_ console: Console) {
        let seenTime = seen?.witnessedAt.map { time in
            (time: time, path: spool.folder.path(of: SeenHead.fileName))
        }
        ClockWords(
            now: UTC.now, kit: kit, seen: seenTime, state: clock
        ).warn(console)
    }

    /// The time of the newest head of the kit that a flag names, or else the spool.
    ///
    /// A kit of the spool that cannot be read warns: at an event, signing goes on without it.
    private func newestHead(
        ofKit flag: String?, _ console: Console
    ) throws(Failure) -> (time: UInt64, path: String)? {
        if let flag {
            let kit = try NamedFile.kit(flag)
            if let origin = spool.settings.origin, kit.origin.text != origin {
                throw .usage(
                    "--trust \(flag) is of \(kit.origin), and the spool is for \(origin)",
                    hint: "leave --trust out: the spool knows its ledger")
            }
            return (kit.time, flag)
        }
        guard let path = spool.settings.trust else { return nil }
        do throws(Failure) {
            return (try NamedFile.kit(path).time, path)
        } catch {
            console.warn(
                error.subject ?? path, "\(error.reason); the clock is not compared with its head")
            return nil
        }
    }

    /// Seals a record; `work` is the file it is about, for words.
    ///
    /// What failed after the record was durable is a warning: its number is used.
    func seal(
        _ work: String, predicate: String? = nil, beside output: NewRecordFile? = nil,
        _ console: Console, sign: (Chain) throws(SignerError) -> SignedRecord
    ) throws(Failure) -> SealedRecord {
        do throws(SpoolError) {
            let sealed = try spool.seal(
                name: Place.split(work)?.name ?? work, beside: output, sign: sign)
            return told(sealed, console)
        } catch {
            throw Failure(error, signing: work, predicate: predicate)
        }
    }

    /// Seals a work; nil where the spool has it already, and a folder was named.
    func seal(
        _ work: WorkToSign, beside output: NewRecordFile, _ console: Console,
        sign: (Chain) throws(SignerError) -> SignedRecord
    ) throws(Failure) -> SealedRecord? {
        do throws(SpoolError) {
            let sealed = try spool.seal(
                name: Place.split(work.path)?.name ?? work.path, beside: output, of: work.digest,
                sign: sign)
            return told(sealed, console)
        } catch .sealed(_, let record) where !work.isNamed {
            console.note("\(work.path): is sealed already, as \(record.fileName)")
            return nil
        } catch {
            throw Failure(error, signing: work.path, predicate: work.predicate)
        }
    }

    private func told(_ sealed: SealedRecord, _ console: Console) -> SealedRecord {
        if let error = sealed.copyError {
            let failure = Failure(error)
            console.warn(
                failure.subject,
                "\(failure.reason); the record is sealed in the spool, and sync writes the copy")
        }
        if let error = sealed.tipError {
            console.warn(error.path, "\(error.words); the record is sealed, and its number is used")
        }
        return sealed
    }

    static func tell(_ event: Spool.Event, _ console: Console) {
        switch event {
        case .finished(let record):
            console.note("\(record.fileName) was sealed by a command that was cut off: it is whole")
        case .finishedWithoutCopy(let record, let error):
            console.warn(
                error.path,
                "\(error.words); \(record.fileName) is sealed in the spool, and sync writes this "
                    + "copy")
        }
    }
}

/// A work that is to be signed.
struct WorkToSign {
    /// The file.
    let path: String

    /// The file of members that go into its record; nil for none.
    let predicate: String?

    /// Its digest, where a spool must not get it twice; nil where it may.
    let digest: Hash?

    /// Whether it was named itself, and not by a folder that it lies in.
    let isNamed: Bool

    init(_ path: String, predicate: String? = nil, digest: Hash? = nil, isNamed: Bool = true) {
        (self.path, self.predicate, self.digest) = (path, predicate, digest)
        self.isNamed = isNamed
    }
}

/// What was told of a spool: on a full disk each further record finds the same again.
private final class ToldOnce: Sendable {
    private let events = Mutex<Set<Spool.Event>>([])

    func isNews(_ event: Spool.Event) -> Bool { events.withLock { $0.insert(event).inserted } }
}
