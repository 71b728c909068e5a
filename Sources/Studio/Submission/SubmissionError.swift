package import HTTPCalls
package import Manifests
package import Merkle

/// Why a record was not submitted, or not completed.
package enum SubmissionError: Error, Hashable {
    /// Its file cannot be read, or cannot be written.
    case file(RecordFileError)

    /// It cannot be sent as a ledger takes it.
    case refusedHere(Refusal)

    /// The ledger said no to a record that this key has signed.
    case refused(ProblemDetails, signedBy: Hash)

    /// The ledger's receipt proves nothing. The file stays as it was: submit it again.
    case receipt(ReceiptError)

    /// The receipt is stored, but not what witnesses have signed since.
    case newer(NewerReceiptsError)

    /// The receipt is stored, but not the proof about the head that was seen.
    case seen(SeenProofError)

    /// What the ledger gave that speaks against the record; nil where nothing does.
    var counterEvidence: CounterEvidence? {
        guard case .newer(let error) = self else { return nil }
        return error.counterEvidence
    }
}
