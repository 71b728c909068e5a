/// Which logs are believed, and which witnesses must have seen their checkpoints (C2SP
/// tlog-policy).
///
/// A value of this type is well formed: every name is defined before it is used and used as a
/// member once at most, no public key occurs twice, and a quorum is set. So the quorum is a
/// tree, and evaluating it ends.
public struct TrustPolicy: Hashable, Sendable {
    /// A log whose checkpoints are accepted.
    public struct Log: Hashable, Sendable {
        /// The log's key; its name is the log's origin.
        public let key: VerifierKey

        /// Where the log is reached, where the policy says so.
        public let url: PolicyWord?

        /// Creates a log.
        public init(key: VerifierKey, url: PolicyWord? = nil) {
            self.key = key
            self.url = url
        }
    }

    /// A witness whose cosignatures count.
    public struct Witness: Hashable, Sendable {
        /// The name of the witness in the policy's groups and quorum; it means nothing elsewhere.
        public let name: PolicyWord

        /// The witness's key.
        public let key: VerifierKey

        /// Where the witness is reached, where the policy says so.
        public let url: PolicyWord?

        /// Creates a witness.
        public init(name: PolicyWord, key: VerifierKey, url: PolicyWord? = nil) {
            self.name = name
            self.key = key
            self.url = url
        }
    }

    /// Witnesses and groups of which some must have seen a checkpoint.
    public struct Group: Hashable, Sendable {
        /// The name of this group in other groups and the quorum.
        public let name: PolicyWord

        /// How many of the members must have seen a checkpoint, 1...count.
        public let threshold: Int

        /// Names of witnesses and groups that are defined before.
        public let members: [PolicyWord]

        /// Creates a group; the policy checks it.
        public init(name: PolicyWord, threshold: Int, members: [PolicyWord]) {
            self.name = name
            self.threshold = threshold
            self.members = members
        }
    }

    /// Most logs, witnesses and groups, each: eight times what the specification asks for.
    public static let maximumCount = 256

    /// The logs, in the order of the file; any of them will do, and there may be none.
    public private(set) var logs: [Log] = []

    /// The witnesses, in the order of the file.
    public private(set) var witnesses: [Witness] = []

    /// The groups, in the order of the file: members come first.
    public private(set) var groups: [Group] = []

    /// The witness or group that must have seen a checkpoint, or ``PolicyWord/none``.
    public private(set) var quorum: PolicyWord = .none

    /// Creates a policy; groups are given in an order in which members come first.
    public init(
        logs: [Log], witnesses: [Witness] = [], groups: [Group] = [], quorum: PolicyWord = .none
    ) throws(PolicyError) {
        self.init()
        for log in logs { try add(log) }
        for witness in witnesses { try add(witness) }
        for group in groups { try add(group) }
        try set(quorum: quorum)
    }

    /// Starts an empty policy, for the reader to fill.
    init() {}

    /// Adds a log; its key must be none of those that only witnesses use.
    mutating func add(_ log: Log) throws(PolicyError) {
        guard logs.count < Self.maximumCount else { throw .tooMany(limit: Self.maximumCount) }
        guard log.key.kind != .cosigner else { throw .wrongKeyType(log.key) }
        try checkUnused(log.key)
        logs.append(log)
    }

    /// Adds a witness; its key must be able to cosign.
    mutating func add(_ witness: Witness) throws(PolicyError) {
        guard witnesses.count < Self.maximumCount else {
            throw .tooMany(limit: Self.maximumCount)
        }
        guard witness.key.kind != .log else { throw .wrongKeyType(witness.key) }
        try checkUndefined(witness.name)
        try checkUnused(witness.key)
        witnesses.append(witness)
    }

    /// Adds a group; its members must be defined and in no other group.
    mutating func add(_ group: Group) throws(PolicyError) {
        guard groups.count < Self.maximumCount else { throw .tooMany(limit: Self.maximumCount) }
        try checkUndefined(group.name)
        var taken = Set(groups.flatMap(\.members))
        for member in group.members {
            guard isDefined(member) else { throw .undefinedName(member) }
            guard taken.insert(member).inserted else { throw .memberTwice(member) }
        }
        guard (1...max(1, group.members.count)).contains(group.threshold),
            !group.members.isEmpty
        else { throw .thresholdOutOfRange(group.name) }
        groups.append(group)
    }

    /// Sets the quorum, which must be defined or "none".
    mutating func set(quorum: PolicyWord) throws(PolicyError) {
        guard quorum == .none || isDefined(quorum) else { throw .undefinedName(quorum) }
        self.quorum = quorum
    }

    private func isDefined(_ name: PolicyWord) -> Bool {
        witnesses.contains { $0.name == name } || groups.contains { $0.name == name }
    }

    private func checkUndefined(_ name: PolicyWord) throws(PolicyError) {
        guard name != .none else { throw .reservedName }
        guard !isDefined(name) else { throw .nameTwice(name) }
    }

    /// Refuses a public key that occurs already, under any name, type and key ID; stricter than the
    /// specification, a key must not be a log's and a witness's either.
    private func checkUnused(_ key: VerifierKey) throws(PolicyError) {
        // A note may hold U+007F in a name, a policy file may not.
        guard PolicyWord(key.description) != nil else { throw .malformedKey(.malformedName) }
        let isUsed =
            logs.contains { $0.key.publicKey == key.publicKey }
            || witnesses.contains { $0.key.publicKey == key.publicKey }
        guard !isUsed else { throw .keyTwice(key) }
    }
}

/// Why a policy is refused (C2SP tlog-policy).
///
/// Every case is to be mended in the policy; none of it may be skipped.
public enum PolicyError: Error, Hashable, Sendable {
    /// The file has more bytes than `limit`.
    case tooLong(Int, limit: Int)

    /// More logs, witnesses or groups are defined than `limit`.
    case tooMany(limit: Int)

    /// A control character other than tab and LF stands at `offset`.
    case controlCharacter(offset: Int)

    /// It is UTF-16 text.
    case otherEncoding

    /// The last line does not end with LF.
    case unterminated

    /// A line begins with a word that means nothing here.
    case unknownKeyword(PolicyWord)

    /// A line has too few or too many words.
    case wrongWordCount(keyword: PolicyWord)

    /// A key cannot be read.
    case malformedKey(VerifierKeyError)

    /// A log has a cosigner's key or a witness a log's.
    case wrongKeyType(VerifierKey)

    /// A public key occurs twice, perhaps under two names.
    case keyTwice(VerifierKey)

    /// "none" is used as the name of a witness, a group or a member.
    case reservedName

    /// A name is defined twice.
    case nameTwice(PolicyWord)

    /// A name is used that no line before defines.
    case undefinedName(PolicyWord)

    /// A name is a member twice.
    case memberTwice(PolicyWord)

    /// A threshold is neither "any" nor "all" nor a decimal number.
    case malformedThreshold(group: PolicyWord)

    /// A group has no members, or its threshold is not 1...count.
    case thresholdOutOfRange(PolicyWord)

    /// No line sets the quorum.
    case noQuorum

    /// A second line sets the quorum.
    case quorumTwice
}
