import Checkpoints
import Encoding
import Provenance
import Studio

/// The keys by which logs are known: those of a trust kit, or of the `log` lines of a policy file.
struct LogKeys {
    private let terms: (Text) -> [KeyHistory<VerifierKey>.Term]

    /// Takes the logs of a kit, each key with the tree sizes that it may sign.
    init(_ kit: TrustKit) {
        terms = { kit.logTerms(of: $0) }
    }

    /// Reads the `log` lines of a policy file; it may have all others too, and needs no quorum.
    init(policy path: String) throws(Failure) {
        let bytes = PlainText.lines(
            of: try NamedFile.bytes(of: path, limit: FileLimit.policy))
        let policy: TrustPolicy
        do throws(PolicyError) {
            policy = try Self.policy(bytes)
        } catch {
            throw .unreadable(
                path, "is no policy: \(error)",
                hint: "a policy has a line \"log VKEY\" for each key of a log")
        }
        guard !policy.logs.isEmpty else {
            throw .unreadable(
                path, "knows no log", hint: "add a line \"log VKEY\" for each key of a log")
        }
        terms = { origin in
            policy.logs.filter { $0.key.name == origin }.map { .init(key: $0.key) }
        }
    }

    /// The keys of the log with this origin; none where it is not known.
    func callAsFunction(_ origin: Text) -> [KeyHistory<VerifierKey>.Term] { terms(origin) }

    /// A list of logs, as witnesses have it, is a policy without its quorum.
    private static func policy(_ bytes: [UInt8]) throws(PolicyError) -> TrustPolicy {
        do throws(PolicyError) {
            return try TrustPolicy(parsing: bytes)
        } catch {
            guard error == .noQuorum else { throw error }
            return try TrustPolicy(parsing: bytes + "quorum none\n".utf8)
        }
    }
}
