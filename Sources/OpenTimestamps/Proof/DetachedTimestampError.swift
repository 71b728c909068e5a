/// Why a proof, or a calendar's answer, was not taken.
package enum DetachedTimestampError: Error, Hashable, Sendable {
    /// It has more bytes than a proof, or an answer, may have.
    case tooLarge(limit: Int)

    /// It does not begin as a proof does.
    case notAProof

    /// It is of another version of the format.
    case version(UInt64)

    /// What it is about was hashed in another way than SHA-256; this program cannot check it.
    case hashKind(UInt8)

    /// It ends too early.
    case truncated

    /// So many bytes follow its end.
    case trailing(Int)

    /// A number in it is too large, or not in its shortest form.
    case number

    /// A step has an argument of no byte, or of more than the format's limit.
    case argument(UInt64)

    /// A step has a result larger than the format's limit.
    case result(Int)

    /// An attestation has more bytes than the format's limit.
    case payload(UInt64)

    /// A calendar's URI is too long or has a character that none may have.
    case calendar

    /// A step that the format has and this program does not compute.
    case unsupportedStep(String)

    /// A step that the format does not have.
    case unknownStep(UInt8)

    /// One message has the same step or the same attestation twice.
    case twice

    /// One way has more steps than the format's limit.
    case tooDeep

    /// It has more steps and attestations than a proof may have.
    case tooMany(limit: Int)

    /// Two proofs that are not about the same digest.
    case otherDigest

    /// No calendar's promise stands at the message that was named.
    case notPending

    /// It says nothing that the proof does not say.
    case addsNothing
}

extension DetachedTimestampError: CustomStringConvertible {
    /// What is wrong with it, in words that end a sentence about it.
    package var description: String {
        switch self {
        case .tooLarge(let limit): "it has more than \(limit) bytes"
        case .notAProof: "it does not begin as an OpenTimestamps proof"
        case .version(let number): "it is of version \(number) of the format, not 1"
        case .hashKind: "what it is about was not hashed by SHA-256"
        case .truncated: "it ends too early"
        case .trailing(let count): "bytes follow its end: \(count)"
        case .number: "a number in it is too large, or not in its shortest form"
        case .argument(let count):
            "a step has an argument of \(count) bytes, not 1 to \(AttestationStep.byteLimit)"
        case .result(let count):
            "a step has a result of \(count) bytes, over \(AttestationStep.byteLimit)"
        case .payload(let count):
            "an attestation has \(count) bytes, over \(Attestation.payloadLimit)"
        case .calendar:
            "a calendar's name is over \(Attestation.calendarLimit) bytes, or has a character"
                + " that none may have"
        case .unsupportedStep(let name): "it has a step that is not computed here, \(name)"
        case .unknownStep(let tag): "it has a step of no known kind, \(tag)"
        case .twice: "one message has the same step or attestation twice"
        case .tooDeep: "one way has more than \(AttestationTree.depthLimit) messages"
        case .tooMany(let limit): "it has more than \(limit) steps and attestations"
        case .otherDigest: "it is about another digest"
        case .notPending: "it has no promise at the message that was asked about"
        case .addsNothing: "it says nothing new"
        }
    }
}
