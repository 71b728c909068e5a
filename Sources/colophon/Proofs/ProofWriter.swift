import Checkpoints
import Encoding
import LogReader
import Merkle
import Provenance
import Studio

/// The form in which a proof is given out.
enum ProofFormat: String, CaseIterable {
    /// For a person, with the arithmetic in short.
    case text

    /// C2SP tlog-proof.
    case tlogProof = "tlog-proof"

    /// The ledger's receipt (RFC 9942).
    case cose

    /// For programs.
    case json
}

/// A proof that holds, to be given out.
enum ShownProof {
    /// That an entry is in the log; the name is what it was asked by.
    case entry(ProvenLeaf, name: String?)

    /// That the log has only grown, with its receipt where one was asked for.
    case growth(ProvenLogGrowth, receipt: [UInt8]?)
}

/// Gives proofs out: to standard output, or into a file.
struct ProofWriter {
    let format: ProofFormat

    /// The file; nil for standard output.
    let file: String?

    let trust: ProofTrust
    let console: Console

    /// Gives out all of `proofs`; a form that holds one proof is not given more.
    func write(_ proofs: [ShownProof]) throws(Failure) {
        guard !proofs.isEmpty else { return }
        let names = NamedFile.names(console)
        for case .entry(let leaf, _) in proofs { leaf.warn(console) }
        switch format {
        case .text:
            let texts = proofs.map { lines(of: $0, names) }
            try deliver(lines: Array(texts.joined(separator: [""])))
        case .json:
            let objects = proofs.map { object(of: $0, names) }
            guard file != nil else {
                for object in objects { console.print(json: object) }
                return
            }
            try deliver(lines: objects.map { SafeText.json(.object($0)) })
        case .tlogProof, .cose:
            try deliver(bytes: try bytes(of: try single(proofs)))
        }
    }

    private func lines(of proof: ShownProof, _ names: Names) -> [String] {
        switch proof {
        case .entry(let leaf, _): ProofText.lines(of: leaf, trust, names)
        case .growth(let growth, _): ProofText.lines(of: growth, trust, names)
        }
    }

    private func object(of proof: ShownProof, _ names: Names) -> JSON.Object {
        switch proof {
        case .entry(let leaf, let name): ProofJSON.object(of: leaf, named: name, trust, names)
        case .growth(let growth, _): ProofJSON.object(of: growth, trust, names)
        }
    }

    private func single(_ proofs: [ShownProof]) throws(Failure) -> ShownProof {
        guard proofs.count > 1 else { return proofs[0] }
        let entries = proofs.compactMap { proof -> String? in
            guard case .entry(let leaf, _) = proof else { return nil }
            return leaf.statement.map { "\($0.id)" } ?? "\(leaf.proof.index)"
        }
        throw .usage(
            "--format \(format.rawValue) holds one proof, and \(proofs.count) entries are meant: "
                + entries.joined(separator: ", "),
            hint: "pick one with --entry=ID")
    }

    private func bytes(of proof: ShownProof) throws(Failure) -> [UInt8] {
        switch (proof, format) {
        case (.growth(_, let receipt?), .cose): return receipt
        case (.entry(let leaf, _), .cose):
            guard leaf.illFormed == nil else {
                throw .usage(
                    "--format cose: a ledger gives receipts of statements, and this is none known "
                        + "here",
                    hint: "--format tlog-proof proves the entry as it is")
            }
            guard let receipt = leaf.receipt else {
                throw .usage("--format cose: the ledger gave no receipt for this tree")
            }
            return receipt
        case (.entry(let leaf, _), _):
            guard let signed = leaf.proof.head.signed else {
                throw .usage(
                    "--format tlog-proof holds a signed checkpoint, and none of size "
                        + "\(leaf.proof.inclusion.treeSize) is known",
                    hint: "--to FILE names a saved one; without --to the newest is taken")
            }
            do throws(TLogProofError) {
                return try TLogProof(inclusion: leaf.proof.inclusion, signed: signed).encoded
            } catch {
                preconditionFailure("a proof and its own checkpoint fit: \(error)")
            }
        case (.growth, _):
            throw .usage(
                "--format tlog-proof is for an entry: consistency is text, json or cose")
        }
    }

    // MARK: - Places

    private func deliver(lines: [String]) throws(Failure) {
        guard file == nil else {
            let text = lines.map { SafeText.line($0) + "\n" }.joined()
            return try deliver(bytes: Array(text.utf8))
        }
        for line in lines { console.print(line) }
    }

    private func deliver(bytes: [UInt8]) throws(Failure) {
        if let file {
            let isNew = try NewOrSame.write(bytes, to: file)
            console.print(
                "\(file) \(format.rawValue)",
                [
                    ("file", .string(Text(file))), ("format", .string(Text(format.rawValue))),
                    ("status", isNew ? "written" : "known"),
                ])
        } else if Console.printsToTerminal {
            // A note's text; bytes for programs were refused before.
            console.print(text: String(decoding: bytes.dropLast(), as: UTF8.self))
        } else {
            console.print(raw: bytes)
        }
    }
}
