import Checkpoints
import Encoding
import Provenance
import Studio
import Witnessing

/// The keys by which logs are known: those of a trust kit, or of the `log` lines of a policy file.
struct LogKeys {
    private let terms: (Text) -> [KeyHistory<VerifierKey>.Term]
    private let doubt: (Checkpoint) -> KeyDoubt?

    /// Takes the logs of a kit, each key with the tree sizes that it may sign.
    init(_ kit: TrustKit) {
        terms = { kit.logTerms(of: $0) }
        doubt = { head in
            head.origin == kit.origin.text
                ? kit.registry.noteKeys.doubt(about: head.size) : nil
        }
    }

    /// Reads the `log` lines of a policy file, or of a witness's list, which is one without a
    /// quorum.
    init(policy path: String) throws(Failure) {
        let bytes = try NamedFile.bytes(of: path, limit: KnownLogs.maximumByteCount)
        let logs: KnownLogs
        do throws(KnownLogsError) {
            logs = try KnownLogs(parsing: bytes)
        } catch {
            throw .unreadable(
                path, "is no policy: \(error)",
                hint: "a policy has a line \"log VKEY\" for each key of a log")
        }
        guard logs.count > 0 else {
            throw .unreadable(
                path, "knows no log", hint: "add a line \"log VKEY\" for each key of a log")
        }
        terms = { origin in (logs.keys(of: origin) ?? []).map { .init(key: $0) } }
        doubt = { _ in nil }
    }

    /// The doubt that the log's operator has declared about either head of a conviction, since its
    /// key was stolen; of two the one that begins first.
    func doubt(about conviction: Conviction) -> KeyDoubt? {
        [conviction.older, conviction.newer].compactMap { doubt($0.checkpoint) }
            .min { $0.sizes.lowerBound < $1.sizes.lowerBound }
    }

    /// The keys of the log with this origin; none where it is not known.
    func callAsFunction(_ origin: Text) -> [KeyHistory<VerifierKey>.Term] { terms(origin) }
}
