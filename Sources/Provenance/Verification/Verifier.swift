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
    ///   - artifact: The SHA-256 of the file that the answer is about; nil where there is none. It
    ///     is the artifact, or the manifest's own bytes as a file; a statement that does not name
    ///     it is *false* about it.
    ///   - recordOnly: Whether the question is about the record alone, and ``Report/ok`` needs no
    ///     artifact: for types that have none, and where the artifact is not at hand. A file that
    ///     merely lies beside the record is then not vouched for.
    ///   - extraReceipts: Receipts from elsewhere; their unknown labels are passed over.
    ///   - time: Now, in POSIX seconds, for heads that claim to be from the future; nil skips it.
    ///   - require: The level that must be reached; nil means ``defaultLevel``.
    public func verify(
        file: [UInt8], artifact: Hash?, recordOnly: Bool = false, extraReceipts: [[UInt8]] = [],
        time: UInt64? = nil, require: Level? = nil
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
            isRecordOnly: recordOnly,
            asOf: Report.AsOf(size: kit.size, time: kit.time),
            findings: findings,
            index: examination.index,
            loggedAt: examination.heads.compactMap(\.time).min(),
            statement: examination.file?.statement,
            manifest: examination.manifest)
    }
}
