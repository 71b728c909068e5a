import Checkpoints
import LogReader

/// Fetches the newest head that a source shows, and judges it.
///
/// What may be a bad moment of a network or an old answer of a cache is asked for again: a note
/// that cannot be read or believed, and a head that is smaller than one that is known.
package struct HeadFetch: Sendable {
    /// How often a head is asked for, and what is waited between.
    package struct Patience: Sendable {
        /// Times that it is asked for: a cache of a network that is asked anew twice has had time.
        package static let tries = 3

        /// What is waited before the second time: caches keep a checkpoint for seconds.
        package static let pause: Duration = .seconds(5)

        /// Waits; throws where the work is cancelled.
        fileprivate let wait: @Sendable (Duration) async throws(CancellationError) -> Void

        /// Waits in this way.
        package init(
            _ wait: @escaping @Sendable (Duration) async throws(CancellationError) -> Void
        ) {
            self.wait = wait
        }

        /// Waits as long as is waited between two tries.
        func pause() async throws(CancellationError) { try await wait(Self.pause) }
    }

    private let source: any LogSource
    private let file: LogFile
    private let patience: Patience

    /// Asks `source` for the checkpoint of a log of this layout.
    init(_ source: any LogSource, layout: LogLayout = .tiles, _ patience: Patience) {
        (self.source, self.patience) = (source, patience)
        file = layout.file(.checkpoint)
    }

    /// What was got.
    enum Answer: Sendable {
        /// A head that its log signed; it may be smaller than what was accepted before.
        case head(JudgedHead)

        /// What the source has, each time, is no head of the log.
        case refused(AuditFinding)
    }

    /// Returns the newest head.
    ///
    /// - Parameters:
    ///   - size: that of the largest head that is known: a cache may have an older one yet.
    ///   - judge: holds a note to the keys and witnesses that are trusted.
    func newest(
        notBelow size: UInt64,
        _ judge: ([UInt8]) async throws(LogError) -> Result<JudgedHead, CheckpointRefusal>
    ) async throws -> Answer {
        var answer = await result(isFresh: false, judge)
        for _ in 1..<Patience.tries {
            switch answer {
            case .success(.head(let head)) where head.size >= size: return .head(head)
            case .failure(let error) where !error.isOfFile: throw error
            case .success, .failure: break
            }
            try await patience.pause()
            answer = await result(isFresh: true, judge)
        }
        return try answer.get()
    }

    /// What one try comes to.
    private func result(
        isFresh: Bool,
        _ judge: ([UInt8]) async throws(LogError) -> Result<JudgedHead, CheckpointRefusal>
    ) async -> Result<Answer, LogError> {
        do throws(LogError) {
            return .success(try await once(isFresh: isFresh, judge))
        } catch {
            return .failure(error)
        }
    }

    private func once(
        isFresh: Bool,
        _ judge: ([UInt8]) async throws(LogError) -> Result<JudgedHead, CheckpointRefusal>
    ) async throws(LogError) -> Answer {
        let limit = LogLimits.checkpointBytes
        let note =
            isFresh
            ? try await source.freshBytes(of: file, limit: limit)
            : try await source.bytes(of: file, limit: limit)
        guard let note else { throw .missing(source.place(of: file)) }
        switch try await judge(note) {
        case .success(let head): return .head(head)
        case .failure(let refusal):
            let hint =
                if case .unknownKey = refusal {
                    "; the trust kit may be older than the key, or of another ledger of this name"
                } else {
                    ""
                }
            return .refused(AuditFinding(.checkpoint, .file(file.path), "\(refusal)\(hint)"))
        }
    }
}
