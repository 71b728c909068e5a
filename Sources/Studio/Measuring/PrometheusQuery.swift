import Encoding
package import HTTPCalls

/// An instant query of a Prometheus that runs on the PoP.
///
///     http://127.0.0.1:9090/api/v1/query?query=refused_share
///
/// The answer must have exactly one sample (a scalar, or a vector of one), of now.
package struct PrometheusQuery: Sendable {
    /// The address of the service, without the path of the query.
    private let service: ServiceURL

    /// The path of the query, and the query.
    private let path: String

    /// As it was given.
    private let text: String

    /// Bytes of an answer: one sample with its labels has a few hundred.
    private static let answerLimit = 64 << 10

    /// How far the time of a sample may be from this machine's clock: as far as Prometheus itself
    /// looks back.
    private static let ageLimit: Double = 300

    /// Reads an address.
    package init(_ text: String) throws(PrometheusQueryError) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !text.contains("#") else {
            throw .characters
        }
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].contains("query=") else { throw .noQuery }
        let service: ServiceURL
        do throws(ServiceURLError) {
            service = try ServiceURL(String(parts[0]))
        } catch {
            throw .address(error)
        }
        // On a wire between, anybody could answer.
        guard service.isSecure || service.isLoopback else { throw .openWire }
        self.service = service
        self.path = "?" + parts[1]
        self.text = text
    }

    /// Asks, and returns the value of the one sample.
    ///
    /// - Parameters:
    ///   - now: this machine's clock, in POSIX seconds.
    ///   - time: for the answer, as for a program's.
    package func value(
        now: UInt64 = UTC.now, time: Duration = MetricCommand.time
    ) async throws(MeasuringError) -> MetricNumber {
        var options = CallOptions()
        options.answerTimeout = time
        options.totalTime = time
        let caller = HTTPCaller(service, options: options)
        let answer: CallAnswer
        do throws(CallFailure) {
            answer = try await caller.sendOnce(
                CallRequest("GET", path, accept: "application/json", status: 200),
                limit: Self.answerLimit)
        } catch {
            await caller.close()
            throw .service("\(service)", "\(error.error)")
        }
        await caller.close()
        return try sample(answer.body, now: now)
    }

    /// Reads the one sample of an answer.
    private func sample(_ body: [UInt8], now: UInt64) throws(MeasuringError) -> MetricNumber {
        guard let json = try? JSON.decode(body), json["status"]?.text == "success",
            let data = json["data"]
        else { throw .service("\(service)", "gave something that is no answer of Prometheus") }
        let pair: JSON?
        switch data["resultType"]?.text {
        case "scalar": pair = data["result"]
        case "vector":
            let samples = data["result"]?.array ?? []
            guard samples.count == 1 else {
                throw .service("\(service)", "gave \(samples.count) samples, and not one")
            }
            pair = samples[0]["value"]
        default: pair = nil
        }
        guard let pair = pair?.array, pair.count == 2, let time = pair[0].number,
            let text = pair[1].text, let number = MetricNumber(text.string)
        else { throw .noNumber("\(service)") }
        guard abs(time - Double(now)) <= Self.ageLimit else {
            throw .service("\(service)", "gave a sample that is not of now")
        }
        return number
    }
}

/// Why a text is no query.
package enum PrometheusQueryError: Error, Hashable {
    /// It holds a space, "#", or something outside ASCII: encode those as %XX.
    case characters

    /// It has no `?query=`.
    case noQuery

    /// What stands before the query is no address.
    case address(ServiceURLError)

    /// It is another machine's, and not asked over TLS.
    case openWire
}

extension PrometheusQueryError: CustomStringConvertible {
    /// The rule that is broken.
    package var description: String {
        switch self {
        case .characters: "has characters that stand as %XX in an address"
        case .noQuery: "has no ?query="
        case .address(let error): "\(error)"
        case .openWire: "is another machine's, and not asked over https"
        }
    }
}
