import Checkpoints
import Encoding
import Files
import Provenance

/// The part of a kit that does not follow from its genesis: witnesses, groups and quorum, and
/// timestamp authorities.
struct KitQuorum {
    private(set) var files: TrustKit.Files
    private var policy: TrustPolicy

    init(_ files: TrustKit.Files) throws(Failure) {
        self.files = files
        do throws(PolicyFileError) {
            policy = try TrustPolicy(file: files.policy)
        } catch {
            throw Failure("the kit's policy cannot be read: \(error)", code: Failure.unavailable)
        }
    }

    /// Whether the kit asks for no witness.
    var hasNone: Bool { policy.quorum == .none }

    /// Takes the witnesses of another policy in place of those that the kit has.
    mutating func take(_ witnesses: WitnessPlan) throws(Failure) {
        let asked = witnesses.policy
        do throws(PolicyError) {
            // None of their keys may be one of the ledger's own.
            policy = try TrustPolicy(
                logs: policy.logs, witnesses: asked.witnesses, groups: asked.groups,
                quorum: asked.quorum)
        } catch {
            throw Failure("\(witnesses.file): does not fit this ledger: \(error)")
        }
        let logs = policy.logs.flatMap { Array("log \($0.key)\n".utf8) }
        files.policy = logs + policy.witnessLines(withAddresses: false)
    }

    /// Takes these certificates of timestamp authorities in place of those that the kit has.
    mutating func take(timestampRoots pem: [UInt8]) { files.timestampRoots = pem }

    /// Whether the head of a kit has cosignatures.
    static func isCosigned(_ files: TrustKit.Files) -> Bool {
        // The ledger made it just now; where it cannot be read, verifying the kit says so.
        guard let parts = try? CBOR.decode(files.registry), let note = parts.arrayValue?.first,
            let bytes = note.bytesValue, let signed = try? SignedCheckpoint(parsing: bytes)
        else { return false }
        return !signed.cosignatures.isEmpty
    }

    /// Whether a kit is there that has a quorum; what is no kit has none.
    ///
    /// A file that is there and that the system does not give out may be one.
    static func hasQuorum(at path: String, isOneFile: Bool) throws(Failure) -> Bool {
        let name = isOneFile ? path : "\(path)/\(TrustKit.Files.Name.policy.rawValue)"
        let limit = isOneFile ? FileLimits.kit : TrustPolicy.maximumByteCount
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try InputFile(name).bytes(limit: limit)
        } catch {
            guard error.isForbidden || error.isFailing || error.isShortage else { return false }
            throw Failure(
                "\(error.path): is to be replaced, and cannot be read: \(error.words)",
                hint: "mend that, or name a place where nothing is")
        }
        let policy = isOneFile ? (try? TrustKit.Files(oneFile: bytes))?.policy : bytes
        return policy.flatMap { try? TrustPolicy(file: $0) }.map { $0.quorum != .none } ?? false
    }

    /// Limits of files that are only looked at.
    private enum FileLimits {
        /// Bytes of a kit in one file that programs take (trust-kit.md §4).
        static let kit = 64 << 20
    }
}
