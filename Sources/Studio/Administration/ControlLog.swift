package import Checkpoints
import HTTPCalls
package import LedgerClient
package import Manifests
import Merkle
package import Provenance

/// A ledger's control statements, folded: every signature was checked.
package struct ControlLog: Sendable {
    /// All of them in order.
    package let statements: [Statement]

    /// The state after the newest.
    package let registry: Registry

    /// Fetches and folds the statements, so that what is signed stands on them.
    package init(from client: LedgerClient) async throws(AdministrationError) {
        let leaves: [[UInt8]]
        do throws(CallError) {
            leaves = try await client.controlStatements()
        } catch {
            throw .ledger(error)
        }
        do throws(Refusal) {
            try self.init(leaves)
        } catch {
            throw .brokenControl(error)
        }
    }

    /// The same of a ledger that is only read: holds it to a kit and an origin that are named.
    package init(
        reading client: LedgerClient, kit: TrustKit?, origin: Origin?
    ) async throws(AdministrationError) {
        try await self.init(from: client)
        if let kit { try await check(against: kit, client) }
        if let origin, origin != registry.origin {
            throw .otherThanOrigin(
                LedgerIdentity(origin: registry.origin, genesis: registry.genesis), named: origin)
        }
    }

    /// Folds the statements with these leaves, the first of which is entry 0.
    package init(_ leaves: [[UInt8]]) throws(Refusal) {
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
    }

    /// Returns the newest statement whose manifest `isMeant`.
    package func newest(_ isMeant: (Manifest) -> Bool) -> EntryID? {
        statements.last { $0.controlManifest.map(isMeant) ?? false }?.id
    }

    /// Holds the ledger to a kit: it has the kit's control statements, perhaps more, and its log
    /// contains the kit's head, or is contained in it.
    func check(against kit: TrustKit, _ client: LedgerClient) async throws(AdministrationError) {
        guard registry.genesis == kit.genesis else {
            throw .otherThanKit(
                LedgerIdentity(origin: registry.origin, genesis: registry.genesis),
                kit: LedgerIdentity(origin: kit.origin, genesis: kit.genesis))
        }
        let isPrefix =
            kit.controls.count <= statements.count
            && zip(kit.controls, statements).allSatisfy { $0.statement.id == $1.id }
        guard isPrefix else { throw .lacksControlOfKit }
        try await checkHead(of: kit, client)
    }

    private func checkHead(
        of kit: TrustKit, _ client: LedgerClient
    ) async throws(AdministrationError) {
        do {
            let head = try HeadVerifier(registry).head(of: try await client.checkpoint())
            let (old, new) = kit.size <= head.size ? (kit.head, head) : (head, kit.head)
            let path = try await client.consistency(from: old.size, to: new.size)
            let proof = try ConsistencyProof(oldSize: old.size, newSize: new.size, path: path)
            try proof.verify(old: old.root, new: new.root)
        } catch let error as CallError {
            throw .ledger(error)
        } catch let error as Refusal {
            throw .foreignCheckpoint(error)
        } catch {
            throw .forked
        }
    }
}

/// What an administrator wants of a ledger: a change of its keys, of its policy, of its content.
package protocol ControlChange: Sendable {
    /// Returns the next step towards the change, on top of the control statements as they stand.
    ///
    /// Asked again where another administrator was faster.
    func step(on log: ControlLog, _ fresh: Freshness) throws(AdministrationError) -> ControlStep
}

/// The step towards a change.
package enum ControlStep: Sendable {
    /// A statement of this manifest is to be logged.
    case log(Manifest)

    /// It is so already, by this entry: a command that was cut off is run again.
    case done(EntryID)
}
