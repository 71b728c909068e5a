import Checkpoints
import Encoding
public import Merkle

/// Verifies what a `.colophon` file proves, offline, by a trust kit and nothing else.
///
///     let kit = try TrustKit(files)
///     let report = Verifier(kit).verify(file: bytes, artifact: .sha256(photo))
///     print(report.ok, report.reached ?? "nothing")
///
/// There is no clock, no network and no file here: all that is trusted is passed in.
public struct Verifier: Sendable {
    /// What is trusted.
    public let kit: TrustKit

    /// Creates a verifier that trusts `kit`.
    public init(_ kit: TrustKit) {
        self.kit = kit
    }

    /// The level that is required where the caller names none: `witnessed` where the kit's
    /// policy has a quorum, else `logged`.
    public var defaultLevel: Level {
        kit.policy.quorum == .none ? .logged : .witnessed
    }

    /// Examines everything that `file` holds.
    ///
    /// - Parameters:
    ///   - file: The bytes of a `.colophon` file, at most 4 MiB.
    ///   - artifact: The SHA-256 of the artifact beside it; nil where there is none.
    ///   - extraReceipts: Receipts from elsewhere; their unknown labels are passed over.
    ///   - time: Now, in POSIX seconds, for heads that claim to be from the future; nil skips it.
    ///   - require: The level that must be reached; nil means ``defaultLevel``.
    public func verify(
        file: [UInt8], artifact: Hash?, extraReceipts: [[UInt8]] = [], time: UInt64? = nil,
        require: Level? = nil
    ) -> Report {
        var examination = Examination(kit: kit, artifact: artifact, time: time)
        examination.run(file: file, extraReceipts: extraReceipts)
        // By what was examined, and as they were found.
        let findings = Check.allCases.flatMap { check in
            examination.findings.filter { $0.check == check }
        }
        return Report(
            entry: examination.file?.statement.id,
            required: require ?? defaultLevel,
            reached: examination.reached,
            asOf: Report.AsOf(size: kit.size, time: kit.time),
            findings: findings,
            index: examination.index,
            loggedAt: examination.heads.compactMap(\.time).min(),
            statement: examination.file?.statement,
            manifest: examination.manifest)
    }
}
