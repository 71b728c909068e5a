import Checkpoints
import Encoding
import HTTPCalls
import Merkle

/// A witness that is asked: its name in the policy, its key, where it answers.
struct AskedWitness: Hashable, Sendable {
    let name: PolicyWord
    let key: VerifierKey
    let url: ServiceURL
}

/// Asks one witness (C2SP tlog-witness); each call has an end, and none is sent twice.
///
/// Nothing that comes back is believed: a line counts where it verifies over our head, a size is
/// only somebody's word.
struct WitnessClient: Sendable {
    /// What came of add-checkpoint.
    enum Answer: Hashable, Sendable {
        /// It cosigned.
        case cosigned(CheckedLine)

        /// Status 409: it says that it remembers a head of this size, not the one named to it.
        case hasSize(UInt64)
    }

    /// Why a call failed, and how long the witness asks to be left alone.
    struct Refusal: Error, Hashable {
        let failure: WitnessFailure
        var retryAfter: Duration?
    }

    let witness: AskedWitness
    private let caller: HTTPCaller

    /// Creates a client that must be closed.
    init(_ witness: AskedWitness, options: CallOptions) {
        self.witness = witness
        caller = HTTPCaller(witness.url, options: options)
    }

    /// Closes its connection.
    func close() async { await caller.close() }

    /// Asks the witness to cosign `head`, which extends the one of `oldSize` as `path` shows.
    ///
    /// - Parameters:
    ///   - headTime: when the log signed the head, where it says that.
    ///   - now: returns POSIX seconds; asked when the answer is there.
    func add(
        _ head: SignedCheckpoint, headTime: UInt64?, from oldSize: UInt64, path: [Hash],
        now: @Sendable () -> UInt64
    ) async throws(Refusal) -> Answer {
        let request = CallRequest(
            "POST", "/add-checkpoint", accept: "text/plain, */*",
            body: AddCheckpoint(oldSize: oldSize, path: path, signed: head).encoded,
            contentType: "text/plain; charset=utf-8", status: 200)
        let answer: CallAnswer
        do throws(CallFailure) {
            answer = try await caller.sendOnce(request, limit: AnchoringLimit.answerBytes)
        } catch {
            if let size = try Self.size(in: error) { return .hasSize(size) }
            throw Refusal(failure: WitnessFailure(error.error), retryAfter: error.retryAfter)
        }
        do throws(WitnessFailure) {
            return .cosigned(
                try CheckedLine(
                    in: answer.body, of: witness.key, over: head.note.text, headTime: headTime,
                    at: now()))
        } catch {
            throw Refusal(failure: error)
        }
    }

    /// Returns the checkpoint that the witness shows for a log; nil where it shows none.
    ///
    /// The answer is somebody's word, and may be an hour old.
    func checkpoint(of origin: Origin) async throws(Refusal) -> SignedCheckpoint? {
        let name = Hex.encode(Hash.sha256(origin.text.utf8).bytes)
        let request = CallRequest(
            "GET", "/\(name)/checkpoint", accept: "text/plain, */*", status: 200)
        let answer: CallAnswer
        do throws(CallFailure) {
            answer = try await caller.sendOnce(request, limit: AnchoringLimit.answerBytes)
        } catch {
            let failure = WitnessFailure(error.error)
            if failure == .unknownLog { return nil }
            throw Refusal(failure: failure, retryAfter: error.retryAfter)
        }
        do throws(SignedCheckpointError) {
            return try SignedCheckpoint(parsing: answer.body, allowingExtensions: true)
        } catch {
            throw Refusal(failure: .malformedCheckpoint)
        }
    }

    /// Returns the size in an answer with status 409: `<size>\n` (`text/x.tlog.size`); nil for
    /// another failure.
    ///
    /// The LF may be missing: the number says all the same.
    private static func size(in failure: CallFailure) throws(Refusal) -> UInt64? {
        guard case .refused(let problem) = failure.error, problem.status == 409 else { return nil }
        var digits = failure.body[...]
        if digits.last == UInt8(ascii: "\n") { digits.removeLast() }
        guard let text = Text(utf8: digits), !text.isEmpty,
            let size = UInt64(decimal: text.string)
        else { throw Refusal(failure: .malformedSize) }
        return size
    }
}
