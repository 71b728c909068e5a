import Checkpoints
import Encoding
import HTTPCalls
import LedgerClient
import Manifests
import Merkle
import Provenance
import Studio

/// A ledger's control statements, folded: every signature was checked.
struct ControlChain {
    /// All of them in order.
    let statements: [Statement]

    /// The state after the newest.
    let registry: Registry

    /// Fetches and folds the chain, so that what is signed stands on it.
    init(from client: LedgerClient) async throws(Failure) {
        let leaves: [[UInt8]]
        do throws(CallError) {
            leaves = try await client.controlStatements()
        } catch {
            throw Network.failure(error)
        }
        do throws(Refusal) {
            var statements: [Statement] = []
            for leaf in leaves { statements.append(try Statement(leaf: leaf)) }
            guard let first = statements.first else {
                throw Refusal(.malformed, field: "control", rule: "must hold entry 0")
            }
            var registry = try Registry(genesis: first)
            // Only the order matters here; the entries' indexes are not in this answer.
            for (position, statement) in statements.enumerated().dropFirst() {
                try registry.apply(statement, at: UInt64(position))
            }
            self.statements = statements
            self.registry = registry
        } catch {
            let ledger = client.ledger.description
            throw Failure(.tryAgain, ledger, "its control chain is broken: \(error)")
        }
    }

    /// Returns the newest statement whose manifest `isMeant`.
    func newest(_ isMeant: (Manifest) -> Bool) -> EntryID? {
        statements.last { $0.controlManifest.map(isMeant) ?? false }?.id
    }

    /// Holds the ledger to a kit: it has the kit's control statements, perhaps more, and its log
    /// contains the kit's head, or is contained in it.
    func check(against kit: TrustKit, _ name: String, _ client: LedgerClient) async throws(Failure)
    {
        let ledger = client.ledger.description
        guard registry.genesis == kit.genesis else {
            throw .no(
                ledger,
                "is the ledger \(registry.origin), genesis \(registry.genesis), but the kit "
                    + "\(name) is of \(kit.origin), genesis \(kit.genesis)",
                hint: "give the kit or the address of the ledger that is meant")
        }
        let isPrefix =
            kit.controls.count <= statements.count
            && zip(kit.controls, statements).allSatisfy { $0.statement.id == $1.id }
        guard isPrefix else {
            throw .no(
                ledger, "does not have the control statements that the kit \(name) has",
                hint: "something stands between, or shows an old copy: nothing was signed")
        }
        try await checkHead(of: kit, name, client)
    }

    private func checkHead(
        of kit: TrustKit, _ name: String, _ client: LedgerClient
    ) async throws(Failure) {
        let ledger = client.ledger.description
        do {
            let head = try HeadVerifier(registry).head(of: try await client.checkpoint())
            let (old, new) = kit.size <= head.size ? (kit.head, head) : (head, kit.head)
            let path = try await client.consistency(from: old.size, to: new.size)
            let proof = try ConsistencyProof(oldSize: old.size, newSize: new.size, path: path)
            try proof.verify(old: old.root, new: new.root)
        } catch let error as CallError {
            throw Network.failure(error)
        } catch let error as Refusal {
            throw .no(ledger, "gave a checkpoint that is not its own: \(error)")
        } catch {
            throw .no(
                ledger, "cannot show that its log contains the head of the kit \(name)",
                hint: "keep the kit: it may prove that the ledger has forked; nothing was signed")
        }
    }
}

/// What is to be done to a control chain.
enum ControlChange {
    /// A statement of this manifest is to be logged.
    case log(Manifest)

    /// It is so already, by this entry: a command that was cut off is run again.
    case done(EntryID)
}
