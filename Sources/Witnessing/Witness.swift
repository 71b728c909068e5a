package import Checkpoints
package import Encoding
internal import Files
package import Merkle
internal import Synchronization

/// May I cosign this? A witness for any log (C2SP tlog-witness).
///
/// It cosigns a checkpoint when a log that it knows has signed it and the tree has only grown since
/// the one that it cosigned last; what it cosigns is on its disk before anybody hears of it. So no
/// two heads of one size that bear its cosignature differ, whatever happens, as long as its folder
/// is not lost and not an old copy.
///
/// Form, signatures and proofs are checked on the caller's thread, side by side; order and writes
/// belong to one thread.
package final class Witness: Sendable {
    private let cosigner: Cosigner
    private let options: WitnessOptions
    private let observe: @Sendable (WitnessEvent) -> Void
    private let logs: Mutex<KnownLogs>
    private let heads = WitnessedHeads()
    private let writer: WitnessWriter

    /// Opens the state in the options' folder, or begins one where the folder is empty.
    ///
    /// The folder belongs to one process and to one key under one name. Where the disk is full the
    /// witness is there and cosigns nothing until it has room.
    package init(
        _ cosigner: Cosigner, for logs: KnownLogs, _ options: WitnessOptions,
        observe: @escaping @Sendable (WitnessEvent) -> Void = { _ in }
    ) throws(WitnessStateError) {
        self.cosigner = cosigner
        self.options = options
        self.observe = observe
        self.logs = Mutex(logs)
        let journal = try Self.open(
            of: cosigner.verifierKey, options, showing: heads, observe: observe)
        writer = WitnessWriter(journal, heads: heads, options, observe: observe)
        writer.start()
    }

    /// Answers everything that was accepted, and gives the folder back.
    ///
    /// Stopping again does nothing.
    package func stop() {
        writer.stop()
        // What cannot be given back ends with the folder, and with the process.
        try? options.folder.unlock()
    }

    private static func open(
        of key: VerifierKey, _ options: WitnessOptions, showing heads: WitnessedHeads,
        observe: @Sendable (WitnessEvent) -> Void
    ) throws(WitnessStateError) -> WitnessJournal {
        var journal = WitnessJournal(of: key, in: options.folder, fault: options.fault)
        try keeping { () throws(FileError) in try options.folder.lock() }
        let found = try journal.read()
        if found == nil { try requireEmpty(options.folder) }
        do throws(WitnessStateError) {
            // What was read may be in the system's memory alone.
            try journal.rewrite(found ?? [:])
            heads.show((found ?? [:]).values)
            if found == nil { observe(.begun) }
        } catch {
            guard found != nil, case .file(let reason) = error, reason.passes else { throw error }
            heads.obstacle = error
            observe(.stopped(error))
        }
        return journal
    }

    /// Refuses a folder from which the journal may have been lost.
    private static func requireEmpty(_ folder: Folder) throws(WitnessStateError) {
        let names = try keeping { () throws(FileError) in try folder.content() }
        guard names.allSatisfy(Folder.isTemporary) else { throw .notEmpty(path: folder.path) }
    }

    private static func keeping<Value>(
        _ body: () throws(FileError) -> Value
    ) throws(WitnessStateError) -> Value {
        do throws(FileError) {
            return try body()
        } catch {
            throw .file(error)
        }
    }
}

extension Witness {
    /// The key by which the cosignatures are verified.
    package var verifierKey: VerifierKey { cosigner.verifierKey }

    /// Number of logs that it cosigns for.
    package var logCount: Int { logs.withLock { $0.count } }

    /// Number of logs of which it has cosigned something.
    package var witnessedCount: Int { heads.count }

    /// Why it cosigns nothing; nil where it does.
    package var obstacle: WitnessStateError? { heads.obstacle }

    /// Cosigns for other logs from now on; what was cosigned of those that go is kept.
    package func replace(_ logs: KnownLogs) { self.logs.withLock { $0 = logs } }

    /// Asks for a cosignature: the body of an add-checkpoint request.
    ///
    /// Returns the refusal where nothing has to be written; else returns nil and calls `decided`,
    /// once, on a thread that must not be kept: the writer's, or this one before it returns.
    ///
    /// - Parameter mayAsk: whether more may be asked about a log; it is called where the log has
    ///   signed a larger head alone, so nobody can use its rate up with heads that are known.
    package func add(
        _ body: [UInt8], mayAsk: (Text) -> Bool = { _ in true },
        decided: @escaping @Sendable (Result<WitnessedHead, WitnessRefusal>) -> Void
    ) -> WitnessRefusal? {
        do throws(WitnessRefusal) {
            let claim = try Claim(body, for: logs.withLock { $0 })
            if let obstacle { throw .storage(obstacle.words) }
            let latest = heads[claim.origin]
            do throws(WitnessRefusal) {
                try claim.check(extends: latest)
            } catch {
                if let proof = heads.misbehaviour(by: claim) { observe(.misbehaviour(proof)) }
                throw error
            }
            let grows = latest.map { $0.size < claim.signed.claim.size } ?? true
            guard !grows || mayAsk(claim.origin) else { throw .overRate }
            let job = WitnessWriter.Job(
                claim: claim, base: latest?.signed.claim.root ?? .emptyTree, decided: decided)
            guard writer.append(job) else { throw .busy }
            return nil
        } catch {
            return error
        }
    }

    /// Returns the signature line of a head that this witness has on its disk: the same each time.
    package func cosignature(of head: WitnessedHead) throws(WitnessRefusal) -> NoteSignature {
        do throws(CosigningError) {
            return try cosigner.sign(head.signed.note.text, at: head.time)
        } catch {
            throw .storage("the cryptographic library could not sign")
        }
    }

    /// Returns the newest checkpoint that was cosigned of the log whose origin has this SHA-256,
    /// with the line of this witness; nil where there is none.
    package func checkpoint(
        ofOriginWith digest: Hash
    ) throws(WitnessRefusal) -> SignedNote? {
        guard let head = heads.head(ofOriginWith: digest) else { return nil }
        let line = try cosignature(of: head)
        do throws(NoteError) {
            return try head.signed.note.adding([line])
        } catch {
            preconditionFailure("a few lines fit a note")
        }
    }
}
