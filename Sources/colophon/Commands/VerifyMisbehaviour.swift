import ArgumentParser
import Checkpoints
import Encoding
import Provenance
import Settings
import Studio

/// Says whether files show that a log has signed two trees, or that a ledger's index is wrong.
struct VerifyMisbehaviour: ColophonCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-misbehaviour",
        abstract: "Say whether files convict a log of two trees, or its index; uses no network.",
        discussion: """
            A FILE is what a witness, a ledger, an audit, a mirror or "prove" wrote when
            it met two heads that contradict each other: both signed checkpoints, and
            the hashes that show it.

              colophon verify-misbehaviour heads.misbehaviour --policy logs.policy
              colophon verify-misbehaviour heads.misbehaviour --trust trust/

            The file needs no trust: it convicts the log whose own key has signed both
            checkpoints, and nobody else. Which key is that log's, say the "log" lines
            of a policy (C2SP tlog-policy) or a trust kit.

            A record that carries a proof of completeness, as "complete" writes one, is
            judged by a trust kit: does the ledger's index leave an entry out that it has
            logged? Two files that are such records or proofs are judged together, unless
            both are such records and one convicts by itself.

            Exit code 0 means that it convicts, 1 that it convicts nobody, 2 that it
            cannot be read.
            """)

    @Argument(help: ArgumentHelp("The proofs of misbehaviour.", valueName: "file"))
    var files: [String]

    @Option(
        help: ArgumentHelp("A policy whose log lines have the logs' keys.", valueName: "file"))
    var policy: String?

    @Option(help: ArgumentHelp("The trust kit (COLOPHON_TRUST).", valueName: "kit"))
    var trust: String?

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        if try await areTogether() {
            let text = try await judge(ofIndex: files)
            text.print(to: console)
            return text.status
        }
        var status = ExitStatus.yes
        var kinds: [(file: String, carriesProof: Bool)] = []
        for file in files {
            do throws(Failure) {
                kinds.append((file, try carriesProof(file)))
            } catch {
                console.report(error)
                status = status.worst(error.status)
            }
        }
        let keys = kinds.allSatisfy(\.carriesProof) ? nil : try await keys()
        for (file, carriesProof) in kinds {
            do throws(Failure) {
                guard let keys, !carriesProof else {
                    let text = try await judge(ofIndex: [file])
                    text.print(to: console)
                    status = status.worst(text.status)
                    continue
                }
                let text = try judge(file, keys)
                text.print(to: console)
                status = status.worst(text.status)
            } catch {
                console.report(error)
                status = status.worst(error.status)
            }
        }
        return status
    }

    /// The keys by which logs are known; a policy that is named goes before a kit that only the
    /// surroundings name.
    private func keys() async throws(Failure) -> LogKeys {
        guard policy == nil || trust == nil else {
            throw .usage("--policy and --trust exclude each other")
        }
        if let policy { return try LogKeys(policy: policy) }
        let settings = try await common.settings(["trust": trust])
        guard let kit = settings["trust"] else {
            throw .usage(
                "nothing says which keys are the logs'",
                hint: "--policy FILE names a policy with log lines, --trust KIT a trust kit")
        }
        return LogKeys(try NamedFile.kit(kit))
    }

    /// Whether two files are named that speak of a ledger's index, and show together what neither
    /// does by itself.
    private func areTogether() async throws(Failure) -> Bool {
        guard files.count == 2 else { return false }
        for file in files {
            guard try NamedFile.begins(file, as: { IndexEvidence.mayBegin($0) }) else {
                return false
            }
        }
        for file in files {
            guard try carriesProof(file) else { return true }
        }
        for file in files where try await judge(ofIndex: [file]).status == .yes {
            return false
        }
        return true
    }

    /// What is damaged carries none.
    private func carriesProof(_ file: String) throws(Failure) -> Bool {
        guard try NamedFile.beginsAsRecord(file) else { return false }
        let bytes = try NamedFile.bytes(of: file, limit: FileLimit.colophon)
        return (try? IndexEvidence(bytes))?.isEntryWithProof ?? false
    }

    /// Judges the files, one or two, that speak of a ledger's index.
    private func judge(ofIndex files: [String]) async throws(Failure) -> IndexConvictionText {
        guard policy == nil else {
            throw .usage(
                "--policy does not judge an index: it has no ledger key",
                hint: "--trust KIT names a trust kit, which has")
        }
        let kit = try NamedFile.kit(
            try await common.settings(["trust": trust]).requiredKit())
        let evidence = try files.map { file throws(Failure) in
            let bytes = try NamedFile.bytes(of: file, limit: FileLimit.colophon)
            do throws(IndexEvidenceError) {
                return try IndexEvidence(bytes)
            } catch {
                throw .unreadable(file, "shows nothing of an index: \(error)")
            }
        }
        do throws(IndexAcquittal) {
            let conviction = try IndexJudge(kit).convict(evidence[0], evidence[evidence.count - 1])
            return IndexConvictionText(files: files, origin: kit.origin.text, .success(conviction))
        } catch {
            return IndexConvictionText(files: files, origin: kit.origin.text, .failure(error))
        }
    }

    private func judge(_ file: String, _ keys: LogKeys) throws(Failure) -> ConvictionText {
        let bytes = try NamedFile.bytes(of: file, limit: FileLimit.misbehaviour)
        let proof: MisbehaviourProof
        do throws(MisbehaviourError) {
            proof = try MisbehaviourProof(parsing: bytes)
        } catch {
            let isOfAnIndex = IndexEvidence.mayBegin(bytes)
            throw .unreadable(
                file, "is no proof of misbehaviour: \(error)",
                hint: isOfAnIndex
                    ? "two records or proofs of completeness are judged together" : nil)
        }
        do throws(ConvictionRefusal) {
            let conviction = try proof.convict(by: keys(proof.older.claim.origin))
            return ConvictionText(
                name: file, proof: proof, verdict: .success(conviction),
                doubt: keys.doubt(about: conviction))
        } catch {
            return ConvictionText(name: file, proof: proof, verdict: .failure(error), doubt: nil)
        }
    }
}
