import Checkpoints
import Files
import LogReader
import Merkle

/// One run of a mirror, once it is known whom it trusts.
struct MirrorStep {
    let source: any LogSource
    let options: MirrorRun.Options
    let trust: HeadTrust

    /// Keys that another chain of control statements from the same genesis has, that of the log or
    /// of the copy: they make no head believed, and show that a log has signed two histories.
    var rival: [KeyHistory<VerifierKey>.Term] = []

    /// Whoever signs for the log, by either chain.
    private var eitherChain: HeadTrust {
        var trust = trust
        trust.terms += rival
        return trust
    }

    /// Verifies the newest head, holds it to those that are known, and copies what is below it.
    ///
    /// - Parameters:
    ///   - known: a head that was believed before, as the trust kit's.
    ///   - fault: what is wrong with the control statements beside the log, asked for at the end.
    func run(
        _ mirror: LogMirror, _ rules: some MirrorRules, known: SignedCheckpoint?,
        fault: () -> String?, progress: (MirrorProgress) -> Void
    ) async throws(MirrorError) -> MirrorRun.Outcome {
        var mirror = mirror
        do {
            // What a head that is shown covers is below each checkpoint that is shown later.
            let shown = try await rules.hasManifests ? ShownIndexHead(of: source) : .none
            let head = try await head()
            let tree = LogTree(
                head.signed, head.verified, source: mirror.reading(source), cache: TileCache())
            if let own = mirror.newest {
                let own = try judge(own, by: eitherChain)
                try await compare(tree, head, to: own, .copy, in: mirror.copy)
                _ = try judge(own.signed, by: trust)
            }
            if let known {
                try await compare(tree, head, to: judge(known, by: trust), .kit, in: source)
            }
            try requireTrusted(head)
            let report = try await mirror.run(
                tree, of: source, rules, indexHead: shown, again: options.looksAgain,
                progress: progress)
            return MirrorRun.Outcome(report: report, head: head, controlFault: fault())
        } catch let error as LogError {
            throw .log(error)
        } catch let error as StaticLogError {
            throw .folder(error)
        } catch let error as MirrorError {
            throw error
        } catch {
            preconditionFailure("a copy is made with errors of these three kinds: \(error)")
        }
    }

    /// The newest head that the source shows.
    private func head() async throws -> JudgedHead {
        let file = LogLayout.tiles.file(.checkpoint)
        let place = source.place(of: file)
        let bytes = try await source.bytes(of: file, limit: LogLimits.checkpointBytes)
        guard let bytes else { throw LogError.missing(place) }
        let head: JudgedHead
        do throws(CheckpointRefusal) {
            head = try eitherChain.judge(bytes)
        } catch {
            throw MirrorError.untrusted(path: place.path, error)
        }
        guard head.isAccepted || options.takesAnyQuorum else {
            throw MirrorError.quorum(size: head.size)
        }
        return head
    }

    /// Makes sure that a head is not only signed by a key of the other chain.
    private func requireTrusted(_ head: JudgedHead) throws {
        guard !rival.isEmpty else { return }
        do throws(CheckpointRefusal) {
            _ = try trust.judge(head.signed)
        } catch {
            let place = source.place(of: LogLayout.tiles.file(.checkpoint))
            throw MirrorError.untrusted(path: place.path, error)
        }
    }

    /// Judges a head that is known here: that of the copy may be another log's.
    private func judge(_ known: SignedCheckpoint, by trust: HeadTrust) throws -> JudgedHead {
        do throws(CheckpointRefusal) {
            return try trust.judge(known)
        } catch {
            throw StaticLogError.occupied(
                path: options.folder,
                reason:
                    "holds a checkpoint that is not this log's: it \(error); name another folder"
            )
        }
    }

    // MARK: - What is known

    /// Makes sure that the newest head and one that is known are of one history, and that the
    /// newest is not the smaller.
    ///
    /// - Parameter place: where the tiles of the known head are.
    private func compare(
        _ tree: LogTree, _ head: JudgedHead, to known: JudgedHead,
        _ kind: MirrorError.KnownHead, in place: any LogSource
    ) async throws {
        guard known.size > head.size else {
            let terms = eitherChain.terms
            if let fork = try await ForkEvidence(tree, without: known.signed, by: terms) {
                throw keep(fork)
            }
            return
        }
        let larger = LogTree(known.signed, known.verified, source: place, cache: TileCache())
        var fork: ForkEvidence?
        do throws(LogError) {
            fork = try await ForkEvidence(larger, without: head.signed, by: eitherChain.terms)
        } catch {
            // Whoever has the larger head need not have its tiles.
            guard error.isOfFile else { throw error }
        }
        if let fork { throw keep(fork) }
        throw MirrorError.behind(size: head.size, known: known.size, kind)
    }

    /// Writes what shows a fork to everybody beside the folder of the copy, and returns the error
    /// that says so.
    private func keep(_ fork: ForkEvidence) -> MirrorError {
        do throws(FileError) {
            let place = try Place(following: options.folder)
            try fork.write(in: place.folder)
            return .fork(fork, path: place.folder.path(of: fork.fileName))
        } catch {
            return .forkUnwritten(fork, .file(error))
        }
    }
}
