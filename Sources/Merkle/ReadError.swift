/// Why a proof or a range could not be made from stored nodes.
public enum ReadError<Failure: Error>: Error {
    /// There is no such proof; nothing was read. The caller asked for something impossible.
    case refused(ProofError)

    /// The reader failed; what to do is the reader's to say.
    case failed(Failure)
}

extension ReadError: Equatable where Failure: Equatable {}
extension ReadError: Hashable where Failure: Hashable {}
