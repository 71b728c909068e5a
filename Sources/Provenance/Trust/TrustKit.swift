public import Checkpoints
public import Encoding
import Manifests
import Merkle

/// Why a trust kit cannot be used: which of its files, and which rule it breaks.
///
/// Nothing can be verified with such a kit; get another one.
public struct TrustKitError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Name of the file in the kit; nil where the kit as a whole is none.
    public let file: String?

    /// The rule that it breaks.
    public let rule: String

    package init(_ file: TrustKit.Files.Name, _ rule: String) {
        self.file = file.rawValue
        self.rule = rule
    }

    /// The error of a kit in one file that cannot be taken apart.
    init(whole rule: String) {
        file = nil
        self.rule = rule
    }

    /// The file and the rule in one line.
    public var description: String { file.map { "\($0): \(rule)" } ?? rule }
}

/// What a verifier trusts: a pinned genesis, the control statements folded from it, and keys
/// (trust-kit.md).
///
/// The chain shows that no control statement is missing between the first and the last in the kit;
/// that there is no newer one is the word of the kit's source.
///
/// A class, and unchanging: each step of a verification holds the kit, and shares it.
public final class TrustKit: Sendable {
    /// The EntryID that is pinned.
    public let genesis: EntryID

    /// The registry after the kit's last control statement.
    public let registry: Registry

    /// The note of the head that the kit's registry was taken at; it is verified.
    public let signedHead: SignedCheckpoint

    /// The head that the kit's registry was taken at: its note is verified.
    public var head: Checkpoint { signedHead.claim }

    /// Time of that head in POSIX seconds, from its receipt.
    public let time: UInt64

    /// Which logs and witnesses are trusted, and the quorum.
    public let policy: TrustPolicy

    /// All control statements with their indexes, rising; each is proven and applied.
    public let controls: [(statement: Statement, index: UInt64)]

    /// The erasures among them, by the SHA-256 of the manifest; of several the first.
    let erasures: [Hash: Erasure]

    /// The registry after entry 0: where every replay begins.
    private let first: Registry

    /// PEM certificates of timestamp authorities, for an ``EvidenceChecker``; not read here.
    public let timestampRoots: [UInt8]?

    /// The calendars that date the ledger's heads, says whoever gave the kit; they decide nothing.
    public let calendars: [Text]

    /// Bytes of each file but the registry: 256 logs and as many witnesses with ML-DSA keys fit,
    /// and so do all certificates that a system has.
    static let smallFileByteLimit = 1024 * 1024

    /// Receipt keys by origin; for the kit's own, those of the folded registry.
    let receiptKeys: [Text: [Hash: VerificationKey]]

    /// The ledger's origin.
    public var origin: Origin { registry.origin }

    /// Origins of the other logs whose checkpoints or receipts the kit trusts, rising.
    ///
    /// They do not follow from the genesis: whoever gave the kit chose them.
    public var otherOrigins: [Text] {
        Set(policy.logs.map(\.key.name)).union(receiptKeys.keys).subtracting([origin.text])
            .sorted()
    }

    /// The size of the tree that the kit knows.
    public var size: UInt64 { head.size }

    /// Returns the control statement of this name, where the kit has it.
    func control(_ id: EntryID) -> (statement: Statement, index: UInt64)? {
        controls.first { $0.statement.id == id }
    }

    /// Reads and verifies a kit; the error names the file and the rule.
    public convenience init(_ files: Files) throws(TrustKitError) {
        try self.init(files, after: nil)
    }

    /// Reads and verifies a kit; the error names the file and the rule.
    ///
    /// The signatures of control statements that `older` begins with, byte for byte and at the same
    /// places, were verified when that was read, and are not verified again. All else is.
    package init(_ files: Files, after older: TrustKit?) throws(TrustKitError) {
        genesis = try Self.genesis(PlainText.lines(of: files.genesis))
        try Self.checkSize(.receiptKeys, files.receiptKeys)
        try Self.checkSize(.timestampRoots, files.timestampRoots ?? [])
        timestampRoots = files.timestampRoots
        calendars =
            try files.calendars.map { bytes throws(TrustKitError) in
                try CalendarsFile(PlainText.lines(of: bytes)).urls
            } ?? []
        let evidence = try RegistryFile(files.registry)
        do {
            policy = try TrustPolicy(file: files.policy)
        } catch {
            throw TrustKitError(.policy, "must be a tlog-policy: \(error)")
        }
        (first, registry) = try Self.fold(evidence.controls, pinned: genesis, after: older)
        controls = evidence.controls
        erasures = Self.erasures(among: evidence.controls)
        signedHead = try evidence.verifiedHead(registry)
        let keys = try ReceiptKeysFile(files.receiptKeys)
        try keys.checkOwn(registry)
        try Self.checkOwnLogKeys(policy, registry)
        receiptKeys = try keys.verificationKeys()
        time = try evidence.verifiedTime(
            signedHead.claim, registry, receiptKeys[registry.origin.text] ?? [:])
    }

    /// Returns the registry as it stood below `index`: what decided about an entry there.
    ///
    /// Replays the control statements, whose signatures were checked when the kit was read;
    /// an index of 0 gives the state after entry 0, which is the first that there is.
    public func registry(below index: UInt64) -> Registry {
        guard index <= registry.newestIndex else { return registry }
        do throws(Refusal) {
            var past = first
            for control in controls.dropFirst() where control.index < index {
                try past.replay(control.statement, at: control.index)
            }
            return past
        } catch {
            preconditionFailure("control statements that folded once fold again: \(error)")
        }
    }

    private static func checkSize(_ name: Files.Name, _ bytes: [UInt8]) throws(TrustKitError) {
        guard bytes.count <= smallFileByteLimit else {
            throw TrustKitError(name, "must not exceed \(smallFileByteLimit) bytes")
        }
    }

    private static func genesis(_ bytes: [UInt8]) throws(TrustKitError) -> EntryID {
        guard bytes.count == EntryID.characterCount + 1, bytes.last == UInt8(ascii: "\n"),
            let text = Text(utf8: bytes.dropLast()), let id = EntryID(text)
        else {
            throw TrustKitError(.genesis, "must be an EntryID of 43 characters and LF")
        }
        return id
    }

    /// Applies all control statements, each with its signature; returns the state after entry 0
    /// and the newest.
    private static func fold(
        _ controls: [(statement: Statement, index: UInt64)], pinned: EntryID, after older: TrustKit?
    ) throws(TrustKitError) -> (first: Registry, newest: Registry) {
        guard let first = controls.first, first.index == 0, first.statement.id == pinned else {
            throw TrustKitError(
                .registry, "must begin with the entry that genesis pins, at index 0")
        }
        var index: UInt64 = 0
        do throws(Refusal) {
            let known = older.flatMap { $0.begins(controls) ? $0 : nil }
            var registry: Registry
            if let known {
                registry = known.registry
            } else {
                registry = try Registry(genesis: first.statement)
            }
            let genesis = known?.first ?? registry
            for control in controls.dropFirst(known?.controls.count ?? 1) {
                index = control.index
                try registry.apply(control.statement, at: control.index)
            }
            return (genesis, registry)
        } catch {
            throw TrustKitError(.registry, "entry \(index) does not fold: \(error)")
        }
    }

    /// Whether `controls` begin with all those of this kit, byte for byte.
    private func begins(_ controls: [(statement: Statement, index: UInt64)]) -> Bool {
        controls.count >= self.controls.count
            && zip(self.controls, controls).allSatisfy {
                $0.index == $1.index && $0.statement.leaf == $1.statement.leaf
            }
    }

    /// The log keys that the kit trusts for `origin`, each with the tree sizes that it may sign;
    /// none where it does not know that log.
    public func logTerms(of origin: Text) -> [KeyHistory<VerifierKey>.Term] {
        if origin == self.origin.text { return registry.noteKeys.terms }
        return policy.logs.filter { $0.key.name == origin }.map { .init(key: $0.key) }
    }

    /// The policy must hold exactly the note keys of the registry (trust-kit.md §3).
    private static func checkOwnLogKeys(
        _ policy: TrustPolicy, _ registry: Registry
    ) throws(TrustKitError) {
        let listed = Set(policy.logs.map(\.key).filter { $0.name == registry.origin.text })
        let folded = Set(registry.noteKeys.terms.map(\.key))
        guard listed == folded else {
            throw TrustKitError(
                .policy, "must list exactly the note keys of \(registry.origin.text)'s registry")
        }
    }
}
