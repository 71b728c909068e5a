public import Merkle

/// A refusal: the reason, the field, and the rule.
public struct Refusal: Error, Hashable, Sendable {
    /// The kind of failure; servers map it to a status, programs to an exit code.
    public enum Reason: String, CaseIterable, Sendable {
        /// The bytes cannot be read at all. Send well-formed bytes.
        case malformed
        /// A statement of a type this version does not know: not false, but not readable here.
        case unknownType
        /// Something is larger than its limit. Send less.
        case tooLarge
        /// A manifest does not have the form its type prescribes. Mend the named field.
        case schema
        /// Statement and manifest, or two parts of one of them, contradict each other.
        case mismatch
        /// The statement came without its manifest. Send both.
        case missingManifest
        /// The algorithm is not accepted, or is not the key's.
        case algorithm
        /// The signature does not verify.
        case signature
        /// No control statement has added the signing key.
        case unknownKey
        /// The signing key is retired, revoked, or outside its time window.
        case keyState
        /// After this control statement nobody could sign another one. Do first what the rule says.
        case lockOut
        /// The issuer is not the one the key is registered for.
        case issuer
        /// The key's role does not permit this type of statement.
        case role
        /// The type is not one the ledger's policy lists, or not one this version knows.
        case predicate
        /// The statement is meant for another ledger.
        case audience
        /// The statement's time is too far in the future.
        case clock
        /// A control statement does not follow the newest one. Sign it again on top of that.
        case outOfTurn
        /// The same issuer has used the same statement id for other bytes.
        case conflict
        /// The sender or the issuer asks for more than its share. Send the same bytes again later.
        case rate
        /// There is no room now. Send the same bytes again later.
        case busy
        /// The store failed. Send the same bytes again later.
        case storage
    }

    /// The kind of failure.
    public let reason: Reason

    /// The path of the wrong part: `predicate.edition.serial`, `protected.15.iss`.
    public let field: String

    /// The rule that is broken, without a full stop: "must be an integer from 1 to total".
    public let rule: String

    /// The SHA-256 of the statement that stands in the way, with `conflict` and `outOfTurn`.
    public let existing: Hash?

    /// Creates a refusal.
    public init(_ reason: Reason, field: String, rule: String, existing: Hash? = nil) {
        self.reason = reason
        self.field = field
        self.rule = rule
        self.existing = existing
    }
}

extension Refusal: CustomStringConvertible {
    /// One line: the field, a colon, the rule.
    public var description: String {
        "\(field): \(rule)"
    }
}
