import Encoding
import HTTPCalls
import Merkle
import OpenTimestamps

/// Asks one OpenTimestamps calendar; each call has an end, and none is sent twice.
///
/// Whatever a proof names, this calendar alone is asked: a URI in a proof is anybody's word.
struct CalendarClient: Sendable {
    /// What a calendar says about one of its promises.
    enum Upgrade: Hashable, Sendable {
        /// What leads on from it.
        case proof(DetachedTimestamp)

        /// There is no block yet; the calendar's words.
        case waits(String)

        /// It does not know it; the calendar's words.
        case forgotten(String)
    }

    let source: AnchorSource
    private let caller: HTTPCaller

    /// Creates a client that must be closed.
    init(_ source: AnchorSource, at service: ServiceURL, options: CallOptions) {
        self.source = source
        caller = HTTPCaller(service, options: options)
    }

    /// Closes its connections.
    func close() async { await caller.close() }

    /// The media types of answers: the one that is asked for, and the one that the reference server
    /// gives.
    private static let mediaTypes = [mediaType, "application/octet-stream"]

    private static let mediaType = "application/vnd.opentimestamps.v1"

    /// Has a digest that commits to a head taken; returns the proof with the calendar's promise.
    func submit(
        _ submission: CalendarSubmission
    ) async throws(AnchorRefusal) -> DetachedTimestamp {
        let reply = try await send(
            CallRequest(
                "POST", "/digest", accept: Self.mediaType, body: submission.posted.bytes,
                contentType: "application/octet-stream", status: 200))
        let proof: DetachedTimestamp
        do throws(DetachedTimestampError) {
            proof = try submission.proof(reply: reply)
        } catch {
            throw AnchorRefusal(.proof(error))
        }
        guard proof.isComplete || !proof.pending.isEmpty else { throw AnchorRefusal(.noPromise) }
        return proof
    }

    /// Asks whether the promise at `commitment` of `proof` is kept.
    func upgrade(
        _ proof: DetachedTimestamp, at commitment: [UInt8]
    ) async throws(AnchorRefusal) -> Upgrade {
        let reply: [UInt8]
        do throws(AnchorRefusal) {
            reply = try await send(
                CallRequest(
                    "GET", "/timestamp/\(Hex.encode(commitment))", accept: Self.mediaType,
                    status: 200))
        } catch {
            guard case .status(404, let words) = error.failure else { throw error }
            return words.hasPrefix("Not found") ? .forgotten(words) : .waits(words)
        }
        do throws(DetachedTimestampError) {
            return .proof(try proof.adding(reply: reply, at: commitment))
        } catch .addsNothing {
            return .waits("the same promise again")
        } catch {
            throw AnchorRefusal(.proof(error))
        }
    }

    private func send(_ request: CallRequest) async throws(AnchorRefusal) -> [UInt8] {
        let answer: CallAnswer
        do throws(CallFailure) {
            answer = try await caller.sendOnce(request, limit: AnchorLimit.calendarBytes)
        } catch {
            throw Self.refusal(error)
        }
        guard let type = answer.mediaType, Self.mediaTypes.contains(type) else {
            throw AnchorRefusal(.mediaType(answer.mediaType))
        }
        return answer.body
    }

    /// A calendar says in plain text why it refuses.
    private static func refusal(_ failure: CallFailure) -> AnchorRefusal {
        guard case .refused(let problem) = failure.error else { return AnchorRefusal(failure) }
        var body = failure.body.prefix(AnchorLimit.reasonBytes)
        // A line ends as lines do.
        while let last = body.last, last <= UInt8(ascii: " ") { body.removeLast() }
        let words = String(decoding: body, as: UTF8.self)
        return AnchorRefusal(
            .status(problem.status, words.isEmpty ? problem.title : words),
            retryAfter: failure.retryAfter)
    }
}
