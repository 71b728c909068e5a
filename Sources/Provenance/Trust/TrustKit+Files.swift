extension TrustKit {
    /// The kit's files, as bytes.
    public struct Files: Hashable, Sendable {
        /// A C2SP tlog-policy: which logs, which witnesses, which quorum.
        public var policy: [UInt8]
        /// The EntryID of entry 0: 43 ASCII characters and LF.
        public var genesis: [UInt8]
        /// All control statements with their proofs (trust-kit.md §1).
        public var registry: [UInt8]
        /// `{origin: COSE_KeySet}` (trust-kit.md §2).
        public var receiptKeys: [UInt8]
        /// PEM certificates of timestamp authorities; nil where there are none.
        public var timestampRoots: [UInt8]?
        /// URLs of the calendars that date the ledger's heads, a line each; nil where there are
        /// none.
        public var calendars: [UInt8]?

        /// Puts the files together.
        public init(
            policy: [UInt8], genesis: [UInt8], registry: [UInt8], receiptKeys: [UInt8],
            timestampRoots: [UInt8]?, calendars: [UInt8]? = nil
        ) {
            self.policy = policy
            self.genesis = genesis
            self.registry = registry
            self.receiptKeys = receiptKeys
            self.timestampRoots = timestampRoots
            self.calendars = calendars
        }
    }
}

/// The one place that says how a kit's files are called, in a folder and in an answer.
extension TrustKit.Files {
    /// The name of one of a kit's files.
    public enum Name: String, CaseIterable, Sendable {
        /// The file of ``TrustKit/Files/policy``.
        case policy
        /// The file of ``TrustKit/Files/genesis``.
        case genesis
        /// The file of ``TrustKit/Files/registry``.
        case registry = "registry.cbor"
        /// The file of ``TrustKit/Files/receiptKeys``.
        case receiptKeys = "receipt-keys.cbor"
        /// The file of ``TrustKit/Files/timestampRoots``, which a kit may lack.
        case timestampRoots = "tsa.pem"
        /// The file of ``TrustKit/Files/calendars``, which a kit may lack.
        case calendars

        /// Whether a kit may lack it.
        public var isOptional: Bool { self == .timestampRoots || self == .calendars }
    }

    /// Reads the files that every kit has, each by its name.
    public init<Failure: Error>(
        reading file: (Name) throws(Failure) -> [UInt8]
    ) throws(Failure) {
        try self.init(reading: file, optional: { _ throws(Failure) in nil })
    }

    /// Reads the files of a kit, each by its name.
    ///
    /// - Parameters:
    ///   - file: Gives the bytes of a file that every kit has.
    ///   - optional: Gives the bytes of a file that a kit may lack; nil where it is not there.
    public init<Failure: Error>(
        reading file: (Name) throws(Failure) -> [UInt8],
        optional: (Name) throws(Failure) -> [UInt8]?
    ) throws(Failure) {
        self.init(
            policy: try file(.policy), genesis: try file(.genesis), registry: try file(.registry),
            receiptKeys: try file(.receiptKeys), timestampRoots: try optional(.timestampRoots),
            calendars: try optional(.calendars))
    }

    /// The files that this kit has, each with its name.
    public var named: [(name: String, bytes: [UInt8])] {
        let files: [(Name, [UInt8]?)] = [
            (.policy, policy), (.genesis, genesis), (.registry, registry),
            (.receiptKeys, receiptKeys), (.timestampRoots, timestampRoots),
            (.calendars, calendars),
        ]
        return files.compactMap { name, bytes in bytes.map { (name.rawValue, $0) } }
    }
}
