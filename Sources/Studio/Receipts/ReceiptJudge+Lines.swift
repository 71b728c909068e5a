import Checkpoints
import Provenance

/// Which signature lines of a note a file takes: never one that does not verify (record.md §2).
///
/// The ledger chooses what it serves, and its signature covers no cosignature. One bad line in the
/// name of a real witness makes a record *false* for all who know that witness.
extension ReceiptJudge {
    /// Returns the cosignatures of the kit's witnesses that verify, one of each key: the earliest.
    ///
    /// None without a kit, and none of a type that cannot be verified here, or whose time is too
    /// old for a head that the log signed at `headTime`, in POSIX seconds.
    func verifiedLines(of signed: SignedCheckpoint, at headTime: UInt64) -> [NoteSignature] {
        var lines: [(line: NoteSignature, key: VerifierKey, time: UInt64)] = []
        for line in signed.cosignatures {
            for key in witnesses {
                guard case .cosigned(let time) = key.verify(line, over: signed.note.text),
                    Cosignature.mayBe(at: time, ofHeadAt: headTime)
                else { continue }
                if let place = lines.firstIndex(where: { $0.key == key }) {
                    if time < lines[place].time { lines[place] = (line, key, time) }
                } else {
                    lines.append((line, key, time))
                }
            }
        }
        return lines.map(\.line)
    }

    /// Returns a receipt with those lines alone under its head that the kit can verify, beside the
    /// log's own; without a kit as it is.
    ///
    /// The log's own lines are held to the kit by ``check(_:of:)``.
    func stripped(
        _ receipt: FittingReceipt, of statement: Statement
    ) throws(ReceiptError) -> FittingReceipt {
        guard let kit else { return receipt }
        guard let note = receipt.receipt.note, let signed = try? SignedCheckpoint(parsing: note)
        else { throw .noCheckpoint }
        let keys = kit.logTerms(of: signed.claim.origin).map(\.key)
        let known = signed.ownLines.filter { line in
            keys.contains { $0.name == line.name && $0.keyID == line.keyID }
        }
        let own = known.isEmpty ? signed.ownLines : known
        guard !own.isEmpty else {
            throw .unproven("its checkpoint has no line of the ledger", isUnknown: true)
        }
        let lines = own + verifiedLines(of: signed, at: receipt.receipt.issuedAt)
        guard lines != signed.note.signatures else { return receipt }
        guard let short = try? SignedNote(text: signed.note.text, signatures: lines) else {
            throw .noCheckpoint
        }
        return try FittingReceipt(receipt.receipt.noting(short.encoded), for: statement)
    }

    /// Returns the receipts of a file as a list, without the bad lines of the kit's witnesses.
    func list(_ receipts: [[UInt8]], of statement: Statement) -> ReceiptList {
        var list = ReceiptList(receipts) { isWitnessed($0, of: statement) }
        list.removeBadLines(of: witnesses)
        return list
    }

    /// The keys of the kit's witnesses; none without a kit.
    private var witnesses: [VerifierKey] {
        kit?.policy.witnesses.map(\.key) ?? []
    }
}
