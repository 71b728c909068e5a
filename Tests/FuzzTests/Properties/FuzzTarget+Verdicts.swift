import Checkpoints
import Encoding
import Manifests
import Merkle
import Provenance

extension FuzzTarget {
    /// A proof of completeness is its bytes, and lists nothing that no head in the log stands for.
    static func complete(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        let proof: CompleteProof
        do throws(CompleteProofError) {
            proof = try CompleteProof(bytes)
        } catch {
            try isPlain("\(error)", "a refusal")
            return false
        }
        try hold(proof.encoded() == bytes, "a proof is its bytes")
        try hold((try? IndexEvidence(bytes)) != nil, "a proof is evidence of an index")
        for verifier in KnownFiles.shared.verifiers {
            let found = verifier.verify(complete: bytes)
            for finding in found.findings { try isPlain(finding.detail, "a finding") }
            let isBelieved = found.answers.contains { $0.count != nil }
            guard isBelieved, let head = found.head else { continue }
            try hold(
                head.index.map { head.size <= $0 } == true && head.level != nil,
                "nothing is listed without a head that is logged")
        }
        return true
    }

    /// The verifier says yes to nothing but what the corpus' own ledger logged.
    ///
    /// No fuzzer forges a signature. So whatever it makes of the good files, a "yes" must be about
    /// a statement that was logged, at the place where it was logged.
    static func verify(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        let known = KnownFiles.shared
        var isAccepted = false
        for verifier in known.verifiers {
            let report = verifier.verify(file: bytes, artifact: nil, recordOnly: true)
            guard report.ok else { continue }
            isAccepted = true
            guard let entry = report.entry, let genuine = known.entries[entry] else {
                throw BrokenProperty(description: "untrue: what is believed was logged")
            }
            try hold(genuine.contains(Place(report)), "an entry stays at its place")
            try hold(report.statement?.id == entry, "the report is about its entry")
            if let manifest = report.manifest {
                try hold(
                    manifest.digest == report.statement?.manifestDigest,
                    "a manifest is the one that was signed")
            }
            try receiptsAreGenuine(bytes, report, known)
        }
        return isAccepted
    }

    /// Every receipt in a file that is believed is one that was issued, or is called unknown.
    private static func receiptsAreGenuine(
        _ bytes: [UInt8], _ report: Report, _ known: KnownFiles
    ) throws(BrokenProperty) {
        guard let file = try? TransparentStatement(bytes) else {
            throw BrokenProperty(description: "untrue: what is believed can be read")
        }
        let strange = file.receipts.filter { !known.haveIssued($0) }
        guard !strange.isEmpty else { return }
        try hold(
            report.findings.contains { $0.check == .receipt && $0.verdict == .unknown },
            "a receipt that nobody issued is called unknown")
    }

    /// A kit that is accepted says what one of the good kits says.
    ///
    /// The first byte chooses the kit and the file of it that the rest replaces.
    static func kit(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        let known = KnownFiles.shared
        return try kit(known.kit(bytes.first ?? 0, replacing: Array(bytes.dropFirst())), known)
    }

    /// A kit as one file has one form, and says what one of the good kits says.
    static func kitFile(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        guard let files = try? TrustKit.Files(oneFile: bytes) else { return false }
        try hold(files.oneFile == bytes, "a kit has one form")
        _ = try kit(files, KnownFiles.shared)
        return true
    }

    private static func kit(
        _ files: TrustKit.Files, _ known: KnownFiles
    ) throws(BrokenProperty) -> Bool {
        guard let kit = try? TrustKit(files) else { return false }
        let genuine = known.kits.compactMap { try? TrustKit($0) }.filter {
            $0.genesis == kit.genesis && $0.registry.newest == kit.registry.newest
        }
        try hold(!genuine.isEmpty, "a registry was signed by its ledger")
        try hold(genuine.contains { $0.head == kit.head }, "a head was signed by its ledger")
        try hold(genuine.contains { $0.time == kit.time }, "a time was signed by its ledger")
        return true
    }
}

/// What is to be known of an entry that is believed.
struct Place: Hashable, Sendable {
    let index: UInt64?

    init(_ report: Report) {
        index = report.index
    }
}
