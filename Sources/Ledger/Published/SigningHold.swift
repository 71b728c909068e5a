import LedgerStore

/// Why no head is signed, and so nothing registered, although the ledger is open.
struct SigningHold: Hashable {
    /// Who keeps it from signing, and so what ends that.
    enum Cause: Hashable {
        /// The store itself: only another opening ends it.
        case store

        /// The witnesses are being asked what they remember.
        case asking

        /// What a witness remembers.
        case witness
    }

    let cause: Cause
    let unready: Unready

    /// The store is older than what was signed here, or of another history.
    static func store(_ error: LedgerError) -> SigningHold {
        SigningHold(cause: .store, unready: Unready(error))
    }

    /// A witness remembers what the store does not have.
    static func witness(_ error: LedgerError) -> SigningHold {
        SigningHold(cause: .witness, unready: Unready(error))
    }

    /// The witnesses are being asked.
    static let asking = SigningHold(
        cause: .asking,
        unready: Unready(
            .tryAgain(
                "the witnesses are being asked which head they remember; nothing is signed before "
                    + "they have answered")))
}
