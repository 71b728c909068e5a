import Checkpoints
public import Encoding
public import Manifests
public import Merkle

extension Report {
    /// The key that signed, as the kit knows it: nothing in it is the file's own word but the kid.
    public struct Signer: Hashable, Sendable {
        /// What the kit says of the key, as of its size.
        public enum State: String, CaseIterable, Sendable {
            /// In use.
            case added

            /// Draining: it signs nothing new.
            case retired

            /// Revoked, and this entry is none of those that are suspect.
            case revoked

            /// Revoked, and this entry may be another's: it stands where the key is suspect.
            case suspect

            /// The kit does not know the key, or the key did not sign this.
            case unknown
        }

        /// The URI that the key signs for; nil where the state is `unknown`.
        public let issuer: Text?

        /// The thumbprint of the key that the statement names.
        public let keyID: Hash

        /// What the key may sign, sorted; empty where the state is `unknown`.
        public let roles: [Role]

        /// What the kit says of the key.
        public let state: State

        /// The revocation; nil where the key is not revoked.
        public let revocation: Revocation?

        /// A key of which nothing is known.
        init(unknown keyID: Hash) {
            self.init(issuer: nil, keyID: keyID, roles: [], state: .unknown)
        }

        init(
            issuer: Text?, keyID: Hash, roles: [Role], state: State, revocation: Revocation? = nil
        ) {
            self.issuer = issuer
            self.keyID = keyID
            self.roles = roles
            self.state = state
            self.revocation = revocation
        }
    }

    /// The end of a key: what was logged of it from there on is not admitted.
    public struct Revocation: Hashable, Sendable {
        /// The entry of the first `revoke`.
        public let entry: UInt64

        /// The administrator's reason in that entry; may be empty.
        public let reason: Text

        /// The tree size from which the key's entries are suspect; nil where none are.
        public let suspectFrom: UInt64?

        /// Words for a person, without a full stop.
        public var words: String {
            let quoted = reason.isEmpty ? "" : " (\"\(reason)\")"
            return "the key was revoked in entry \(entry)\(quoted)"
        }
    }
}

extension Report.Signer {
    /// Why the entry is suspect, in words without a full stop; nil where it is not.
    public var doubt: String? {
        guard state == .suspect, let revocation, let from = revocation.suspectFrom else {
            return nil
        }
        return "\(revocation.words) and is suspect from entry \(from) on"
    }

    /// What `kit` knows of a key that signed the entry at `index`.
    init(_ record: KeyRecord, at index: UInt64?, by kit: TrustKit) {
        let revocation = Report.Revocation(record, in: kit)
        let state: State =
            switch record.state {
            case .added: .added
            case .retired: .retired
            case .revoked(let from?)
            where index.map { from <= $0 && $0 < record.changedAt } ?? false:
                .suspect
            case .revoked: .revoked
            }
        self.init(
            issuer: record.issuer, keyID: record.key.keyID, roles: record.roles.sorted(),
            state: state, revocation: revocation)
    }

    /// What `registry` knows of the key that signed a control statement, which holds.
    init(ofControl statement: Statement, at index: UInt64?, in registry: Registry, by kit: TrustKit)
    {
        if let record = registry.keys[statement.keyID] {
            self.init(record, at: index, by: kit)
            return
        }
        let term = registry.ledgerKeys.terms.first { $0.key.keyID == statement.keyID }
        self.init(
            issuer: statement.issuer, keyID: statement.keyID,
            roles: [term == nil ? .recovery : .ledger],
            state: term?.lastSize == nil ? .added : .retired)
    }
}

extension Report.Revocation {
    /// Reads when and why a key was revoked; nil where it is not.
    fileprivate init?(_ record: KeyRecord, in kit: TrustKit) {
        guard case .revoked(let suspectFrom) = record.state else { return nil }
        let control = kit.controls.first { $0.index == record.changedAt }
        let change = control?.statement.controlManifest.flatMap { try? KeyManifest($0) }
        self.init(
            entry: record.changedAt, reason: change?.reason ?? "", suspectFrom: suspectFrom)
    }
}
