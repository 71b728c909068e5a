package import Checkpoints
package import HTTPCalls

/// How witnesses are asked.
package struct AnchoringOptions: Sendable {
    /// The least time between two heads that are shown to the witnesses.
    package var interval: Duration = .seconds(5)

    /// How long one call may take, and in how long a witness must say what it remembers.
    ///
    /// A witness on another continent answers in a tenth of it.
    package var answerTime: Duration = .seconds(5)

    /// After how long an unchanged head is shown to the witnesses again.
    ///
    /// So an idle log learns within ten minutes that a witness is gone, or has seen another head;
    /// 144 questions a day are a tenth of what the public network's slowest logs ask.
    package var refresh: Duration = .seconds(600)

    /// The witnesses against whose mere word signing goes on.
    package var overruled: Set<PolicyWord> = []

    /// The authorities that may vouch for a witness's address; nil for the system's.
    package var authorities: TrustedAuthorities?

    /// The proxies of this machine; nil where every witness is spoken to directly.
    package var proxies: ProxySettings?

    /// Creates the usual options.
    package init() {}

    /// The times of rounds.
    var times: RoundTimes {
        RoundTimes(
            interval: interval, patience: answerTime, refresh: max(refresh, interval))
    }

    /// Times and limits of the calls to the witness at `url`.
    func calls(to url: ServiceURL) throws(ProxyError) -> CallOptions {
        try CallOptions(
            to: url, silence: answerTime, total: answerTime,
            lowestRate: AnchoringLimit.lowestRate, authorities: authorities, proxies: proxies)
    }
}

/// Why witnesses cannot be asked as a policy says.
package enum WitnessSetupError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The URL of a witness is none.
    case url(PolicyWord, ServiceURLError)

    /// The environment names no usable proxy for a witness.
    case proxy(PolicyWord, ProxyError)

    /// A witness is to be overruled that the policy does not have, or that has no URL.
    case unknownWitness(PolicyWord)

    /// A witness holds signing that the policy does not have any more, or that has no URL there.
    case stillHolds(PolicyWord)

    /// What is wrong, and with which witness.
    package var description: String {
        switch self {
        case .url(let name, let error): "the URL of witness \(name) \(error)"
        case .proxy(let name, let error): "for witness \(name), \(error.variable) \(error)"
        case .unknownWitness(let name):
            "witness \(name) is not to be overruled: the policy names none of this name with a URL"
        case .stillHolds(let name):
            "witness \(name) holds signing, and the policy names none of this name with a URL any "
                + "more: leave it in until it agrees, or start the ledger again, which asks the "
                + "witnesses of its policy alone"
        }
    }
}
