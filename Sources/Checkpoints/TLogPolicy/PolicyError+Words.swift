internal import Encoding

extension PolicyError: CustomStringConvertible {
    /// What is wrong with it, in words that end a sentence about the file.
    public var description: String {
        switch self {
        case .tooLong(let count, let limit): "it has \(count) bytes, more than \(limit)"
        case .tooMany(let limit):
            "it has more than \(limit) logs, more than \(limit) witnesses or so many groups"
        case .controlCharacter(let offset): "byte \(offset) is a control character"
        case .otherEncoding: PlainText.advice
        case .unterminated: "its last line does not end with a line feed"
        case .unknownKeyword(let word):
            "a line begins with \"\(word)\", not with log, witness, group or quorum"
        case .wrongWordCount(let word): "a \"\(word)\" line has too few or too many words"
        case .malformedKey(let error): "a key in it cannot be read: \(error)"
        case .wrongKeyType(let key):
            "a log has the key of a witness, or a witness that of a log: \(key.name)"
        case .keyTwice(let key): "the public key of \(key.name) stands in it twice"
        case .reservedName: "\"none\" is no name of a witness, a group or a member"
        case .nameTwice(let name): "\"\(name)\" is defined twice"
        case .undefinedName(let name): "\"\(name)\" is used before a line defines it"
        case .memberTwice(let name): "\"\(name)\" is a member twice"
        case .malformedThreshold(let group):
            "the threshold of the group \"\(group)\" is neither any nor all nor a number"
        case .thresholdOutOfRange(let group):
            "the group \"\(group)\" has fewer members than it asks for, or asks for none"
        case .noQuorum: "it has no quorum line"
        case .quorumTwice: "it has two quorum lines"
        }
    }
}

extension PolicyRefusal: CustomStringConvertible {
    /// What is wrong with a checkpoint, to follow the words "is not accepted by the policy".
    public var description: String {
        switch self {
        case .unknownLog: "no log of the policy has signed it"
        case .unsupportedLog(let key):
            "\(key.name) has signed it in a way that cannot be verified here"
        case .otherOrigin(let key): "\(key.name) has signed it for another log"
        case .badSignature(let key): "it has a line of \(key.name) that does not verify"
        case .quorumNotMet: "too few of the policy's witnesses have seen it"
        }
    }
}

extension VerifierKeyError: CustomStringConvertible {
    /// What is wrong with it, in words.
    public var description: String {
        switch self {
        case .malformed: "it is not of the form NAME+ID+KEY"
        case .malformedName: "its name is empty, or has a space, a control character or a \"+\""
        case .malformedKeyID: "its ID is not eight lower-case hexadecimal digits"
        case .malformedBase64: "its last part is not base64 of a type and a key"
        case .unassignedType(let type): "no key has the type \(type)"
        case .wrongKeyLength(let count, let expected):
            "its key has \(count) bytes, where its type asks for \(expected)"
        case .unusableKey: "it is no Ed25519 key that can be used"
        case .wrongKeyID: "its ID is not that of its name and key"
        case .notEd25519: "it is not an Ed25519 key"
        }
    }
}
