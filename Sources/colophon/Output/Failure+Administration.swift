import HTTPCalls
import Manifests
import Studio

/// How a person has named what a change of a ledger is about.
struct ChangeSubjects {
    /// The ledger's address.
    let ledger: ServiceURL

    /// The trust kit, as it was named.
    var kit: String?

    /// The file of the key that is changed.
    var key: String?
}

extension Failure {
    /// Why a change of a ledger was not made.
    init(_ error: AdministrationError, _ subjects: ChangeSubjects) {
        let ledger = subjects.ledger.description
        switch error {
        case .ledger(let error): self.init(error)
        case .otherThanKit, .lacksControlOfKit, .foreignCheckpoint, .forked:
            self = .notTheKit(error, subjects)
        case .brokenControl(let refusal):
            self.init(.tryAgain, ledger, "its control chain is broken: \(refusal)")
        case .otherThanOrigin(let found, let named):
            self = .no(ledger, "is the ledger \(found), not \(named)")
        case .changedIdentity: self = .no(ledger, "became another ledger while it was asked")
        case .nothingVouches:
            self = .usage(
                "HOME is not set, so nothing is known of what this key signed for",
                hint: "name the ledger: --origin ORIGIN, or --trust KIT")
        case .contradicts(let found, let contradiction):
            self = .no(
                ledger, contradiction.words(found),
                hint: "nothing was signed; if this one is meant: --origin \(found.origin), "
                    + "or --trust KIT")
        case .notConfirmed:
            self.init(
                .no, ledger, "was not confirmed: nothing was signed",
                hint: "its operator publishes origin and genesis; or give --trust KIT")
        case .memory(let error): self.init(error)
        case .unknownAdministrator:
            self = .usage("--admin: is a key that the ledger at \(ledger) does not know")
        case .unknownKey:
            self = .no(
                subjects.key, "the ledger has no such key",
                hint: "colophon key add registers it first")
        case .refused(let refusal): self = .usage("\(refusal)", hint: Self.remedy(refusal))
        case .unprovenReceipt(let refusal):
            self.init(
                .tryAgain, ledger, "gave a receipt that does not prove the change: \(refusal)",
                hint: "run the same command again: what is in the log is not entered twice")
        case .notApproved: self = .no(ledger, "nothing was signed: you did not want it")
        case .overtaken:
            self.init(
                .tryAgain, ledger, "other administrators were faster, again and again",
                hint: "nothing was changed; run the same command again")
        case .alreadyErased(let entry, let erasure):
            self = .no(
                ledger,
                "the manifest is erased already, by entry \(entry): \"\(erasure.reason)\", "
                    + "\"\(erasure.authority)\"",
                hint: "nothing was signed; there is nothing left to erase")
        case .noEntry: self = .usage("no entry is named")
        case .entry(let entry, let error): self.init(error, "\(entry)")
        case .otherStatement(let entry):
            self.init(.tryAgain, "\(entry)", "the ledger gave another statement")
        case .isControl(let entry):
            self = .no("\(entry)", "is a control statement: those are never erased")
        case .otherManifest(let entry):
            self = .no(
                "\(entry)", "has another manifest than the entries before",
                hint: "erase the entries of each manifest by themselves")
        }
    }

    /// What an administrator can do about a change that the registry does not take.
    private static func remedy(_ refusal: Refusal) -> String? {
        switch (refusal.reason, refusal.field) {
        case (.lockOut, "predicate.operation"), (.lockOut, "predicate.coseKey"):
            "colophon key add --role admin ... registers another administrator first"
        case (.lockOut, "predicate.notBefore"), (.lockOut, "predicate.notAfter"):
            "give this key a longer time, or register another administrator first"
        case (.keyState, "predicate.suspectFrom"):
            """
            a key is revoked once; a later revoke says since when it is suspect, or since earlier: \
            --suspect-from SIZE or --suspect-since TIME
            """
        case (.keyState, "predicate.coseKey"): "colophon keygen makes another key"
        default: nil
        }
    }

    /// Why the ledger is not the one that the kit is of.
    private static func notTheKit(
        _ error: AdministrationError, _ subjects: ChangeSubjects
    ) -> Failure {
        let ledger = subjects.ledger.description
        let name = subjects.kit ?? ""
        return switch error {
        case .otherThanKit(let found, let kit):
            .no(
                ledger, "is the ledger \(found), but the kit \(name) is of \(kit)",
                hint: "give the kit or the address of the ledger that is meant")
        case .lacksControlOfKit:
            .no(
                ledger, "does not have the control statements that the kit \(name) has",
                hint: "something stands between, or shows an old copy: nothing was signed")
        case .foreignCheckpoint(let refusal):
            .no(ledger, "gave a checkpoint that is not its own: \(refusal)")
        default:
            .no(
                ledger, "cannot show that its log contains the head of the kit \(name)",
                hint: "keep the kit: it may prove a fork of the ledger; nothing was signed")
        }
    }
}

extension Contradiction {
    /// What speaks against the ledger that was found.
    func words(_ found: KnownLedger) -> String {
        switch self {
        case .otherThere(let other):
            "is another ledger than the one this key signed for there: it is now "
                + "\(found.identity), it was \(other.identity)"
        case .elsewhere(let other):
            "shows the ledger that this key signed for at \(other.address): \(found.identity)"
        case .sameName(let other):
            "has the name of another ledger that this key signed for: it is "
                + "\(found.identity), but at \(other.address) it was genesis \(other.genesis)"
        }
    }
}
