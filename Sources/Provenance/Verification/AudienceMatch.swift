import Checkpoints
import Encoding

/// Whether the statement is meant for the ledgers that have it (verification.md §6).
///
/// Takes the statement and the proven heads: an unproven receipt has no say.
struct AudienceMatch {
    /// What was found about the audience.
    let finding: Finding

    /// Compares the audience with the origins that are proven to have the entry; where none is,
    /// with the kit's.
    init(of statement: Statement, with heads: ProvenHeads, by kit: TrustKit) {
        guard let audience = statement.audience else {
            finding = Finding(.aud, .absent, "may be registered in any ledger")
            return
        }
        let origins = heads.heads.isEmpty ? [kit.origin.text] : heads.heads.map(\.origin)
        finding =
            if let other = origins.first(where: { $0 != audience }) {
                Finding(.aud, .refuted, "is meant for \(audience), not for \(other)")
            } else {
                Finding(.aud, .ok, "is meant for \(audience)")
            }
    }
}
