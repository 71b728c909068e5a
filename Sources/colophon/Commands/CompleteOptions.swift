import ArgumentParser
import Files
import IndexMap
import Provenance
import Studio

/// The flags about proofs that a listing is complete (index.md §10).
struct CompleteOptions: ParsableArguments {
    /// A proof, and how its file was named.
    struct Proof {
        let name: String
        let bytes: [UInt8]
    }

    @Option(
        help: ArgumentHelp(
            "A proof that a listing of entries is complete; may be repeated.", valueName: "file"))
    var complete: [String] = []

    @Option(
        help: ArgumentHelp(
            """
            The listings that must be proven to be complete, separated by commas: artifact, sub, \
            iss, title.
            """, valueName: "kinds"))
    var requireComplete: String?

    /// The most proofs that are named at once: each may have 4 MiB.
    private static let limit = 16

    /// Whether a proof is named.
    var isUsed: Bool { !complete.isEmpty }

    /// Reads the proofs that are named.
    func proofs() throws(Failure) -> [Proof] {
        guard complete.count <= Self.limit else {
            throw .usage("--complete may be given \(Self.limit) times, not \(complete.count)")
        }
        var proofs: [Proof] = []
        for path in complete {
            let bytes = try NamedFile.bytes(of: path, limit: FileLimit.complete)
            try Self.requireForm(of: bytes, path)
            proofs.append(Proof(name: path, bytes: bytes))
        }
        return proofs
    }

    /// Refuses a file that is no proof at all: it says nothing of any work, and was named by
    /// mistake, or is damaged.
    private static func requireForm(of bytes: [UInt8], _ path: String) throws(Failure) {
        do throws(CompleteProofError) {
            _ = try CompleteProof(bytes)
        } catch {
            // What a newer version may read is judged: it is not known.
            guard !error.isOfNewerVersion else { return }
            if TransparentStatement.mayBegin(bytes) {
                throw .unreadable(
                    path, "is a record, and no proof of completeness",
                    hint: "name it as a record: the proofs that it carries are judged with it")
            }
            throw .unreadable(
                path, bytes.isEmpty ? "is empty" : "is no proof of completeness: \(error)",
                hint: "colophon complete FILE --out FILE.complete asks for one")
        }
    }

    /// The kinds of names whose listing must be proven to be complete.
    func kinds() throws(Failure) -> Set<IndexKind> {
        guard let requireComplete else { return [] }
        var kinds: Set<IndexKind> = []
        for word in requireComplete.split(separator: ",", omittingEmptySubsequences: false) {
            guard let kind = IndexKind.allCases.first(where: { $0.words == word }) else {
                let all = IndexKind.allCases.map(\.words).joined(separator: ",")
                throw .usage(
                    "--require-complete: \"\(word)\" is no listing",
                    hint: "name some of \(all), with commas and no spaces")
            }
            kinds.insert(kind)
        }
        return kinds
    }

    /// Judges proofs beside no record: each holds where all that it lists is proven at the level.
    func judge(
        _ proofs: [Proof], by verifier: Verifier, at now: UInt64, _ required: Level?,
        _ console: Console
    ) -> ExitStatus {
        guard requireComplete == nil else {
            console.report(
                .usage(
                    "--require-complete is about works, and none is named",
                    hint: "without works each proof must hold as a whole"))
            return .usage
        }
        var status = ExitStatus.yes
        let answers = verifier.verify(completes: proofs.map(\.bytes), time: now)
        for (proof, completeness) in zip(proofs, answers) {
            let text = CompleteText(completeness)
            let holds = completeness.holds(at: required ?? verifier.defaultLevel)
            console.json
                ? console.print(json: text.json(named: proof.name, holds: holds))
                : text.print(named: proof.name, holds: holds, to: console)
            status = status.worst(holds ? .yes : .no)
        }
        return status
    }
}
