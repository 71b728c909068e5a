import Encoding
package import HTTPCalls
package import Timestamping

/// Who dates heads, and how they are asked.
package struct AnchorOptions: Sendable {
    /// A timestamp authority (RFC 3161).
    package struct Authority: Sendable {
        /// Where it answers.
        package let url: String

        /// Whom its tokens must be from.
        package let trust: TimestampAuthorities

        /// Names an authority.
        package init(url: String, trust: TimestampAuthorities) {
            self.url = url
            self.trust = trust
        }
    }

    /// The timestamp authorities; at most ``AnchorLimit/sources``.
    package var authorities: [Authority] = []

    /// The least time between two anchors of one authority.
    package var timestampInterval: Duration = .seconds(600)

    /// Where the OpenTimestamps calendars answer; at most ``AnchorLimit/sources``.
    package var calendars: [String] = []

    /// The least time between two anchors of one calendar.
    package var calendarInterval: Duration = .seconds(3_600)

    /// How long a source may be silent in a call; all of it may take three times as long.
    ///
    /// Authorities answer in a fifth of a second; a calendar gathers digests for a second or two.
    package var answerTime: Duration = .seconds(10)

    /// The authorities that may vouch for an address; nil for the system's.
    package var tlsAuthorities: TrustedAuthorities?

    /// The proxies of this machine; nil where every source is spoken to directly.
    package var proxies: ProxySettings?

    /// Creates the usual options.
    package init() {}

    /// When sources are asked.
    var times: AnchorTimes {
        AnchorTimes(timestamps: timestampInterval, calendars: calendarInterval)
    }

    /// Times and limits of the calls to the source at `url`.
    func calls(to url: ServiceURL) throws(ProxyError) -> CallOptions {
        try CallOptions(
            to: url, silence: answerTime, total: answerTime * 3,
            lowestRate: AnchorLimit.lowestRate, authorities: tlsAuthorities, proxies: proxies)
    }
}

/// Why sources cannot be asked as the settings say.
package enum AnchorSetupError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The URL of a source is none.
    case url(String, ServiceURLError)

    /// The environment names no usable proxy for a source.
    case proxy(String, ProxyError)

    /// A source of one kind is named twice.
    case twice(String)

    /// There are more authorities, or more calendars, than a record carries.
    case tooMany(String)

    /// Calendars would be asked more often than authorities; then their proofs could not seal the
    /// tokens of the same head.
    case intervals

    /// What is wrong, and with which source.
    package var description: String {
        switch self {
        case .url(let url, let error): "the URL \(AddressText.shown(url)) \(error)"
        case .proxy(let url, let error): "for \(url), \(error.variable) \(error)"
        case .twice(let url): "\(url) is named twice"
        case .tooMany(let kind):
            "there are more than \(AnchorLimit.sources) \(kind), which is what a record carries"
        case .intervals:
            "the calendar interval is shorter than the timestamp interval: a calendar gets heads "
                + "that have their tokens; make it at least as long"
        }
    }
}
