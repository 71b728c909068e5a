import Auditing
import Checkpoints
import Encoding
import Manifests
import Provenance
import Studio

/// Holds the numbers of an issuer's spools to what an audit has read of the whole log.
struct AuditedChain {
    private let issuer: Text
    private let audited: AuditedNumbers

    /// Reads the state of an audit; of another ledger than the kit's it is refused.
    init(of issuer: Text, in path: String, _ kit: TrustKit?) throws(Failure) {
        self.issuer = issuer
        do throws(AuditStateError) {
            audited = try AuditedNumbers(of: issuer, in: path)
        } catch {
            throw Failure(error)
        }
        guard case .ledger(let origin, let genesis) = audited.log.name else {
            throw .unreadable(
                path, "is the audit of a log without statements, so nobody numbered any")
        }
        if let kit, kit.origin.text != origin || kit.genesis != genesis {
            throw .unreadable(
                path,
                "is the audit of \(origin), genesis \(genesis); the trust kit is of "
                    + "\(kit.origin.text), genesis \(kit.genesis)",
                hint: "name the state of an audit of the kit's ledger")
        }
    }

    /// Prints what there is and what is missing; the status is the answer of the check.
    func check(
        from: UInt64, _ local: SpoolNumbers?, _ console: Console
    ) throws(Failure) -> ExitStatus {
        let within = local?.within(audited.size)
        var entries: [NumberedEntry] = []
        for number in audited.numbers {
            do throws(Refusal) {
                entries.append(try NumberedEntry(number))
            } catch {
                throw Failure(.tryAgain, nil, "\(number.entry): \(error)")
            }
        }
        let chains = SpoolChain.all(of: entries, from: from, local: within?.numbers)
        if !audited.log.looks.contains("signatures") {
            console.warn(nil, "this audit has not checked signatures: anybody may have numbered")
        }
        if audited.violations > 0 {
            console.note(
                "the audit has \(audited.violations) findings against the ledger; what they are "
                    + "about is not counted here")
        }
        return ChainReport(issuer: issuer, from: .audit, console).print(
            chains,
            IssuerEntries(
                audited: audited.size, entries, newerCount: within?.newer ?? 0))
    }
}

extension NumberedEntry {
    /// Takes what an audit has of a statement.
    fileprivate init(_ number: AuditedNumbers.Number) throws(Refusal) {
        self.init(
            index: number.index, entry: number.entry, keyID: number.link.keyID,
            chain: try Chain(
                id: number.link.id.bytes, sequence: number.link.sequence,
                previous: number.link.previous))
    }
}
