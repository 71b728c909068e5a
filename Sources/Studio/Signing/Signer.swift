package import Encoding
import Files
package import Manifests
package import Provenance

/// Signs records as one PoP.
package struct Signer: Sendable {
    /// The PoP's URI.
    package let issuer: Text

    /// The origin of the only ledger that may register the records; nil where any ledger may.
    package let audience: Text?

    private let key: SigningKey

    /// The thumbprint of the key that signs, 32 bytes.
    package var keyID: [UInt8] { key.publicKey.thumbprint }

    /// Creates a signer.
    package init(issuer: Text, key: SigningKey, audience: Text? = nil) {
        self.issuer = issuer
        self.key = key
        self.audience = audience
    }

    /// Signs the provenance of an artifact.
    ///
    /// - Parameters:
    ///   - thread: `sub`; where nil it follows from edition or parents, else is new.
    ///   - chain: the place among all that one spool signs; nil where no spool numbers it.
    package func sign(
        _ draft: ProvenanceDraft, of artifact: Artifact, thread: Text? = nil,
        chain: Chain? = nil, _ fresh: Freshness = Freshness()
    ) throws(SignerError) -> SignedRecord {
        guard NativeText.isText(artifact.name.string) else { throw .nameIsNoText }
        let manifest = try draft.manifest(of: artifact, issuer: issuer, nonce: fresh.nonce)
        let thread = try draft.thread(of: manifest.predicate, overriddenBy: thread)
        return try sign(manifest, thread: thread, chain: chain, fresh)
    }

    /// Signs a record without an artifact: milestone, reconciliation, postmortem or telemetry.
    ///
    /// - Parameters:
    ///   - type: the predicate's type; the manifest's subject follows from it.
    ///   - thread: `sub`; where nil it is new.
    package func sign(
        _ type: Text, _ members: JSON.Object, thread: Text? = nil, chain: Chain? = nil,
        _ fresh: Freshness = Freshness()
    ) throws(SignerError) -> SignedRecord {
        let members = try ExtraMembers.merge(members, into: JSON.Object())
        let needsAudience =
            type == PredicateType.milestone || type == PredicateType.reconciliation
        guard !needsAudience || audience != nil else { throw .audienceMissing(type) }
        let manifest: Manifest
        do throws(Refusal) {
            manifest = try .record(type, members, issuer: issuer, nonce: fresh.nonce)
        } catch {
            throw .refused(error)
        }
        return try sign(manifest, thread: thread ?? .randomURN(), chain: chain, fresh)
    }

    /// Signs a finished manifest byte for byte.
    package func sign(
        finished bytes: [UInt8], thread: Text? = nil, chain: Chain? = nil,
        _ fresh: Freshness = Freshness()
    ) throws(SignerError) -> SignedRecord {
        let manifest: Manifest
        do throws(Refusal) {
            manifest = try Manifest(bytes)
        } catch {
            throw .refused(error)
        }
        guard !PredicateType.isControl(manifest.predicateType) else { throw .isControl }
        let thread = try EditionThread.thread(
            of: manifest.predicate, overriddenBy: thread, parent: nil)
        return try sign(manifest, thread: thread, chain: chain, fresh)
    }

    /// Signs any manifest but a control statement's, which ``Administrator`` signs.
    ///
    /// A ledger takes what is no hash for a hash of another kind; here it is a mistake.
    package func sign(
        _ manifest: Manifest, thread: Text, chain: Chain? = nil,
        _ fresh: Freshness = Freshness()
    ) throws(SignerError) -> SignedRecord {
        if let refusal = StatedHashes.refusal(of: manifest) { throw .refused(refusal) }
        let draft = StatementDraft(
            manifest: manifest, issuer: issuer, subject: thread, audience: audience,
            issuedAt: fresh.issuedAt, claimID: fresh.claimID, chain: chain)
        do throws(Refusal) {
            return try SignedRecord(draft.sign(with: key), manifest: manifest.bytes)
        } catch {
            throw .refused(error)
        }
    }
}

/// A signed statement with its manifest beside it: the content of a `.colophon` file before it is
/// registered, and the body that a ledger is sent.
package struct SignedRecord: Sendable {
    /// The statement.
    package let statement: Statement

    /// The manifest's bytes.
    package let manifest: [UInt8]

    /// Both in one COSE_Sign1.
    package let bytes: [UInt8]

    /// The name of the entry that it becomes.
    package var id: EntryID { statement.id }

    /// Puts a statement and its manifest together.
    package init(_ statement: Statement, manifest: [UInt8]) throws(Refusal) {
        self.statement = statement
        self.manifest = manifest
        bytes = try TransparentStatement(statement, manifest: manifest).encoded()
    }
}

/// Why a record was not signed.
package enum SignerError: Error, Hashable {
    /// The creator is not named. Name the creator.
    case creatorMissing

    /// The record has no title for people to read. Give it a title.
    case titleMissing

    /// The time of capture is not given, and there is no file with a time. Give the time.
    case timeMissing

    /// The name of the file is no text, and a record holds the name. Rename the file.
    case nameIsNoText

    /// A member that the signer fills in is among those written down. Take it out there.
    case filledIn(Text)

    /// A member is given twice. Give it in one place.
    case givenTwice(Text)

    /// The thread of a numbered copy follows from its edition. Name no other.
    case threadOfEdition

    /// A record of this type is meant for one ledger. Name its origin.
    case audienceMissing(Text)

    /// Another command has sealed since the spool was looked at. Look again.
    case overtaken

    /// The manifest is a control statement's, which administrators sign.
    case isControl

    /// The manifest, or the statement, breaks a rule; the refusal names it.
    case refused(Refusal)
}

extension SignerError: CustomStringConvertible {
    /// The reason in words.
    package var description: String {
        switch self {
        case .creatorMissing: "no creator is named"
        case .titleMissing: "the title is missing: every record has one that people read"
        case .timeMissing: "no time of capture is given"
        case .nameIsNoText: "has a name that is not UTF-8, which no record can hold"
        case .filledIn(let name): "\"\(name)\" is filled in and must not be given"
        case .givenTwice(let name): "\"\(name)\" is given twice"
        case .threadOfEdition: "the thread of a numbered copy is DROP#SERIAL and no other"
        case .audienceMissing(let type): "\(type) is meant for one ledger, and none is named"
        case .overtaken: "another command has signed meanwhile"
        case .isControl: "is a control statement's manifest"
        case .refused(let refusal): "\(refusal)"
        }
    }
}
