import Checkpoints
import Encoding
import LedgerStore
import Manifests
import Merkle
import Provenance

/// The order to hand over one of the ledger's own keys (registry.md §7).
///
/// Only the sequencer can write the statement: it names the last size that the old key signs, and
/// stands at that index, so that the first head which shows it is signed by the new key.
struct Handover: Sendable {
    /// Which key.
    let which: LogKeyManifest.Which

    /// The private key that comes next, which is on the disk already.
    let next: SigningKey

    /// The tree size from which heads of the keys so far are suspect; nil for none.
    let suspectFrom: UInt64?

    /// Called once with the index of the entry, on the sequencer's thread, which it must not keep.
    let decided: @Sendable (Result<UInt64, LedgerError>) -> Void

    /// The statement, for the end of the tree of `state`, signed by its ledger key.
    ///
    /// - Parameter time: the ledger's clock in POSIX seconds.
    func candidate(
        on state: TreeState, by ledgerKey: SigningKey, at time: UInt64
    ) throws(LedgerError) -> Candidate {
        let registry = state.registry
        guard !registry.isCurrent(next.publicKey, which) else {
            throw .tryAgain("an earlier attempt has handed the key over already; run this again")
        }
        let name = try Self.name(of: next, which, origin: registry.origin)
        do throws(Refusal) {
            let manifest = try LogKeyManifest(
                which, old: registry.currentName(which), new: name,
                lastSize: state.range.size, suspectFrom: suspectFrom
            ).manifest(origin: registry.origin.text, nonce: RandomBytes.nonce())
            let statement = try StatementDraft(
                manifest: manifest, issuer: registry.origin.uri, subject: registry.origin.uri,
                audience: registry.origin.text,
                // Not before a head that this key has signed: evidence of such heads is judged by
                // this time.
                issuedAt: max(time, state.head.time), claimID: RandomBytes.nonce(),
                chain: Chain(
                    id: registry.chainID, sequence: registry.sequence,
                    previous: registry.newest.hash)
            ).sign(with: ledgerKey)
            return Candidate(NamedStatement(statement), manifest: nil, judgedBy: registry.newest)
        } catch {
            throw .badRequest("\(error)")
        }
    }

    /// A key as a `log-key` statement names it.
    static func name(
        of key: SigningKey, _ which: LogKeyManifest.Which, origin: Origin
    ) throws(LedgerError) -> Text {
        which == .note
            ? Text("\(try noteKey(of: key, origin: origin))") : Text(key.publicKey.string)
    }

    /// The public half of a note key.
    static func noteKey(of key: SigningKey, origin: Origin) throws(LedgerError) -> VerifierKey {
        do throws(VerifierKeyError) {
            return try NoteSigner(name: origin.text, key: key).verifierKey
        } catch {
            throw .cannotSign("the next note key cannot sign: \(error)")
        }
    }
}

extension Outcome {
    /// The index that the statement was given; throws where it has none.
    var index: UInt64 {
        get throws(LedgerError) {
            switch self {
            case .registered(let index), .known(let index): return index
            case .refused(let refusal): throw .badRequest("\(refusal)")
            }
        }
    }
}
