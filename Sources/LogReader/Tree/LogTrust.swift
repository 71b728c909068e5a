public import Checkpoints
public import Encoding

/// Who must have signed what a log shows.
public enum LogTrust: Sendable {
    /// The log of this origin, with a key that may sign trees of that size.
    case log(origin: Text, keys: [KeyHistory<VerifierKey>.Term])

    /// A log that the policy lists, and its quorum of witnesses.
    case policy(TrustPolicy)

    /// The log that has always had this one key, whose name gives the log's origin.
    public static func key(_ key: VerifierKey, layout: LogLayout = .tiles) -> LogTrust {
        let origin = layout.origin(ofKey: key.name)
        return .log(origin: origin, keys: [KeyHistory<VerifierKey>.Term(key: key, origin: origin)])
    }

    /// Verifies a signed checkpoint; `place` is where it came from.
    func open(
        _ signed: SignedCheckpoint, _ place: LogError.File
    ) throws(LogError) -> (SignedCheckpoint, VerifiedCheckpoint) {
        switch self {
        case .log(let origin, let keys):
            do throws(CheckpointRefusal) {
                return (signed, try signed.open(as: origin, by: keys))
            } catch {
                guard error != .unknownKey else { throw .unknownKey(place) }
                throw .untrusted(place, reason: "\(error)")
            }
        case .policy(let policy):
            do throws(PolicyRefusal) {
                return (signed, try policy.open(signed).head)
            } catch {
                throw .untrusted(place, reason: "is not accepted by the policy: \(error)")
            }
        }
    }
}
